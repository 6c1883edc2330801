"""Remembers promises as they stand now; how they came there is told by the event log."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, TenantScoped, db

OPEN, KEPT, BROKEN = "open", "kept", "broken"


class Promise(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A promise with a date that an answer carries; it is moved, kept or broken, never removed."""

    __tablename__ = "promise"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
        Index("ix_promise_due", "tenant_id", "state", "due_on", "id"),
        Index("ix_promise_case", "tenant_id", "case_id"),
    )

    case_id: Mapped[uuid.UUID]
    number: Mapped[str] = mapped_column(Text)  # the case's
    module: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)  # official words: listed publicly
    language: Mapped[str] = mapped_column(Text, default="ka")
    unit: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date]
    first_due_on: Mapped[date]
    state: Mapped[str] = mapped_column(Text, default=OPEN)  # open, kept, broken
    public: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime]
    made_by: Mapped[uuid.UUID | None]  # who is reminded where nobody is responsible for the case
    closed_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]
