"""Remembers what was asked for many cases at once, and what became of each."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, TenantScoped, db

ASSIGN, UNIT, STEP, TABLE, PAPER = "assign", "unit", "step", "table", "paper"
DRAFT, WAITING, RUNNING, DONE, CANCELLED, FAILED = (
    "draft", "waiting", "running", "done", "cancelled", "failed",
)  # fmt: skip


class Batch(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Something to be done with many cases; it can be called off until it begins."""

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_at", "tenant_id", "at", "id"),)

    kind: Mapped[str] = mapped_column(Text, default="")  # empty until it is chosen
    state: Mapped[str] = mapped_column(Text, default=DRAFT)
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    person_id: Mapped[uuid.UUID]
    person_name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="ka")  # of the officer, for the reasons
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    run_at: Mapped[datetime | None]  # when it begins
    ended_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(Text, default="")  # why nothing (more) was done
    file_key: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str] = mapped_column(Text, default="")
    file_type: Mapped[str] = mapped_column(Text, default="")
    file_size: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None]  # when the file goes


class BatchCase(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A case of a batch: how it was seen, and what became of it."""

    __tablename__ = "batch_case"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "batch_id"],
            [f"{SCHEMA}.batch.tenant_id", f"{SCHEMA}.batch.id"],
            ondelete="CASCADE",
        ),
    )

    batch_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)  # in the order of the list
    case_id: Mapped[uuid.UUID]
    number: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(Text, default=WAITING)  # waiting, done, refused
    reason: Mapped[str] = mapped_column(Text, default="")
