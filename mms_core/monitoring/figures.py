"""Reads the ministry's figures: months and days that are folded, plus what is not folded yet.

Nothing here is ever stale: folded figures and deltas are read at one moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from mms_core.asking import ask
from mms_core.monitoring.books import Books, Question, joined

FEW = 5  # a rate of fewer cases than this is not shown
COMMON = frozenset({"opened", "answered", "answered_in_time", "answer_days"})  # of every module
PeriodName = Literal["12", "36", "year", "month"]


@dataclass(frozen=True, kw_only=True)
class Period:
    """The months that are counted, up to and including today (Asia/Tbilisi)."""

    name: PeriodName
    first: date
    today: date

    @property
    def current(self) -> date:
        """The first day of the running month."""
        return self.today.replace(day=1)


def period(name: str, *, today: date) -> Period:
    """Give the period of a filter: the last twelve months unless `year` or `month` is asked."""
    if name == "month":
        return Period(name="month", first=today.replace(day=1), today=today)
    if name == "year":
        return Period(name="year", first=today.replace(month=1, day=1), today=today)
    month = today.month % 12 + 1
    year = today.year if month == 1 else today.year - 1
    if name == "36":
        return Period(name="36", first=date(year - 2, month, 1), today=today)
    return Period(name="12", first=date(year, month, 1), today=today)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What is counted of cases; `overdue` is as of now, the others are of the period."""

    opened: int = 0
    answered: int = 0
    in_time: int = 0
    days: int = 0
    overdue: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            opened=self.opened + other.opened,
            answered=self.answered + other.answered,
            in_time=self.in_time + other.in_time,
            days=self.days + other.days,
            overdue=self.overdue + other.overdue,
        )

    @property
    def judged(self) -> int:
        """Cases that tell whether answers come in time: answered ones and overdue ones."""
        return self.answered + self.overdue

    @property
    def rate(self) -> float | None:
        """The share answered in time, from 0 to 1; None when there are too few cases.

        Overdue cases count as not in time, so that leaving a case unanswered improves nothing.
        """
        return self.in_time / self.judged if self.judged >= FEW else None

    @property
    def late(self) -> float | None:
        """The share of those that is overdue now; None when there are too few."""
        return self.overdue / self.judged if self.judged >= FEW else None

    def per_thousand(self, people: int) -> float | None:
        """Give the cases opened per 1,000 residents; None when there are too few of either."""
        return 1000 * self.opened / people if self.opened >= FEW and people else None

    @property
    def mean_days(self) -> float | None:
        """Calendar days from opening to answer, on average; None when there are too few cases."""
        return self.days / self.answered if self.answered >= FEW else None


NOTHING = Figures()


