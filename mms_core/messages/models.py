"""Remembers every letter: what was to be sent to whom, and what became of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, National, TenantScoped, db, uuid7


class OutboxLetter(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A letter of a municipality, written in the transaction of what it tells."""

    __tablename__ = "outbox_letter"
    __table_args__ = (
        Index("ix_outbox_letter_case", "tenant_id", "case_id", "created_at"),
        # What waits for an officer: letters that came back or never left.
        Index(
            "ix_outbox_letter_failed",
            "tenant_id",
            "created_at",
            "id",
            postgresql_where=text("state = 'failed'"),
        ),
    )

    case_id: Mapped[uuid.UUID | None]
    channel: Mapped[str] = mapped_column(Text, default="email")
    recipient: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="ka")
    module: Mapped[str] = mapped_column(Text, default="")
    template: Mapped[str] = mapped_column(Text, default="")
    context: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    subject: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    # waiting, sent, failed; and once an officer has taken care: told, replaced
    state: Mapped[str] = mapped_column(Text, default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]


class NationalLetter(National, db.Model):  # type: ignore[misc,name-defined]
    """A letter about an account (a sign-in link, a recovery), which belongs to no municipality."""

    __tablename__ = "national_letter"
    why_national = "An account serves all municipalities; the row is removed a day after sending."

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
