"""Remembers who sits at which case, what they have typed, and answers that wait for their day."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, TenantScoped, db


class Seat(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """An officer at a case: when they were last seen there, and their draft of an answer.

    Each officer has a draft of their own, which colleagues read: so nobody overwrites anybody.
    """

    __tablename__ = "case_seat"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime]
    typed: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # field -> list of values
    draft_version: Mapped[int] = mapped_column(default=0)  # counts what was saved
    case_version: Mapped[int] = mapped_column(default=0)  # of the case as the writer saw it
    saved_at: Mapped[datetime | None]


class HeldAnswer(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """An answer that is decided and waits for its day, or to be published with others."""

    __tablename__ = "held_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
        Index("ix_held_answer_state", "tenant_id", "state", "publish_on", "id"),
        Index("ix_held_answer_case", "tenant_id", "case_id"),
        Index(
            "uq_held_answer_waiting",
            "tenant_id",
            "case_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    case_id: Mapped[uuid.UUID]
    number: Mapped[str] = mapped_column(Text)  # the case's
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)  # as answering.Answer writes it
    case_version: Mapped[int]  # of the case when it was decided
    actor_id: Mapped[uuid.UUID | None]
    actor_role: Mapped[str] = mapped_column(Text)
    actor_name: Mapped[str] = mapped_column(Text)
    publish_on: Mapped[date | None]  # None: together with others, when an officer says so
    publish_at: Mapped[datetime | None]  # the end of the minute in which a step can be undone
    bundle: Mapped[str] = mapped_column(Text, default="")  # what it is published together with
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Text, default="waiting")  # or published, refused, withdrawn
    error: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
