"""Remembers figures: deltas written with the case, folded into days and months."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, TenantScoped, db

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
    read_by = READERS

    day: Mapped[date] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(Text, primary_key=True)
    measure: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int]


class StatMonth(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A figure of one month; `month` is its first day."""

    __tablename__ = "stat_month"
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
    drift: Mapped[int] = mapped_column(default=0)
