"""Reads how fast answers come, how cases came in, and both by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from mms_core.monitoring import settled
from mms_core.monitoring.figures import FEW, Period

# `measure` is compared as in C: a dot comes right before a slash.
_SPREAD = """
    select {by} as key, measure, sum(n)::int as n from (
        select tenant_id, module, measure, n from mms.stat_month
        where measure >= :low and measure < :high and month between :since and :today
        union all
        select tenant_id, module, measure, n from mms.stat_delta
        where measure >= :low and measure < :high and day between :first and :today
    ) both_places
    where tenant_id = any(:halls) and (:module = '' or module = :module) group by 1, 2
    """
_OVER = """
    select {by} as key, measure, sum(n)::int as n from mms.stat_month
    where measure >= :low and measure < :high and month >= :first and month < :since
        and tenant_id = any(:halls) and (:module = '' or module = :module) group by 1, 2
    """
By = Literal["tenant_id", "module"]
_MONTHS = sa.text("""
    select month, measure, sum(n)::int as n from (
        select tenant_id, module, month, measure, n from mms.stat_month
        where measure = any(:wanted) and month between :first and :today
        union all
        select tenant_id, module, date_trunc('month', day)::date, measure, n from mms.stat_delta
        where measure = any(:wanted) and day between :first and :today
    ) both_places
    where tenant_id = any(:halls) and (:module = '' or module = :module) group by 1, 2
    """)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose figures are read: some municipalities, and one module or all."""

    span: Period
    halls: Sequence[int]
    module: str = ""

    @property
    def given(self) -> dict[str, Any]:
        """The filters as a query takes them."""
        return {
            "first": self.span.first,
            "today": self.span.today,
            "halls": [*self.halls],
            "module": self.module,
        }


@dataclass(frozen=True, kw_only=True)
class Waits:
    """How many answers took how many days; the last day stands for all that took longer."""

    days: Counter[int] = field(default_factory=Counter)

    def at(self, share: float) -> int | None:
        """Give the day by which this share was answered; None when there are too few answers."""
        total = sum(self.days.values())
        if total < FEW:
            return None
        seen = 0
        for day in sorted(self.days):
            seen += self.days[day]
            if seen >= share * total:
                return day
        return None

    @property
    def median(self) -> int | None:
        """The day by which half were answered."""
        return self.at(0.5)

    @property
    def most(self) -> int | None:
        """The day by which nine in ten were answered."""
        return self.at(0.9)


def waits(connection: Connection, asked: Asked, *, by_module: bool = False) -> dict[Any, Waits]:
    """Read the days to first answers, by municipality or by module."""
    found: dict[Any, Waits] = {}
    for row in _spread(connection, asked, by="module" if by_module else "tenant_id", of="wait"):
        found.setdefault(row.key, Waits()).days[int(row.measure[5:])] += row.n
    return found


def _spread(connection: Connection, asked: Asked, *, by: By, of: str) -> Sequence[Any]:
    """Read the measures that begin with a word: of months that are over, and of these days."""
    since = max(settled.since(asked.span.today), asked.span.first)
    given = {**asked.given, "low": f"{of}.", "high": f"{of}/", "since": since}
    key = (by, of, asked.span.first, since, tuple(asked.halls), asked.module)
    over = sa.text(_OVER.format(by=by))
    past = settled.read(connection, key, lambda: connection.execute(over, given).all())
    return [*past, *connection.execute(sa.text(_SPREAD.format(by=by)), given)]


def together(parts: Mapping[Any, Waits]) -> Waits:
    """Join what was read in parts."""
    return Waits(days=sum((part.days for part in parts.values()), Counter()))


def ways(connection: Connection, asked: Asked) -> dict[str, Counter[str]]:
    """Read how cases came: by channel, by language and by identity level."""
    found: dict[str, Counter[str]] = {
        "channel": Counter(),
        "language": Counter(),
        "level": Counter(),
    }
    for row in _spread(connection, asked, by="tenant_id", of="by"):
        for kind, value in zip(found, row.measure.split(".")[1:4], strict=False):
            found[kind][value] += row.n
    return found


@dataclass(frozen=True, kw_only=True)
class Month:
    """The figures of one month."""

    first: date
    opened: int
    answered: int
    in_time: int

    @property
    def rate(self) -> float | None:
        """The share of the month's answers that were in time; None when there are too few."""
        return self.in_time / self.answered if self.answered >= FEW else None


def months(connection: Connection, asked: Asked) -> list[Month]:
    """Read the trend: each month of the period, also one in which nothing came."""
    wanted = ("opened", "answered", "answered_in_time")
    read: Counter[tuple[date, str]] = Counter()
    for row in connection.execute(_MONTHS, {**asked.given, "wanted": [*wanted]}):
        read[row.month, row.measure] += row.n
    return [
        Month(first=first, **{
            name: read[first, measure]
            for name, measure in zip(("opened", "answered", "in_time"), wanted, strict=True)
        })
        for first in each_month(asked.span.first, asked.span.today)
    ]  # fmt: skip


def each_month(first: date, last: date) -> list[date]:
    """Give the first days of the months from one day to another."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    at = [first.year * 12 + first.month - 1 + step for step in range(count)]
    return [date(month // 12, month % 12 + 1, 1) for month in at]
