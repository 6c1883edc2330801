"""Reads the results of ratings: by programme, dimension and settlement, none of too few people."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from mms_core.db import db
from plugins.citizen_feedback import hiding
from plugins.citizen_feedback.kinds import OVERALL
from plugins.citizen_feedback.models import Programme, ProgrammeSum, Rating
from plugins.citizen_feedback.urn import chance

SUM = ProgrammeSum.__table__
WORDS_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a group of people said: how many, the mean mark, the share of good marks (4 and 5)."""

    key: str
    n: int
    mean: float | None
    good: float | None

    @property
    def shown(self) -> bool:
        """Whether enough people stand behind it."""
        return self.mean is not None


def result(key: str, n: int, *, total: int, good: int, hidden: bool = False) -> Result:
    """Make a result out of sums; a hidden one has neither mean nor share."""
    if hidden or n < hiding.FEWEST:
        return Result(key=key, n=n, mean=None, good=None)
    return Result(key=key, n=n, mean=total / n, good=good / n)


def of_programmes(tenant_id: int, programme_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Result]:
    """Give the mark for the whole of several programmes."""
    query = select(SUM.c.programme_id, SUM.c.n, SUM.c.total, SUM.c.good).where(
        SUM.c.tenant_id == tenant_id,
        SUM.c.programme_id.in_(programme_ids),
        SUM.c.settlement == "",
        SUM.c.dimension == OVERALL,
    )
    return {
        row.programme_id: result(OVERALL, row.n, total=row.total, good=row.good)
        for row in db.session.execute(query)
    }


@dataclass(frozen=True, kw_only=True)
class Results:
    """The results of one programme."""

    overall: Result
    dimensions: Sequence[Result]
    settlements: Sequence[Result]
    hidden: int  # answers from settlements that are not shown by themselves


def of_programme(programme: Programme, dimensions: Mapping[str, str]) -> Results:
    """Give the results of a programme: the whole, each dimension, each settlement."""
    query = select(SUM).where(
        SUM.c.tenant_id == programme.tenant_id,
        SUM.c.programme_id == programme.id,
        (SUM.c.settlement == "") | (SUM.c.dimension == OVERALL),
    )
    rows = db.session.execute(query).all()
    whole = {row.dimension: row for row in rows if row.settlement == ""}
    places = {row.settlement: row for row in rows if row.settlement}
    return arranged(
        whole, places, order=(*dimensions, *sorted(set(whole) - {*dimensions, OVERALL}))
    )


def arranged(
    whole: Mapping[str, Any], places: Mapping[str, Any], *, order: Sequence[str]
) -> Results:
    """Put sums into results; `whole` is by dimension, `places` the mark for the whole by place.

    Rows have n, total and good. Answers without a settlement count as a place of their own, for
    the total would otherwise give away what is hidden.
    """
    top = whole.get(OVERALL)
    counts = {name: int(row.n) for name, row in places.items()}
    unnamed = (int(top.n) if top else 0) - sum(counts.values())
    seen = hiding.shown(counts | ({"": unnamed} if unnamed else {}))
    listed = [
        result(name, row.n, total=row.total, good=row.good)
        for name, row in sorted(places.items(), key=lambda item: (-item[1].n, item[0]))
        if name in seen
    ]
    return Results(
        overall=_whole(OVERALL, top),
        dimensions=[_whole(key, whole[key]) for key in order if key in whole],
        settlements=listed,
        hidden=(int(top.n) if top else 0) - sum(item.n for item in listed),
    )


def _whole(key: str, row: Any) -> Result:
    return (
        result(key, row.n, total=row.total, good=row.good)
        if row
        else Result(key=key, n=0, mean=None, good=None)
    )


def words(programme: Programme) -> list[tuple[str, str]]:
    """Give what people wrote (words, what they would change) for the hall, in an order of chance.

    Neither marks nor settlement nor day stand beside the words.
    """
    table = Rating.__table__
    query = (
        select(table.c.words, table.c.change)
        .where(table.c.tenant_id == programme.tenant_id, table.c.programme_id == programme.id)
        .where(table.c.has_words)
        .order_by(table.c.day.desc(), table.c.id)
        .limit(WORDS_SHOWN)
    )
    rows = [(row.words, row.change) for row in db.session.execute(query)]
    chance.shuffle(rows)
    return rows


def total_of_year(tenant_id: int, year: int) -> int:
    """Count the ratings of a year's programmes that have been added up."""
    query = (
        select(func.coalesce(func.sum(SUM.c.n), 0))
        .join(
            Programme,
            (Programme.tenant_id == SUM.c.tenant_id) & (Programme.id == SUM.c.programme_id),
        )
        .where(SUM.c.tenant_id == tenant_id, Programme.year == year)
        .where(SUM.c.settlement == "", SUM.c.dimension == OVERALL)
    )
    return int(db.session.scalar(query) or 0)
