"""Deadlines: how days are counted, which are days off, and how a date explains itself.

Pure arithmetic: the moment is always passed in, nothing here asks what time it is. A day is a day
in Asia/Tbilisi. How long a deadline is stands in `policies.toml`, each with its source.
"""

import calendar
import datetime as dt
import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date

_TBILISI = ZoneInfo("Asia/Tbilisi")
_SATURDAY = 5
_POLICIES = Path(__file__).with_name("policies.toml")

Unit = Literal["working", "calendar"]


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The same words in Georgian and English."""

    ka: str
    en: str

    def said_in(self, locale: str) -> str:
        """Give the Georgian words to Georgian readers and the English ones to all others."""
        return self.ka if locale == "ka" else self.en


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How long something may take, and by which rule."""

    key: str
    days: int
    unit: Unit
    source: str
    label: Wording
    months: int = 0
    # The day of the event itself is not counted (the usual rule of Georgian law).
    from_next_day: bool = True
    # A calendar deadline that ends on a day off moves to the next working day.
    moves: bool = True


@dataclass(frozen=True, kw_only=True)
class DayOff:
    """A public holiday or a day off by decree."""

    day: dt.date
    name: Wording


@dataclass(frozen=True, kw_only=True)
class Due:
    """A deadline, with all that is needed to explain it."""

    date: dt.date
    policy: Policy
    first: dt.date
    """The first day that counts."""
    counted: int
    """Days that were counted: working days, or days of the calendar."""
    skipped: tuple[DayOff, ...] = ()
    """Holidays outside weekends that made the date later."""
    moved_from: dt.date | None = None
    """The day off on which the time would have ended."""

    @property
    def moment(self) -> dt.datetime:
        """Give the moment when it is too late, in UTC: the end of the day in Tbilisi."""
        end = dt.datetime.combine(self.date, dt.time(), _TBILISI)
        return (end + dt.timedelta(days=1)).astimezone(dt.UTC)


