"""Says figures in words, the same on every page of the ministry; what is too few stays hidden.

Rates and shares only: raw numbers would punish who makes the service known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mms_core.i18n import gettext as _
from mms_core.monitoring import pace
from mms_core.monitoring.figures import FEW, Figures
from mms_core.monitoring.pace import MOST_DAYS, Waits
from mms_core.numbers import decimal, number, percent

NOTHING = "–"


def thousand(figures: Figures, people: int) -> str:
    """Say the cases per 1,000 residents."""
    rate_of = figures.per_thousand(people)
    if rate_of is not None:
        return decimal(rate_of, "0.0#")
    return _few(figures.opened and people)


def rate(figures: Figures) -> str:
    """Say the share answered in time."""
    return _share(figures.rate, figures)


def late(figures: Figures) -> str:
    """Say the share that is overdue."""
    return _share(figures.late, figures)


def _share(share: float | None, figures: Figures) -> str:
    if share is not None:
        return percent(share)
    return _few(figures.judged)


def day(waits: Waits | None, days: int | None) -> str:
    """Say after how many days an answer came."""
    if days is not None:
        return _("61 or more") if days > MOST_DAYS else str(days)
    return _few(waits and waits.days)


def shown(count: int) -> str:
    """Say a number of cases."""
    return _("few") if 0 < count < FEW else number(count)


def line(figures: Figures, people: int, waits: Waits | None) -> tuple[str, ...]:
    """Say what stands in a line of a municipality or a module."""
    median, most = (waits.median, waits.most) if waits else (None, None)
    return (
        thousand(figures, people),
        rate(figures),
        day(waits, median),
        day(waits, most),
        late(figures),
    )


Month = tuple[date, float, str, float, str]


def months(found: Iterable[pace.Month], people: int) -> tuple[Month, ...]:
    """Say of each month its cases per 1,000 residents and its answers in time, with their bars.

    A bar is as long as what is said, so that equal words are drawn alike.
    """
    return tuple(_month(month, people) for month in found)


def _month(month: pace.Month, people: int) -> Month:
    cases = 1000 * month.opened / people if people and month.opened >= FEW else None
    few_cases, few_answers = month.opened > 0, month.answered > 0
    return (
        month.first,
        round(cases or 0, 2),
        decimal(cases, "0.00") if cases is not None else _few(few_cases),
        round(month.rate or 0, 2),
        percent(month.rate) if month.rate is not None else _few(few_answers),
    )


def _few(any_at_all: object) -> str:
    return _("few") if any_at_all else NOTHING
