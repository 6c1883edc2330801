"""Remembers figures: deltas written with the case, folded into days and months."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, National, TenantScoped, db, uuid7

READERS = ("mms_ministry",)


class StatDelta(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """One change of a figure, written in the transaction of what it counts."""

    __tablename__ = "stat_delta"
    __table_args__ = (Index("ix_stat_delta_module", "tenant_id", "module"),)
    read_by = READERS

    day: Mapped[date]
    module: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text)
    n: Mapped[int]


class StatDay(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A figure of one day in Asia/Tbilisi."""

    __tablename__ = "stat_day"
    __table_args__ = (Index("ix_stat_day_measure", "measure", "day"),)
    read_by = READERS

    day: Mapped[date] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(Text, primary_key=True)
    measure: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int]


class StatMonth(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A figure of one month; `month` is its first day."""

    __tablename__ = "stat_month"
    __table_args__ = (Index("ix_stat_month_measure", "measure", "month"),)
    read_by = READERS

    month: Mapped[date] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(Text, primary_key=True)
    measure: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int]


class StatFold(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """When a municipality's deltas were last folded, and what last night's recount found."""

    __tablename__ = "stat_fold"
    read_by = READERS

    folded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    recounted_on: Mapped[date | None]
    recounted_at: Mapped[datetime | None]
    drift: Mapped[int] = mapped_column(default=0)


class StatDrift(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A figure that a recount found to differ from the log of events, and whether it was mended."""

    __tablename__ = "stat_drift"
    read_by = READERS

    day: Mapped[date]
    module: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text)
    counted: Mapped[int]
    found: Mapped[int]
    mended: Mapped[bool]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class BriefReader(National, db.Model):  # type: ignore[misc,name-defined]
    """An address to which the monthly brief goes by itself, and the last month that went there."""

    __tablename__ = "brief_reader"
    why_national = "The ministry's own office; the brief is about the whole country."

    email: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text)
    last_month: Mapped[date | None]
    sent_at: Mapped[datetime | None]
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class HallLetter(National, db.Model):  # type: ignore[misc,name-defined]
    """A letter of the ministry to a city hall, and the hall's answer; it names no citizen."""

    __tablename__ = "hall_letter"
    __table_args__ = (Index("ix_hall_letter_municipality", "municipality_id", "sent_at"),)
    why_national = "The ministry writes it and follows it; its city hall reads and answers it."

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    municipality_id: Mapped[int]
    module: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    answer_by: Mapped[date]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str] = mapped_column(Text)
    sender: Mapped[str] = mapped_column(Text, default="")  # the e-mail that hears of the answer
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(Text, default="")
