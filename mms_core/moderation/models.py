"""Remembers what was hidden and why, what readers reported, and what waits for a look."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, TenantScoped, db


class Hiding(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """One time that a text or a picture was hidden, in whole or in part; it is never removed."""

    __tablename__ = "moderation_hiding"
    own_by = "author_id"
    __table_args__ = (
        # A thing is hidden once at a time; the stub is found by the same index.
        Index(
            "uq_moderation_hiding_now",
            "tenant_id",
            "module",
            "kind",
            "ref",
            unique=True,
            postgresql_where=text("restored_at is null"),
        ),
        Index(
            "ix_moderation_hiding_appeal",
            "tenant_id",
            "appealed_at",
            postgresql_where=text("appeal = 'open'"),
        ),
        Index("ix_moderation_hiding_at", "tenant_id", "hidden_at", "id"),
    )

    module: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    ref: Mapped[uuid.UUID]
    part: Mapped[str] = mapped_column(Text, default="whole")  # whole, text, picture
    rule: Mapped[str] = mapped_column(Text)
    rule_title: Mapped[dict[str, str]] = mapped_column(JSONB)  # as it read on that day
    reason: Mapped[str] = mapped_column(Text)  # the officer's words, public
    original: Mapped[str] = mapped_column(Text, default="")  # of a text hidden in part
    hidden_at: Mapped[datetime]
    hidden_by: Mapped[uuid.UUID | None]
    hidden_by_name: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[uuid.UUID | None]
    case_id: Mapped[uuid.UUID | None]  # in whose log the trace stands
    appeal: Mapped[str] = mapped_column(Text, default="")  # open, upheld, won
    appeal_text: Mapped[str] = mapped_column(Text, default="")  # the author's words
    appealed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None]
    decided_by_name: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(Text, default="")  # the other officer's words
    restored_at: Mapped[datetime | None]


class Waiting(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A thing that an officer should look at: held by screening, or reported by readers."""

    __tablename__ = "moderation_waiting"
    __table_args__ = (
        UniqueConstraint("tenant_id", "module", "kind", "ref"),
        Index(
            "ix_moderation_waiting_open",
            "tenant_id",
            "since",
            "id",
            postgresql_where=text("waits"),
        ),
    )

    module: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    ref: Mapped[uuid.UUID]
    waits: Mapped[bool] = mapped_column(default=True)
    held: Mapped[bool] = mapped_column(default=False)  # not public until somebody has looked
    causes: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # of screening
    reports: Mapped[int] = mapped_column(default=0)  # since the last look
    since: Mapped[datetime]
    looked_at: Mapped[datetime | None]
    looked_by_name: Mapped[str] = mapped_column(Text, default="")


class Report(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """What one reader said of a thing; said again, it replaces what was said before."""

    __tablename__ = "moderation_report"
    __table_args__ = (UniqueConstraint("tenant_id", "module", "kind", "ref", "reporter"),)

    module: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    ref: Mapped[uuid.UUID]
    reporter: Mapped[str] = mapped_column(Text)  # keyed hash of a person or an address
    rule: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class RecentPost(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """That something was posted of late, by hashes alone: how repeats and floods are noticed."""

    __tablename__ = "moderation_recent_post"
    __table_args__ = (
        Index("ix_moderation_recent_post_author", "tenant_id", "author", "at"),
        Index("ix_moderation_recent_post_text", "tenant_id", "text_key", "at"),
    )

    author: Mapped[str] = mapped_column(Text)
    text_key: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class HallRules(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A hall's own rules of what may be published; without a row the national ones hold."""

    __tablename__ = "moderation_rules"

    left_out: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # of the national ones
    own: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # [{key, ka, en, text_ka, text_en}]
    legal_act: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
    changed_by_name: Mapped[str] = mapped_column(Text, default="")
