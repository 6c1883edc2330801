"""Says in Georgian and English how a date came about."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from babel.dates import format_date

from mms_core.clock.counting import DayOff, Due, Pause, is_weekend
from mms_core.clock.policies import Policy, Wording


def explain(due: Due, locale: str) -> str:
    """Say in Georgian or English how a date came about."""
    return "".join(
        (
            _length(due, locale),
            _days_off(due, locale),
            *(_pause(one, locale) for one in due.pauses),
            _extension(due, locale),
        )
    )


@lru_cache(maxsize=4096)
def day_words(day: dt.date, locale: str) -> str:
    """Write a day without its year: `23 November`."""
    return format_date(day, "d MMMM", locale="ka" if locale == "ka" else "en")


def days_words(count: int, policy: Policy, locale: str) -> str:
    """Write a number of days in the policy's unit: `5 working days`."""
    kind = f"{policy.unit} one" if count == 1 else policy.unit
    return _LENGTH[kind].said_in(locale).format(n=count)


def term_words(policy: Policy, locale: str, *, days: int = 0) -> str:
    """Write how long a policy gives: `15 working days`, `1 month`; `days` as they were counted."""
    if policy.months:
        kind = "month one" if policy.months == 1 else "month"
        return _LENGTH[kind].said_in(locale).format(n=policy.months)
    return days_words(days or max(policy.days, 1), policy, locale)


def _length(due: Due, locale: str) -> str:
    said = term_words(due.policy, locale, days=due.counted - due.extended)
    return _FROM.said_in(locale).format(length=said, first=day_words(due.first, locale))


def _days_off(due: Due, locale: str) -> str:
    if due.moved_from:
        return _MOVED.said_in(locale).format(
            last=day_words(due.moved_from, locale),
            why=_why(due.moved_from, due.skipped, locale),
            date=day_words(due.date, locale),
        )
    if due.policy.unit != "working":
        return ""
    names = "; ".join(_holiday(off, locale) for off in due.skipped)
    return _SKIPPED.said_in(locale).format(names=names) if names else _WEEKENDS.said_in(locale)


def _pause(pause: Pause, locale: str) -> str:
    first, last = day_words(pause.first, locale), day_words(pause.last, locale)
    if pause.first == pause.last:
        return _STOOD_A_DAY.said_in(locale).format(day=first)
    return _STOOD.said_in(locale).format(first=first, last=last)


def _extension(due: Due, locale: str) -> str:
    if not due.extended or due.extended_on is None:
        return ""
    days = days_words(due.extended, due.policy, locale)
    on = day_words(due.extended_on, locale)
    return _EXTENDED.said_in(locale).format(days=days, on=on, why=due.extended_why)


def _why(day: dt.date, skipped: tuple[DayOff, ...], locale: str) -> str:
    names = "; ".join(_holiday(off, locale) for off in skipped)
    weekday = format_date(day, "EEEE", locale="ka" if locale == "ka" else "en")
    return names if not is_weekend(day) else "; ".join(filter(None, (weekday, names)))


def _holiday(off: DayOff, locale: str) -> str:
    return f"{day_words(off.day, locale)}: {off.name.said_in(locale)}"


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
_STOOD = Wording(
    ka=" დღეები {first} – {last} არ ითვლება: მერია მოქალაქის პასუხს ელოდება.",
    en=" The days from {first} to {last} are not counted: the city hall waits for the citizen.",
)
_STOOD_A_DAY = Wording(
    ka=" {day} არ ითვლება: მერია მოქალაქის პასუხს ელოდა.",
    en=" {day} is not counted: the city hall waited for the citizen.",
)
_EXTENDED = Wording(
    ka=" ვადა გაგრძელდა ({on}), დამატებით {days}. მიზეზი: {why}",
    en=" Extended on {on} by {days}, because: {why}",
)
