"""Remembers commitments with milestones, reporting periods and what the public says of them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, National, db, uuid7

Words = dict[str, str]  # by language: ka, en


def _of_commitment() -> Mapped[uuid.UUID]:
    return mapped_column(ForeignKey(f"{SCHEMA}.commitment.id", ondelete="CASCADE"))


class Commitment(National, db.Model):  # type: ignore[misc,name-defined]
    """A commitment of an action plan; its status and its assessment are two different things."""

    __tablename__ = "commitment"
    __table_args__ = (Index("ix_commitment_ends", "ends", "id"),)
    why_national = "An action plan is the country's; the row names bodies, never a person."
    read_by = ("mms_ministry",)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    plan: Mapped[Words] = mapped_column(JSONB)
    title: Mapped[Words] = mapped_column(JSONB)
    description: Mapped[Words] = mapped_column(JSONB, default=dict)
    result: Mapped[Words] = mapped_column(JSONB, default=dict)
    agency: Mapped[Words] = mapped_column(JSONB, default=dict)
    progress: Mapped[Words] = mapped_column(JSONB, default=dict)
    suspended_why: Mapped[Words] = mapped_column(JSONB, default=dict)
    suspended_by: Mapped[Words] = mapped_column(JSONB, default=dict)
    successor: Mapped[Words] = mapped_column(JSONB, default=dict)
    starts: Mapped[date]
    ends: Mapped[date]
    values: Mapped[list[str]] = mapped_column(JSONB, default=list)
    sdg: Mapped[int]
    status: Mapped[str] = mapped_column(Text)
    assessment: Mapped[str] = mapped_column(Text, default="")
    modules: Mapped[list[str]] = mapped_column(JSONB, default=list)
    tenants: Mapped[list[int]] = mapped_column(JSONB, default=list)
    published: Mapped[bool] = mapped_column(default=False)
    changed_by: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Milestone(National, db.Model):  # type: ignore[misc,name-defined]
    """A step of a commitment, known by its indicator."""

    __tablename__ = "commitment_milestone"
    __table_args__ = (Index("ix_commitment_milestone", "commitment_id", "number"),)
    why_national = "A part of the country's action plan; the row names bodies, never a person."
    read_by = ("mms_ministry",)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    commitment_id: Mapped[uuid.UUID] = _of_commitment()
    number: Mapped[str] = mapped_column(Text)  # as the plan has it: 5.1
    title: Mapped[Words] = mapped_column(JSONB)
    indicator: Mapped[Words] = mapped_column(JSONB, default=dict)
    agency: Mapped[Words] = mapped_column(JSONB, default=dict)
    partner: Mapped[Words] = mapped_column(JSONB, default=dict)
    result: Mapped[Words] = mapped_column(JSONB, default=dict)
    starts: Mapped[date]
    ends: Mapped[date]
    status: Mapped[str] = mapped_column(Text)
    assessment: Mapped[str] = mapped_column(Text, default="")
    live: Mapped[str] = mapped_column(Text, default="")  # "on", or the name of a readiness check


class CommitmentReport(National, db.Model):  # type: ignore[misc,name-defined]
    """What a reporting period said, with the assessment of that time; never changed afterwards."""

    __tablename__ = "commitment_report"
    __table_args__ = (Index("ix_commitment_report", "commitment_id", "year", "id"),)
    why_national = "The history of the country's action plan, which everybody may read."
    append_only = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    commitment_id: Mapped[uuid.UUID] = _of_commitment()
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    words: Mapped[Words] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text)
    assessment: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class CommitmentComment(National, db.Model):  # type: ignore[misc,name-defined]
    """What somebody says of a commitment; the e-mail is for an answer and is never shown."""

    __tablename__ = "commitment_comment"
    __table_args__ = (Index("ix_commitment_comment", "commitment_id", "state", "at", "id"),)
    why_national = "It is said to the ministry about the country's plan, to no municipality."

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    commitment_id: Mapped[uuid.UUID] = _of_commitment()
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text)
    proved: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(Text, default="held")  # held, shown, refused
    decided_by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())
