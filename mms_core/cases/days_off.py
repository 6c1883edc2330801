"""Remembers the days off that no calendar knows: declared by the nation, or by one hall.

A day that is taken back keeps its row, so that a date which moved twice can be understood.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, bindparam, func, select, text, union_all
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.asking import ask
from mms_core.clock import DayOff, Wording
from mms_core.db import HasId, National, TenantScoped, db, uuid7


class _Declared:
    """What both kinds of days off say."""

    day: Mapped[date]
    name_ka: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text, default="")
    declared_by: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[datetime] = mapped_column(server_default=func.now())
    removed_by: Mapped[str] = mapped_column(Text, default="")
    removed_at: Mapped[datetime | None]

    @property
    def counted(self) -> DayOff:
        """Give the day as the clock counts it."""
        return DayOff(day=self.day, name=Wording(ka=self.name_ka, en=self.name_en or self.name_ka))


_STANDING = text("removed_at is null")


class NationalDayOff(_Declared, National, db.Model):  # type: ignore[misc,name-defined]
    """A day off of the whole country, as the government declares it."""

    __tablename__ = "national_day_off"
    __table_args__ = (
        Index("ix_national_day_off_day", "day", unique=True, postgresql_where=_STANDING),
    )
    why_national = "A day off of the government holds in every municipality."
    read_by = ("mms_ministry",)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-10)


class HallDayOff(_Declared, TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A day off of one municipality, such as after a flood."""

    __tablename__ = "hall_day_off"
    __table_args__ = (
        Index("ix_hall_day_off_day", "tenant_id", "day", unique=True, postgresql_where=_STANDING),
    )


NATION, HALL = NationalDayOff.__table__, HallDayOff.__table__
# Written once: each new case asks for them. A hall's own words come last and win.
HOLDING = union_all(
    select(NATION.c.day, NATION.c.name_ka, NATION.c.name_en).where(NATION.c.removed_at.is_(None)),
    select(HALL.c.day, HALL.c.name_ka, HALL.c.name_en)
    .where(HALL.c.tenant_id == bindparam("tenant"))
    .where(HALL.c.removed_at.is_(None)),
)


def extra_days_off(tenant_id: int) -> tuple[DayOff, ...]:
    """Give the extra days off that hold in a municipality, oldest first: one short query."""
    return counted(ask(HOLDING, {"tenant": tenant_id}))


def counted(rows: Sequence[Any]) -> tuple[DayOff, ...]:
    """Give days off, each once, as the clock counts them."""
    found = {row.day: row for row in rows}
    return tuple(_as_counted(found[day]) for day in sorted(found))


def _as_counted(row: Any) -> DayOff:
    return DayOff(day=row.day, name=Wording(ka=row.name_ka, en=row.name_en or row.name_ka))


def standing(kind: type[Any]) -> Sequence[Any]:
    """List the days off of a kind that hold, and those taken back, newest first."""
    return db.session.scalars(select(kind).order_by(kind.day.desc(), kind.declared_at.desc())).all()
