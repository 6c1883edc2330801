"""What became of the ideas of a hall: the figures of the results and of a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal, select, union_all

from mms_core.cases.models import Case
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.counters import RESULTS, count
from mms_core.monitoring.models import StatDelta, StatMonth
from plugins.your_idea_to_mayor import tallies
from plugins.your_idea_to_mayor.listing import LINE, OF_CASE, TENANT, read, whole
from plugins.your_idea_to_mayor.models import NAME, Idea, YearNote

FIRST_YEAR = 2020
FEW = 5  # a share of fewer ideas is said as a number, not in per cent
MANY = 1000  # what waits is counted no further
LATEST, STORIES = 400, 5  # carried-out ideas that are looked through, and how many are told
LONGEST = 4000  # characters of the hall's words on a year
IDEA, CASE = Idea.__table__, Case.__table__
PROMISES = ("promised", "promises_kept", "promises_broken")


@dataclass(frozen=True, kw_only=True)
class Result:
    """The figures of a time or of a part: how many came, and what became of them."""

    came: int = 0
    answered: int = 0
    in_time: int = 0
    accepted: int = 0
    rejected: int = 0
    done: int = 0
    dropped: int = 0
    median: int | None = None
    promised: int = 0
    kept: int = 0
    broken: int = 0

    @property
    def in_time_percent(self) -> int | None:
        """The share of answers that came in time, or None where there are too few."""
        return round(100 * self.in_time / self.answered) if self.answered >= FEW else None


def result(measures: Mapping[str, int], promises: Mapping[str, int] | None = None) -> Result:
    """Put a part's measures together."""
    names = ("came", "answered", "in_time", "accepted", "rejected", "done", "dropped")
    told = promises or {}
    return Result(
        **{name: measures.get(name, 0) for name in names},
        median=tallies.median(measures),
        promised=told.get("promised", 0),
        kept=told.get("promises_kept", 0),
        broken=told.get("promises_broken", 0),
    )


def by_year(tenant_id: int, *, today: date) -> dict[int, Result]:
    """Give the results of each year that has any, the newest first."""
    figures = tallies.read(tenant_id, first=date(FIRST_YEAR, 1, 1), last=today)
    promises = _promises(tenant_id, first=date(FIRST_YEAR, 1, 1), last=today)
    years: dict[int, Counter[str]] = {}
    for (month, kind, _key, measure), n in figures.items():
        if kind == tallies.ALL:
            years.setdefault(month.year, Counter())[measure] += n
    return {year: result(years[year], promises.get(year)) for year in sorted(years, reverse=True)}


def _promises(tenant_id: int, *, first: date, last: date) -> dict[int, Counter[str]]:
    """Give how many promises were made, kept and broken, by year, from the core's counters."""
    months, deltas = StatMonth.__table__, StatDelta.__table__
    ours = [
        select(day.label("day"), table.c.measure, table.c.n).where(
            table.c.tenant_id == tenant_id,
            table.c.module == NAME,
            table.c.measure.in_(PROMISES),
            day.between(first, last),
        )
        for table, day in ((months, months.c.month), (deltas, deltas.c.day))
    ]
    both = union_all(*ours).subquery()
    found: dict[int, Counter[str]] = {}
    for row in db.session.execute(select(both)):
        found.setdefault(row.day.year, Counter())[row.measure] += row.n
    return found


def waiting(tenant_id: int) -> int:
    """Count the ideas that wait for an answer now, up to one more than MANY."""
    owed = (
        select(literal(1))
        .where(CASE.c.tenant_id == tenant_id, CASE.c.module == NAME)
        .where(CASE.c.is_open, CASE.c.answered_at.is_(None))
        .limit(MANY + 1)
        .subquery()
    )
    return int(db.session.execute(select(func.count()).select_from(owed)).scalar_one())


@dataclass(frozen=True, kw_only=True)
class Year:
    """The page of a year: its figures, its parts from the largest, the hall's own words."""

    year: int
    whole: Result
    categories: Sequence[tuple[str, Result]]
    places: Sequence[tuple[str, Result]]
    note: YearNote | None


def year(tenant_id: int, wanted: int) -> Year:
    """Give the figures of one year."""
    first, last = date(wanted, 1, 1), date(wanted, 12, 31)
    figures = tallies.read(tenant_id, first=first, last=last)
    promises = _promises(tenant_id, first=first, last=last)
    whole = tallies.sums(figures).get("", Counter())
    return Year(
        year=wanted,
        whole=result(whole, promises.get(wanted)),
        categories=_parts(figures, tallies.CATEGORY),
        places=_parts(figures, tallies.PLACE),
        note=db.session.get(YearNote, (tenant_id, wanted)),
    )


def _parts(figures: tallies.Figures, kind: str) -> list[tuple[str, Result]]:
    found = [(key, result(n)) for key, n in tallies.sums(figures, kind=kind).items()]
    return sorted(found, key=lambda part: (-part[1].came, part[0]))


def stories(tenant_id: int, wanted: int) -> Sequence[Any]:
    """Give the carried-out ideas of a year that most people had supported, as lines of the list."""
    start = datetime(wanted, 1, 1, tzinfo=TBILISI)
    end = datetime(wanted + 1, 1, 1, tzinfo=TBILISI)
    latest = (
        select(IDEA.c.case_id, IDEA.c.supports)
        .where(IDEA.c.tenant_id == TENANT, IDEA.c.is_public, IDEA.c.state == "done")
        .where(IDEA.c.published_at >= start, IDEA.c.published_at < end)
        .order_by(IDEA.c.published_at.desc(), IDEA.c.case_id.desc())
        .limit(LATEST)
        .subquery()
    )
    best = select(latest.c.case_id).order_by(latest.c.supports.desc()).limit(STORIES)
    query = (
        select(*LINE, CASE.c.answer)
        .select_from(OF_CASE)
        .where(IDEA.c.tenant_id == TENANT, CASE.c.tenant_id == TENANT)
        .where(IDEA.c.case_id.in_(best))
    )
    order = [("supports", True), ("case_id", False)]
    return read(whole(query, order=order), {"tenant": tenant_id}).all()


def write_note(tenant_id: int, wanted: int, *, body: str, by_name: str, now: datetime) -> None:
    """Keep the hall's own words on a year; Invalid (field `body`) when they are too many.

    The first words on a year count as a published result; what is mended later does not.
    """
    plain = body.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(plain) > LONGEST:
        problem = _("At most %(count)s characters.", count=LONGEST)
        raise Invalid(problem, fields={"body": [problem]})
    row = db.session.get(YearNote, (tenant_id, wanted))
    if row is None:
        row = YearNote(tenant_id=tenant_id, year=wanted)
        db.session.add(row)
    if plain and not row.body:
        count(tenant_id, NAME, {local_day(now): {RESULTS: 1}})
    row.body, row.by_name = plain, by_name
    changed(tenant_id, NAME)
