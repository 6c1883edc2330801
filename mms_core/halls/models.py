"""Remembers how halls end: what the ministry asked for, and a certificate of each erasure."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import National, db, uuid7


class HallErased(National, db.Model):  # type: ignore[misc,name-defined]
    """The certificate of an erasure; it names no citizen and is never changed."""

    __tablename__ = "hall_erased"
    why_national = "The hall has no rows any more; the proof that it has none must outlive it."
    append_only = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    municipality_id: Mapped[int]
    slug: Mapped[str] = mapped_column(Text)
    rows: Mapped[dict[str, int]] = mapped_column(JSONB)  # by table
    files: Mapped[int]
    archive: Mapped[str] = mapped_column(Text)  # SHA-256 of the archive's manifest
    reason: Mapped[str] = mapped_column(Text)
    erased_by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class HallEnding(National, db.Model):  # type: ignore[misc,name-defined]
    """A merger or an erasure that the ministry asked for: counted first, done when confirmed."""

    __tablename__ = "hall_ending"
    __table_args__ = (Index("ix_hall_ending_municipality", "municipality_id", "at"),)
    why_national = "It outlives the rows of its hall; it holds numbers and names no citizen."

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    municipality_id: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    total: Mapped[int] = mapped_column(default=0)  # cases that move, or rows that go
    still_open: Mapped[int] = mapped_column(default=0)  # open cases that would be left behind
    files: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    archive: Mapped[str] = mapped_column(Text, default="")  # the file's name in MMS_DATA/exports
    fingerprint: Mapped[str] = mapped_column(Text, default="")
    act_number: Mapped[str] = mapped_column(Text, default="")
    act_date: Mapped[date | None]
    decided_by: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(Text, default="")  # the name of a cause, see causes
