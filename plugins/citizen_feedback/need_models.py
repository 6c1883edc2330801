"""Remembers needs that residents named, who supports them, and the problems that they are."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, TenantScoped, db
from plugins.citizen_feedback.models import NAME


class Problem(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A problem: needs that say the same, or what ratings of a programme show (art. 4.7)."""

    __tablename__ = "problem"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        Index("ix_problem_state", "tenant_id", "state", "needs", "id"),
        {"schema": NAME},
    )

    year: Mapped[int]
    no: Mapped[int]
    code: Mapped[str] = mapped_column(Text)  # "p2026-03"
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(Text, default="")
    programme_id: Mapped[uuid.UUID | None]  # whose ratings show it
    state: Mapped[str] = mapped_column(Text, default="open")  # open, chosen, merged
    merged_into: Mapped[uuid.UUID | None]
    needs: Mapped[int] = mapped_column(default=0)
    supports: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Need(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A need beside its case (art. 2.3): what kind, where, and to which problem it belongs."""

    __tablename__ = "need"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
        Index("ix_need_public", "tenant_id", "is_public", "opened_at", "case_id"),
        Index("ix_need_category", "tenant_id", "is_public", "category", "opened_at", "case_id"),
        # The order of what belongs to no problem: an index does not sort past `is null`.
        Index(
            "ix_need_ungrouped",
            "tenant_id",
            "opened_at",
            "case_id",
            postgresql_where=text("problem_id is null"),
        ),
        Index("ix_need_problem", "tenant_id", "problem_id", "opened_at", "case_id"),
        {"schema": NAME},
    )

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(Text)
    settlement: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)  # the case's, kept by `keep_in_step`
    is_public: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    problem_id: Mapped[uuid.UUID | None]
    supports: Mapped[int] = mapped_column(default=0)


class NeedSupport(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A registered resident's support of a need: one each, held by the key."""

    __tablename__ = "need_support"
    __table_args__ = (Index("ix_need_support_person", "person_id"), {"schema": NAME})
    own_by = "person_id"

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class NeedMonth(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """Needs counted by month, settlement and category, for tiles and for reports."""

    __tablename__ = "need_month"
    __table_args__ = {"schema": NAME}  # noqa: RUF012 - as SQLAlchemy asks

    month: Mapped[date] = mapped_column(primary_key=True)
    settlement: Mapped[str] = mapped_column(Text, primary_key=True)
    category: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int]
