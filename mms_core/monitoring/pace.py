"""Reads how fast answers come, how cases came in, and both by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from mms_core.monitoring.books import Books, Question
from mms_core.monitoring.figures import FEW, Period

# `measure` is compared as in C: a dot comes right before a slash.
_SPREAD = sa.text("""
    select tenant_id, module, measure, sum(n)::int as n from mms.stat_month
    where tenant_id = any(:halls) and (:module = '' or module = :module)
        and (measure >= 'wait.' and measure < 'wait/' or measure >= 'by.' and measure < 'by/')
        and month between :first and :today
    group by 1, 2, 3
    """)
_MONTHS = sa.text("""
    select tenant_id, month, measure, sum(n)::int as n from mms.stat_month
    where tenant_id = any(:halls) and (:module = '' or module = :module)
        and measure = any(:wanted) and month between :first and :today
    group by 1, 2, 3
    """)
MOST_DAYS = 60  # the last one that is told
COUNTED = ("opened", "answered", "answered_in_time")
KINDS = ("channel", "language", "level")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose figures are read: some municipalities, and one module or all."""

    span: Period
    halls: Sequence[int]
    module: str = ""

    @property
    def given(self) -> dict[str, Any]:
        """The filters as a query takes them, beside the municipalities."""
        return {"first": self.span.first, "today": self.span.today, "module": self.module}

    def question(self, name: str, query: sa.TextClause, **how: Any) -> Question:
        """Ask the folded counters of these municipalities; `how` says part and whole."""
        last = self.span.today.replace(day=1)
        key = (name, self.span.first, last, self.module, tuple(self.halls))
        given = {**self.given, **how.pop("given", {})}
        return Question(key=key, query=query, given=given, halls=frozenset(self.halls), **how)

    def waiting(self, opened: Books) -> Iterator[Any]:
        """Give what waits to be folded of these municipalities and days."""
        for row in opened.deltas:
            here = row.tenant_id in self.halls and self.module in {"", row.module}
            if here and self.span.first <= row.day <= self.span.today:
                yield row


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

    @cached_property
    def median(self) -> int | None:
        """The day by which half were answered."""
        return self.at(0.5)

    @cached_property
    def most(self) -> int | None:
        """The day by which nine in ten were answered."""
        return self.at(0.9)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How long answers took and how cases came, as far as it is folded or with what waits."""

    by_hall: Mapping[int, Waits]
    by_module: Mapping[str, Waits]
    ways: Counter[tuple[str, str]]

    @property
    def kinds(self) -> dict[str, Counter[str]]:
        """How cases came: by channel, by language and by identity level."""
        found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        for (kind, value), n in self.ways.items():
            found[kind][value] = n
        return found


def spread(opened: Books, asked: Asked) -> Spread:
    """Read the days to first answers, by municipality and by module, and how cases came."""
    question = asked.question("spread", _SPREAD, part=_sums, whole=_whole)
    folded: Spread = opened.ask(question)
    new = [row for row in asked.waiting(opened) if row.measure.startswith(("wait.", "by."))]
    if not new:
        return folded
    by_hall = {row.tenant_id: _waits(folded.by_hall.get(row.tenant_id)) for row in new}
    by_module = {row.module: _waits(folded.by_module.get(row.module)) for row in new}
    ways = Counter(folded.ways)
    for row in new:
        if row.measure.startswith("wait."):
            by_hall[row.tenant_id].days[int(row.measure[5:])] += row.n
            by_module[row.module].days[int(row.measure[5:])] += row.n
        else:
            _count_way(ways, row.measure, row.n)
    return Spread(
        by_hall={**folded.by_hall, **by_hall},
        by_module={**folded.by_module, **by_module},
        ways=ways,
    )


def waits(opened: Books, asked: Asked) -> Mapping[int, Waits]:
    """Read the days to first answers by municipality."""
    return spread(opened, asked).by_hall


def _waits(before: Waits | None) -> Waits:
    return Waits(days=Counter(before.days) if before else Counter())


def _count_way(ways: Counter[tuple[str, str]], measure: str, n: int) -> None:
    for kind, value in zip(KINDS, measure.split(".")[1:4], strict=False):
        ways[kind, value] += n


Sums = tuple[dict[str, Waits], Waits, Counter[tuple[str, str]]]


def _sums(rows: Sequence[Any]) -> Sums:
    """Put the rows of a hall together: days to answers by module and in all, and how cases came."""
    by_module: dict[str, Waits] = {}
    ways: Counter[tuple[str, str]] = Counter()
    for _hall, module, measure, n in rows:
        if measure.startswith("wait."):
            by_module.setdefault(module, Waits()).days[int(measure[5:])] += n
        else:
            _count_way(ways, measure, n)
    return by_module, together(by_module), ways


def _whole(parts: Mapping[int, Sums]) -> Spread:
    by_module: dict[str, Waits] = {}
    ways: Counter[tuple[str, str]] = Counter()
    for waits_of, _all, ways_of in parts.values():
        ways.update(ways_of)
        for module, took in waits_of.items():
            by_module.setdefault(module, Waits()).days.update(took.days)
    by_hall = {hall: took for hall, (_waits, took, _ways) in parts.items()}
    return Spread(by_hall=by_hall, by_module=by_module, ways=ways)


def together(parts: Mapping[Any, Waits]) -> Waits:
    """Join what was read in parts."""
    days: Counter[int] = Counter()
    for part in parts.values():
        days.update(part.days)
    return Waits(days=days)


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


def months(opened: Books, asked: Asked) -> list[Month]:
    """Read the trend: each month of the period, also one in which nothing came."""
    question = asked.question(
        "months", _MONTHS, part=_by_month, whole=_added, given={"wanted": [*COUNTED]}
    )
    read: Counter[tuple[date, str]] = Counter(opened.ask(question))
    for row in asked.waiting(opened):
        if row.measure in COUNTED:
            read[row.day.replace(day=1), row.measure] += row.n
    return [
        Month(first=first, **{
            name: read[first, measure]
            for name, measure in zip(("opened", "answered", "in_time"), COUNTED, strict=True)
        })
        for first in each_month(asked.span.first, asked.span.today)
    ]  # fmt: skip


def _by_month(rows: Sequence[Any]) -> Counter[tuple[date, str]]:
    return Counter({(row.month, row.measure): row.n for row in rows})


def _added(parts: Mapping[int, Any]) -> Counter[tuple[date, str]]:
    found: Counter[tuple[date, str]] = Counter()
    for part in parts.values():
        found.update(part)
    return found


def each_month(first: date, last: date) -> list[date]:
    """Give the first days of the months from one day to another."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    at = [first.year * 12 + first.month - 1 + step for step in range(count)]
    return [date(month // 12, month % 12 + 1, 1) for month in at]
