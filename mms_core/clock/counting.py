"""Counts terms day by day: weekends, holidays, extra days off, days on which the clock stood."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mms_core.clock.policies import Policy, Wording

_TBILISI = ZoneInfo("Asia/Tbilisi")
_SATURDAY = 5
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class DayOff:
    """A public holiday or a day off by decree."""

    day: dt.date
    name: Wording


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Days on which the clock stood, both ends included: the hall waited for the citizen."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, kw_only=True)
class Due:
    """A deadline, with all that is needed to explain it."""

    date: dt.date
    policy: Policy
    first: dt.date
    """The first day that counts."""
    counted: int
    """Days that were counted: working days, or days of the calendar; an extension included."""
    skipped: tuple[DayOff, ...] = ()
    """Holidays outside weekends that made the date later."""
    moved_from: dt.date | None = None
    """The day off on which the time would have ended."""
    pauses: tuple[Pause, ...] = ()
    """When the clock stood."""
    extended: int = 0
    """By how many days the term was lengthened, in the policy's unit."""
    extended_on: dt.date | None = None
    extended_why: str = ""

    @property
    def moment(self) -> dt.datetime:
        """Give the moment when it is too late, in UTC: the end of the day in Tbilisi."""
        end = dt.datetime.combine(self.date, dt.time(), _TBILISI)
        return (end + _DAY).astimezone(dt.UTC)


def local_day(moment: dt.datetime) -> dt.date:
    """Give the day in Tbilisi on which an aware moment falls; naive moments are refused."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return moment.astimezone(_TBILISI).date()


def is_working_day(day: dt.date, extra_days_off: Iterable[DayOff] = ()) -> bool:
    """Say whether offices work on a day."""
    return not is_weekend(day) and day not in _days_off(day.year, tuple(extra_days_off))


def due(
    start: dt.datetime,
    policy: Policy,
    *,
    extra_days_off: Iterable[DayOff] = (),
    pauses: Iterable[Pause] = (),
    extended: int = 0,
) -> Due:
    """Count a deadline from an aware moment (General Administrative Code; Civil Code art. 121 ff.).

    Months end on the same day of the month or on its last. The days of a pause count for nothing,
    from the day the citizen was asked to the day of the answer; a pause that begins when the time
    is already over changes nothing. `extended` days of the policy's unit come at the end.
    """
    term = _Term(policy=policy, off=tuple(extra_days_off), stood=tuple(pauses))
    first = local_day(start) + dt.timedelta(days=int(policy.from_next_day))
    return _counted(first, term, extended)


def working_days_left(
    date: dt.date, now: dt.datetime, *, extra_days_off: Iterable[DayOff] = ()
) -> int:
    """Count the working days from tomorrow to a date; below zero when the date has passed."""
    today, extra = local_day(now), tuple(extra_days_off)
    near, far = sorted((today, date))
    days = (near + dt.timedelta(days=step) for step in range(1, (far - near).days + 1))
    count = sum(is_working_day(day, extra) for day in days)
    return count if date >= today else -count


def working_days_from(
    day: dt.date, count: int, *, extra_days_off: Iterable[DayOff] = ()
) -> dt.date:
    """Give the working day that lies so many working days after a day, or before it if negative."""
    extra, step = tuple(extra_days_off), _DAY if count >= 0 else -_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, extra)
    return day


def is_weekend(day: dt.date) -> bool:
    """Say whether a day is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


@dataclass(frozen=True, kw_only=True)
class _Term:
    """A policy with the days that do not count."""

    policy: Policy
    off: tuple[DayOff, ...]
    stood: tuple[Pause, ...]

    def works(self, day: dt.date) -> bool:
        """Tell whether the clock runs and offices work."""
        return is_working_day(day, self.off) and not self.stands(day)

    def stands(self, day: dt.date) -> bool:
        return any(pause.first <= day <= pause.last for pause in self.stood)

    def holiday(self, day: dt.date) -> DayOff | None:
        return None if self.stands(day) else _days_off(day.year, self.off).get(day)

    def reached(self, date: dt.date) -> tuple[Pause, ...]:
        """Give the pauses that began before the time was over."""
        return tuple(pause for pause in self.stood if pause.first <= date)


def _from(day: dt.date) -> Iterator[dt.date]:
    while True:
        yield day
        day += _DAY


@functools.lru_cache(maxsize=2048)
def _counted(first: dt.date, term: _Term, extended: int) -> Due:
    """Count a term; the cases of one day have the same."""
    working = term.policy.unit == "working"
    return (_count_working if working else _count_calendar)(first, term, extended)


def _count_working(first: dt.date, term: _Term, extended: int) -> Due:
    wanted = max(term.policy.days, 1) + extended
    counted, skipped, last = 0, [], first
    for last in _from(first):
        off = term.holiday(last)
        if off and not is_weekend(last):
            skipped.append(off)
        counted += term.works(last)
        if counted == wanted:
            break
    return Due(
        date=last,
        policy=term.policy,
        first=next(day for day in _from(first) if term.works(day)),
        counted=counted,
        skipped=tuple(skipped),
        pauses=term.reached(last),
        extended=extended,
    )


def _count_calendar(first: dt.date, term: _Term, extended: int) -> Due:
    policy, before = term.policy, first - _DAY
    total = (_months_later(before, policy.months) - before).days + policy.days + extended
    left, last = max(total, 1), before
    while left:
        last += _DAY
        left -= not term.stands(last)
    day, skipped = last, []
    while policy.moves and not term.works(day):
        off = term.holiday(day)
        if off:
            skipped.append(off)
        day += _DAY
    return Due(
        date=day,
        policy=policy,
        first=first,
        counted=max(total, 1),
        skipped=tuple(skipped),
        moved_from=last if day != last else None,
        pauses=term.reached(day),
        extended=extended,
    )


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


@functools.lru_cache(maxsize=256)
def _days_off(year: int, extra: tuple[DayOff, ...]) -> dict[dt.date, DayOff]:
    return holidays_of(year) | {off.day: off for off in extra}


@functools.cache
def holidays_of(year: int) -> dict[dt.date, DayOff]:
    """Give a year's national days off, with their names; the library has every country's."""
    import holidays

    georgian = holidays.country_holidays("GE", years=year, language="ka")
    english = holidays.country_holidays("GE", years=year, language="en_US")
    return {
        day: DayOff(day=day, name=Wording(ka=_BETTER_NAMES.get(name, name), en=english[day]))
        for day, name in georgian.items()
    }


# The library leaves this name in the genitive.
_BETTER_NAMES = {"მცხეთობის": "სვეტიცხოვლობა"}