def local_day(moment: dt.datetime) -> dt.date:
    """Give the day in Tbilisi on which an aware moment falls; naive moments are refused."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return moment.astimezone(_TBILISI).date()


def is_working_day(day: dt.date, extra_days_off: Iterable[DayOff] = ()) -> bool:
    """Say whether offices work on a day."""
    return not _weekend(day) and day not in _days_off(day.year, tuple(extra_days_off))


def due(start: dt.datetime, policy: Policy, *, extra_days_off: Iterable[DayOff] = ()) -> Due:
    """Count a deadline from an aware moment (General Administrative Code; Civil Code art. 121 ff.).

    Working days are counted one by one; months end on the same day of the month or on its last.
    """
    extra = tuple(extra_days_off)
    first = local_day(start) + dt.timedelta(days=int(policy.from_next_day))
    if policy.unit == "working":
        return _count_working(first, policy, extra)
    return _count_calendar(first, policy, extra)


def working_days_left(
    date: dt.date, now: dt.datetime, *, extra_days_off: Iterable[DayOff] = ()
) -> int:
    """Count the working days from tomorrow to a date; below zero when the date has passed."""
    today, extra = local_day(now), tuple(extra_days_off)
    near, far = sorted((today, date))
    days = (near + dt.timedelta(days=step) for step in range(1, (far - near).days + 1))
    count = sum(is_working_day(day, extra) for day in days)
    return count if date >= today else -count


def explain(due: Due, locale: str) -> str:
    """Say in Georgian or English how a date came about."""
    said = _LENGTH[_kind(due.policy)].said_in(locale).format(n=due.policy.months or due.counted)
    said = _FROM.said_in(locale).format(length=said, first=_day(due.first, locale))
    if due.moved_from:
        said += _MOVED.said_in(locale).format(
            last=_day(due.moved_from, locale),
            why=_why(due.moved_from, due.skipped, locale),
            date=_day(due.date, locale),
        )
    elif due.policy.unit == "working":
        names = "; ".join(_holiday(off, locale) for off in due.skipped)
        said += _SKIPPED.said_in(locale).format(names=names) if names else _WEEKENDS.said_in(locale)
    return said


@functools.cache
def policies() -> Mapping[str, Policy]:
    """Give the national default policies by key."""
    found = tomllib.loads(_POLICIES.read_text(encoding="utf-8"))
    return {
        key: Policy(key=key, **(entry | {"label": Wording(**entry["label"])}))
        for key, entry in found.items()
    }


def _count_working(first: dt.date, policy: Policy, extra: tuple[DayOff, ...]) -> Due:
    day, counted, skipped = first, 0, []
    while not is_working_day(first, extra):
        first += dt.timedelta(days=1)
    while True:
        off = _days_off(day.year, extra).get(day)
        if off and not _weekend(day):
            skipped.append(off)
        counted += is_working_day(day, extra)
        if counted >= max(policy.days, 1):
            break
        day += dt.timedelta(days=1)
    return Due(date=day, policy=policy, first=first, counted=counted, skipped=tuple(skipped))


def _count_calendar(first: dt.date, policy: Policy, extra: tuple[DayOff, ...]) -> Due:
    before = first - dt.timedelta(days=1)
    last = _months_later(before, policy.months) + dt.timedelta(days=policy.days)
    last = max(last, first)
    day, skipped = last, []
    while policy.moves and not is_working_day(day, extra):
        off = _days_off(day.year, extra).get(day)
        if off:
            skipped.append(off)
        day += dt.timedelta(days=1)
    return Due(
        date=day,
        policy=policy,
        first=first,
        counted=(last - before).days,
        skipped=tuple(skipped),
        moved_from=last if day != last else None,
    )


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def _weekend(day: dt.date) -> bool:
    return day.weekday() >= _SATURDAY


@functools.lru_cache(maxsize=256)
def _days_off(year: int, extra: tuple[DayOff, ...]) -> dict[dt.date, DayOff]:
    return _holidays(year) | {off.day: off for off in extra}


@functools.cache
def _holidays(year: int) -> dict[dt.date, DayOff]:
    import holidays

    georgian = holidays.country_holidays("GE", years=year, language="ka")
    english = holidays.country_holidays("GE", years=year, language="en_US")
    return {
        day: DayOff(day=day, name=Wording(ka=_BETTER_NAMES.get(name, name), en=english[day]))
        for day, name in georgian.items()
    }


# The library leaves this name in the genitive.
_BETTER_NAMES = {"მცხეთობის": "სვეტიცხოვლობა"}

_LENGTH = {
    "working": Wording(ka="{n} სამუშაო დღე", en="{n} working days"),
    "working one": Wording(ka="{n} სამუშაო დღე", en="{n} working day"),
    "calendar": Wording(ka="{n} კალენდარული დღე", en="{n} calendar days"),
    "calendar one": Wording(ka="{n} კალენდარული დღე", en="{n} calendar day"),
    "month": Wording(ka="{n} თვე", en="{n} months"),
    "month one": Wording(ka="{n} თვე", en="{n} month"),
}
_FROM = Wording(ka="{length}, პირველი დღეა {first}.", en="{length}; the first day is {first}.")
_WEEKENDS = Wording(ka=" შაბათ-კვირა არ ითვლება.", en=" Weekends are not counted.")
_SKIPPED = Wording(
    ka=" შაბათ-კვირა და უქმე დღეები არ ითვლება ({names}).",
    en=" Weekends and holidays are not counted ({names}).",
)
_MOVED = Wording(
    ka=" ბოლო დღე, {last}, დასვენების დღეა ({why}), ამიტომ ვადა გადადის: {date}.",
    en=" The last day, {last}, is a day off ({why}), so it moves to {date}.",
)


def _kind(policy: Policy) -> str:
    kind = "month" if policy.months else policy.unit
    return f"{kind} one" if (policy.months or max(policy.days, 1)) == 1 else kind


def _why(day: dt.date, skipped: tuple[DayOff, ...], locale: str) -> str:
    names = "; ".join(_holiday(off, locale) for off in skipped)
    weekday = format_date(day, "EEEE", locale="ka" if locale == "ka" else "en")
    return names if not _weekend(day) else "; ".join(filter(None, (weekday, names)))


def _holiday(off: DayOff, locale: str) -> str:
    return f"{_day(off.day, locale)}: {off.name.said_in(locale)}"


def _day(day: dt.date, locale: str) -> str:
    return format_date(day, "d MMMM", locale="ka" if locale == "ka" else "en")
