"""Remembers every letter: what was to be sent to whom, and what became of it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, National, TenantScoped, db, uuid7
from mms_core.people.models import Account


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
    paper: Mapped[bytes | None]  # a PDF file that goes with it
    paper_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    state: Mapped[str] = mapped_column(Text, default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]


class NoticeChoice(National, db.Model):  # type: ignore[misc,name-defined]
    """How a person wants to hear of news; without a row every letter comes by e-mail, at once."""

    __tablename__ = "notice_choice"
    why_national = "A person chooses once for all municipalities."

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Account.id), primary_key=True)
    own: Mapped[str] = mapped_column(Text, default="email")  # of one's own cases: email, sms, none
    followed: Mapped[str] = mapped_column(Text, default="email")  # of followed ones: email, none
    rhythm: Mapped[str] = mapped_column(Text, default="now")  # now, daily, weekly


class DigestLine(National, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A piece of news that waits for a person's next digest; removed when it was sent."""

    __tablename__ = "digest_line"
    __table_args__ = (Index("ix_digest_line_send_on", "send_on", "account_id"),)
    why_national = "One digest tells a person the news of all municipalities."

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Account.id))
    title: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    send_on: Mapped[date]
