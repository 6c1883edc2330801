"""Remembers platforms that run beside this one, and what was taken over from each."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, TenantScoped, db

DRAFT, RUNNING, DONE = "draft", "running", "done"
WAITING, TAKEN, KNOWN, REFUSED = "waiting", "taken", "known", "refused"


def _of(table: str, column: str) -> ForeignKeyConstraint:
    own = [f"{SCHEMA}.{table}.tenant_id", f"{SCHEMA}.{table}.id"]
    return ForeignKeyConstraint(["tenant_id", column], own, ondelete="CASCADE")


class Platform(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A site or programme by which a hall offers what a module offers too."""

    __tablename__ = "platform"
    read_by = ("mms_ministry",)

    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")
    service: Mapped[str] = mapped_column(Text)
    yearly_cost: Mapped[int | None]  # lari; None while nobody knows
    since: Mapped[date | None]
    replaced_by: Mapped[str] = mapped_column(Text, default="")  # a module's name
    closed_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    changed_by: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PlatformImport(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A file that was brought: which column is what, how far it is, what became of it."""

    __tablename__ = "platform_import"
    __table_args__ = (
        _of("platform", "platform_id"),
        Index("ix_platform_import_at", "tenant_id", "platform_id", "at", "id"),
    )

    platform_id: Mapped[uuid.UUID]
    state: Mapped[str] = mapped_column(Text, default=DRAFT)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    columns: Mapped[list[str]] = mapped_column(JSONB)
    mapping: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)  # field to column
    published: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(Text, default="ka")  # of the reasons
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)


class PlatformRow(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A line of a file; its words go once it was taken over, the reason of a bad one stays."""

    __tablename__ = "platform_row"
    __table_args__ = (_of("platform_import", "import_id"),)

    import_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text, default=WAITING)
    reason: Mapped[str] = mapped_column(Text, default="")


class PlatformRecord(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A record that was taken over, by the platform's own number: so it comes only once."""

    __tablename__ = "platform_record"
    __table_args__ = (_of("platform", "platform_id"),)

    platform_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(Text, primary_key=True)
    case_id: Mapped[uuid.UUID]
