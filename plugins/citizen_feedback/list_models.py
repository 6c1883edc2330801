"""Remembers lists of beneficiaries that were brought: how far each is, and what was wrong in it.

The file itself waits encrypted, and only until it has been read (art. 3.2).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, TenantScoped, db
from plugins.citizen_feedback.models import NAME

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


class UseList(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A list of those who used a programme, as an officer brought it."""

    __tablename__ = "use_list"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "programme_id"],
            [f"{NAME}.programme.tenant_id", f"{NAME}.programme.id"],
            ondelete="CASCADE",
        ),
        Index("ix_use_list_programme", "tenant_id", "programme_id", "id"),
        {"schema": NAME},
    )

    programme_id: Mapped[uuid.UUID]
    state: Mapped[str] = mapped_column(Text, default=WAITING)
    file_name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)  # in which bad lines are told
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(default=0)  # lines; 0 where only the end will show it
    done: Mapped[int] = mapped_column(default=0)
    mended: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    told: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # [line, words], the first 200
    problem: Mapped[str] = mapped_column(Text, default="")  # why the file ended before its end


class UseListPart(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A piece of a file that waits to be read, encrypted; removed when the file has been read."""

    __tablename__ = "use_list_part"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "list_id"],
            [f"{NAME}.use_list.tenant_id", f"{NAME}.use_list.id"],
            ondelete="CASCADE",
        ),
        {"schema": NAME},
    )

    list_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    hidden: Mapped[str] = mapped_column(Text)
