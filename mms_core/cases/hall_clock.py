"""Remembers how a hall sets its ladder of reminders, and when they last went out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.cases.quiet import CLOSES, OPENS, OfficeHours
from mms_core.db import TenantScoped, db


class HallClock(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """One row a municipality; a hall that never set anything has none, or an empty one."""

    __tablename__ = "hall_clock"

    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    version: Mapped[int] = mapped_column(default=0)
    set_by: Mapped[str] = mapped_column(Text, default="")
    set_at: Mapped[datetime | None]
    ran_on: Mapped[date | None]


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """Who is reminded when: days are working days."""

    half: bool = True  # at half of the term
    before: tuple[int, ...] = (3,)  # so many days before the date
    on_day: bool = True
    head_after: int = 1  # so many days late the head is told; 0: never
    mayor_after: int = 5
    hours: OfficeHours = field(default_factory=OfficeHours)

    def kept(self) -> dict[str, Any]:
        """Give the ladder as it lies in the table."""
        return {
            "half": self.half,
            "before": list(self.before),
            "on_day": self.on_day,
            "head_after": self.head_after,
            "mayor_after": self.mayor_after,
            "opens": self.hours.opens.isoformat("minutes"),
            "closes": self.hours.closes.isoformat("minutes"),
        }


def ladder(settings: dict[str, Any]) -> Ladder:
    """Read a ladder from the table, with the defaults for what a hall never set."""
    usual = Ladder()
    hours = OfficeHours(
        opens=_time(settings.get("opens"), OPENS), closes=_time(settings.get("closes"), CLOSES)
    )
    return Ladder(
        half=bool(settings.get("half", usual.half)),
        before=tuple(settings.get("before", usual.before)),
        on_day=bool(settings.get("on_day", usual.on_day)),
        head_after=int(settings.get("head_after", usual.head_after)),
        mayor_after=int(settings.get("mayor_after", usual.mayor_after)),
        hours=hours,
    )


def _time(raw: Any, usual: time) -> time:
    return time.fromisoformat(raw) if raw else usual


def ladder_of(tenant_id: int) -> Ladder:
    """Give the ladder of a hall."""
    row = db.session.get(HallClock, tenant_id)
    return ladder(row.settings if row else {})


def hours_of(tenant_id: int) -> OfficeHours:
    """Give the office hours of a hall, in which letters that nobody waits for leave."""
    return ladder_of(tenant_id).hours
