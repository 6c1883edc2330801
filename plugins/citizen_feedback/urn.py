"""Mixes anonymous ratings, so that none can be told from the moment at which it came.

A rating that came alone would be known by its time: by the row's transaction, by its place in the
table, by a result that moved. So it waits encrypted in the urn until `MIXED` of its programme wait;
then they are poured out together, in an order of chance, with the day of the pouring.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.people import vault
from plugins.citizen_feedback.models import (
    NAME,
    Programme,
    ProgrammeMonth,
    ProgrammeSum,
    Rating,
    Urn,
)

MIXED = 5  # ratings poured out together; also the fewest of which a result is shown
chance = random.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a rating says, without whose it is; `marks` maps a dimension to 1 to 5."""

    marks: Mapping[str, int]
    settlement: str = ""
    words: str = ""
    change: str = ""


def drop(programme: Programme, answer: Answer, *, now: datetime) -> None:
    """Put an anonymous rating into the urn, and empty the urn when enough have come."""
    sealed = vault.hide(json.dumps(asdict(answer), ensure_ascii=False))
    values = {"tenant_id": programme.tenant_id, "id": uuid.uuid4(), "programme_id": programme.id}
    db.session.execute(insert(Urn.__table__).values(values | {"sealed": sealed}))
    pour(programme, now=now)


def pour(programme: Programme, *, now: datetime, least: int = MIXED) -> int:
    """Pour out what waits of a programme if it is enough; gives how many ratings that were."""
    table = Urn.__table__
    mine = (table.c.tenant_id == programme.tenant_id) & (table.c.programme_id == programme.id)
    waiting = select(table.c.id, table.c.sealed).where(mine).with_for_update(skip_locked=True)
    rows = db.session.execute(waiting).all()
    if not rows or len(rows) < least:
        return 0
    answers = [Answer(**json.loads(vault.reveal(row.sealed))) for row in rows]
    chance.shuffle(answers)
    db.session.execute(delete(table).where(mine, table.c.id.in_([row.id for row in rows])))
    for answer in answers:
        keep(programme, answer, now=now)
    fold(programme, answers, now=now)
    return len(rows)


def pour_rest(tenant_id: int, year: int, *, now: datetime) -> int:
    """Pour out what is left of a budget year that is over, all programmes in one go.

    No rating is lost for want of company; fewer than `MIXED` in the whole hall stay in the urn.
    Gives how many ratings that were.
    """
    same = (Programme.tenant_id == Urn.tenant_id) & (Programme.id == Urn.programme_id)
    query = select(Programme.id, func.count()).join(Urn, same).group_by(Programme.id)
    mine = (Urn.tenant_id == tenant_id) & (Programme.year == year)
    left = db.session.execute(query.where(mine)).all()
    if sum(count for _programme, count in left) < MIXED:
        return 0
    rows = [db.session.get(Programme, (tenant_id, key)) for key, _count in left]
    return sum(pour(row, now=now, least=1) for row in rows if row is not None)


def keep(programme: Programme, answer: Answer, *, now: datetime) -> uuid.UUID:
    """Write a rating into the table and give its key."""
    key = uuid.uuid4()
    values = {
        "tenant_id": programme.tenant_id,
        "id": key,
        "programme_id": programme.id,
        "day": day_of(programme, now),
        "settlement": answer.settlement,
        "marks": dict(answer.marks),
        "words": answer.words,
        "change": answer.change,
        "has_words": bool(answer.words or answer.change),
    }
    db.session.execute(insert(Rating.__table__).values(values))
    return key


def day_of(programme: Programme, now: datetime) -> date:
    """Give the day to which a rating counts: the last of the budget year for one given later."""
    return min(local_day(now), date(programme.year, 12, 31))


def fold(programme: Programme, answers: Iterable[Answer], *, now: datetime) -> None:
    """Add marks to the sums of the programme, for pages and for reports by month."""
    sums: dict[tuple[str, str], list[int]] = {}
    for answer in answers:
        for dimension, mark in answer.marks.items():
            for place in {"", answer.settlement}:
                cell = sums.setdefault((place, dimension), [0, 0, 0])
                cell[0] += 1
                cell[1] += mark
                cell[2] += mark >= 4
    month = day_of(programme, now).replace(day=1)
    rows: list[dict[str, Any]] = [
        {
            "tenant_id": programme.tenant_id,
            "programme_id": programme.id,
            "settlement": place,
            "dimension": dimension,
            "n": n,
            "total": total,
            "good": good,
        }
        for (place, dimension), (n, total, good) in sorted(sums.items())  # in order: no deadlock
    ]
    _add(ProgrammeSum, rows)
    _add(ProgrammeMonth, [row | {"month": month} for row in rows])
    changed(programme.tenant_id, NAME)


def _add(model: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.flush()
        db.session.connection().execute(_adding(model), rows)


@cache
def _adding(model: Any) -> Any:
    """Write the statement once: it takes one row, and the driver sends all of them together."""
    table = model.__table__
    statement = upsert(table)
    more = {name: table.c[name] + statement.excluded[name] for name in ("n", "total", "good")}
    keys = [column.name for column in table.primary_key]
    return statement.on_conflict_do_update(index_elements=keys, set_=more)


def waiting(programme: Programme) -> int:
    """Count the ratings that wait in the urn of a programme."""
    mine = (Urn.tenant_id == programme.tenant_id) & (Urn.programme_id == programme.id)
    return db.session.scalar(select(func.count()).select_from(Urn).where(mine)) or 0