def total(parts: Iterable[Figures]) -> Figures:
    """Add figures up."""
    kept = [part for part in parts if part is not NOTHING]
    return Figures(
        opened=sum(part.opened for part in kept),
        answered=sum(part.answered for part in kept),
        in_time=sum(part.in_time for part in kept),
        days=sum(part.days for part in kept),
        overdue=sum(part.overdue for part in kept),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a module stands in a municipality."""

    state: str
    since: datetime


Key = tuple[int, str]  # (municipality, module)

# `due` counts unanswered cases on their due day, so its sum before today is what is overdue.
_UNION = """
    select tenant_id, module, measure, n from mms.stat_month
    where measure = any(:wanted) and month >= :first
    union all
    select tenant_id, module, measure, n from mms.stat_delta
    where measure = any(:wanted) and day >= :first
    union all
    select tenant_id, module, 'overdue', n from mms.stat_month
    where measure = 'due' and month < :current
    union all
    select tenant_id, module, 'overdue', n from mms.stat_day
    where measure = 'due' and day >= :current and day < :today
    union all
    select tenant_id, module, 'overdue', n from mms.stat_delta
    where measure = 'due' and day < :today
"""
_FIGURES = sa.text("""
    select tenant_id, module,
        coalesce(sum(n) filter (where measure = 'opened'), 0)::int as opened,
        coalesce(sum(n) filter (where measure = 'answered'), 0)::int as answered,
        coalesce(sum(n) filter (where measure = 'answered_in_time'), 0)::int as in_time,
        coalesce(sum(n) filter (where measure = 'answer_days'), 0)::int as days,
        coalesce(sum(n) filter (where measure = 'overdue'), 0)::int as overdue
    from (
        select tenant_id, module, measure, n from mms.stat_month
        where tenant_id = any(:halls) and measure = any(:wanted) and month >= :first
        union all
        select tenant_id, module, 'overdue', n from mms.stat_month
        where tenant_id = any(:halls) and measure = 'due' and month < :current
        union all
        select tenant_id, module, 'overdue', n from mms.stat_day
        where tenant_id = any(:halls) and measure = 'due' and day >= :current and day < :today
    ) folded group by tenant_id, module
    """)
FIELDS = {"opened": "opened", "answered": "answered", "answered_in_time": "in_time",
          "answer_days": "days"}  # fmt: skip
_MEASURES = sa.text(f"""
    select tenant_id, measure, sum(n)::int as n from ({_UNION}) both_places
    where module = :module group by tenant_id, measure
    """)  # noqa: S608 - both parts are written here
_STANDING = sa.text("select tenant_id, module, state, since from mms.tenant_module")
# Deltas are only appended or folded, each fold moves its hall's moment, each switch a version:
# so two equal versions show the same page.
_VERSION = sa.text("""
    select
        (select concat(count(*), '/', max(id::text)) from mms.stat_delta) as deltas,
        (select concat(sum(extract(epoch from folded_at)), '/', sum(drift), '/',
            max(recounted_on)) from mms.stat_fold) as folds,
        (select concat(sum(version), '/', sum(extract(epoch from since)))
            from mms.tenant_module) as standings,
        (select concat(count(*), '/', max(at)) from mms.module_allowance) as allowances,
        (select concat(count(*), '/', max(at)) from mms.module_health) as health,
        (select concat(count(*), '/', max(changed_at)) from mms.commitment) as commitments
    """)


def _bounds(span: Period) -> dict[str, Any]:
    return {"first": span.first, "current": span.current, "today": span.today}


def figures(opened: Books, span: Period) -> dict[Key, Figures]:
    """Read all figures of a period by municipality and module."""
    question = Question(
        key=("figures", span.first, span.today),
        query=_FIGURES,
        given={**_bounds(span), "wanted": [*COMMON]},
        part=_folded,
        whole=joined,
    )
    found: dict[Key, Figures] = {**opened.ask(question)}
    for row in opened.deltas:
        field = FIELDS.get(row.measure) if row.day >= span.first else None
        field = "overdue" if row.measure == "due" and row.day < span.today else field
        if field:
            key = (row.tenant_id, row.module)
            found[key] = found.get(key, NOTHING) + Figures(**{field: row.n})
    return found


def _folded(rows: Iterable[Any]) -> dict[Key, Figures]:
    return {
        (tenant_id, module): Figures(
            opened=opened, answered=answered, in_time=in_time, days=days, overdue=overdue
        )
        for tenant_id, module, opened, answered, in_time, days, overdue in rows
    }


def measures(
    connection: Connection, span: Period, *, module: str, wanted: Iterable[str]
) -> dict[tuple[int, str], int]:
    """Read measures of one module by municipality, for its own indicators."""
    given = {**_bounds(span), "module": module, "wanted": [*wanted]}
    rows = connection.execute(_MEASURES, given)
    return {(row.tenant_id, row.measure): row.n for row in rows}


def standings(connection: Connection) -> dict[Key, Standing]:
    """Read how every module stands everywhere; a pair that never was decided is absent."""
    rows = connection.execute(_STANDING)
    return {(hall, module): Standing(state=state, since=at) for hall, module, state, at in rows}


def recounted(connection: Connection) -> tuple[date | None, int]:
    """Give the last day that was recounted from the log of events, and how many figures drifted."""
    query = sa.text("select max(recounted_on), coalesce(sum(drift), 0)::int from mms.stat_fold")
    day, drift = connection.execute(query).one()
    return day, drift


# What the parts of a version are marks of, in their order.
MARKS = ("deltas", "folds", "standings", "allowances", "health", "commitments")


def version(connection: Connection) -> tuple[str, ...]:
    """Give what changes whenever a figure, a switch or an allowance does."""
    return tuple(str(part) for part in ask(_VERSION, {}, at=connection)[0])
