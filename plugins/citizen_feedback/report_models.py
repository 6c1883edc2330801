"""Remembers reports with their frozen periods, who leads the review, and choices for budgets."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Numeric, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, TenantScoped, db
from plugins.citizen_feedback.models import NAME


def _of(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{NAME}.{table}.tenant_id", f"{NAME}.{table}.id"],
        ondelete="CASCADE",
    )


class Report(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A report on feedback and needs of a closed period (art. 4.4-4.6)."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("tenant_id", "code"), {"schema": NAME})

    code: Mapped[str] = mapped_column(Text)  # "2026-1": the budget year and the slot
    year: Mapped[int]
    slot: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    due_on: Mapped[date]
    # planned, freezing, draft, sent, discussed, published
    state: Mapped[str] = mapped_column(Text, default="planned")
    progress: Mapped[int] = mapped_column(default=0)  # percent of the freezing
    analysis: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # part -> words
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(Text, default="")
    discussed_on: Mapped[date | None]
    participants: Mapped[str] = mapped_column(Text, default="")
    decisions: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None]
    counted_on: Mapped[date | None]  # when its due day was counted for the ministry


class ReportFreeze(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A closed period as it was: the rows from which every figure of the report is computed."""

    __tablename__ = "report_freeze"
    __table_args__ = (_of("report", "report_id"), {"schema": NAME})
    append_only = True

    report_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(Text)  # of the rows in canonical JSON
    frozen_at: Mapped[datetime]


class ReviewLead(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Whom the mayor charged with leading the review (art. 4.3); each charge stays."""

    __tablename__ = "review_lead"
    __table_args__ = (Index("ix_review_lead_year", "tenant_id", "year", "at"), {"schema": NAME})
    append_only = True

    year: Mapped[int]
    person_id: Mapped[uuid.UUID]
    person_name: Mapped[str] = mapped_column(Text)
    service: Mapped[str] = mapped_column(Text)
    by_id: Mapped[uuid.UUID]
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Choice(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A problem that the mayor chose for a year's draft budget (art. 4.7), and how it stands."""

    __tablename__ = "choice"
    __table_args__ = (
        _of("problem", "problem_id"),
        UniqueConstraint("tenant_id", "year", "problem_id"),
        {"schema": NAME},
    )

    problem_id: Mapped[uuid.UUID]
    year: Mapped[int]  # whose budget pays
    line: Mapped[str] = mapped_column(Text)  # programme line: code and name
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))  # lari
    # chosen, draft, adopted, in_work, solved, dropped
    state: Mapped[str] = mapped_column(Text, default="chosen")
    chosen_by: Mapped[str] = mapped_column(Text)
    chosen_at: Mapped[datetime]


class ChoiceEvent(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A step of a chosen problem: in the draft, adopted, in work, solved, or dropped and why."""

    __tablename__ = "choice_event"
    __table_args__ = (
        _of("choice", "choice_id"),
        Index("ix_choice_event_choice", "tenant_id", "choice_id", "at"),
        {"schema": NAME},
    )
    append_only = True

    choice_id: Mapped[uuid.UUID]
    state: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ChoicePicture(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A picture of what was done about a chosen problem; everybody may see it."""

    __tablename__ = "choice_picture"
    __table_args__ = (
        _of("choice", "choice_id"),
        Index("ix_choice_picture_choice", "tenant_id", "choice_id", "at"),
        {"schema": NAME},
    )

    choice_id: Mapped[uuid.UUID]
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    width: Mapped[int | None]
    height: Mapped[int | None]
    thumbnails: Mapped[list[int]] = mapped_column(JSONB, default=list)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class BudgetYear(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """What the mayor wrote where fewer than two problems were chosen, and when he was reminded."""

    __tablename__ = "budget_year"
    __table_args__ = {"schema": NAME}  # noqa: RUF012 - as SQLAlchemy asks

    year: Mapped[int] = mapped_column(primary_key=True)
    explanation: Mapped[str] = mapped_column(Text, default="")
    explained_by: Mapped[str] = mapped_column(Text, default="")
    explained_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]
