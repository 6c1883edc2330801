"""The ladder of reminders: which rung of it a case has reached, and when to look again.

Arithmetic over a counted deadline; `reminding.py` sends what comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mms_core import clock
from mms_core.cases.hall_clock import Ladder

RUNGS = ("half", "before", "check", "on_day", "head", "mayor")  # the later, the graver


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A day on which somebody is reminded, and why."""

    on: date
    name: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the ladder needs to know of a case."""

    due: clock.Due
    check_by: date | None = None
    waits_until: date | None = None
    reminded_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a look at a case found: the gravest rung not yet told, and the next day to look."""

    rung: str = ""
    again: date | None = None


def rungs(standing: Standing, ladder: Ladder, *, off: tuple[clock.DayOff, ...]) -> list[Rung]:
    """Give the days of a case's ladder, earliest first; days before and after are working days."""
    due = standing.due

    def away(days: int) -> date:
        return clock.working_days_from(due.date, days, extra_days_off=off)

    found = [Rung(on=away(-days), name="before") for days in ladder.before if days > 0]
    if ladder.half:
        found.append(Rung(on=due.first + (due.date - due.first) // 2, name="half"))
    found = [rung for rung in found if due.first < rung.on < due.date]
    if ladder.on_day:
        found.append(Rung(on=due.date, name="on_day"))
    if standing.check_by:
        found.append(Rung(on=standing.check_by, name="check"))
    late = (("head", ladder.head_after), ("mayor", ladder.mayor_after))
    found += [Rung(on=away(days), name=name) for name, days in late if days > 0]
    return sorted(found, key=lambda rung: (rung.on, RUNGS.index(rung.name)))


def look(standing: Standing, ladder: Ladder, *, today: date, off: tuple[clock.DayOff, ...]) -> Look:
    """Tell which reminder is due now, however long nobody looked, and when the next one is.

    Of several that were missed only the gravest is told. While the clock stands nobody is reminded.
    """
    if standing.waits_until is not None and standing.waits_until >= today:
        return Look(again=standing.waits_until + timedelta(days=1))
    all_of_them = rungs(standing, ladder, off=off)
    before = standing.reminded_on or date.min
    reached = [rung for rung in all_of_them if before < rung.on <= today]
    gravest = max(reached, key=lambda rung: RUNGS.index(rung.name), default=None)
    ahead = (rung.on for rung in all_of_them if rung.on > today)
    return Look(rung=gravest.name if gravest else "", again=min(ahead, default=None))
