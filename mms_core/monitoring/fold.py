"""Folds deltas into days and months: at every moment a figure is either a delta or folded.

Deltas are deleted and added to days and months in one transaction of one municipality, so that a
reader of deltas and months together counts each change once, and a worker that dies loses none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects.postgresql import insert

from mms_core import db as database
from mms_core.db import db
from mms_core.monitoring.models import StatDay, StatFold, StatMonth
from mms_core.monitoring.reader import reading

# One statement for one municipality: what is deleted is what is summed, whoever writes meanwhile.
_TAKE = sa.text("""
    with taken as (
        delete from mms.stat_delta where tenant_id = :tenant returning day, module, measure, n
    )
    select day, module, measure, sum(n)::int as n, count(*) as deltas
    from taken group by day, module, measure
    """)
_WAITING = sa.text("""
    select m.id from mms.municipality m
    where exists (select from mms.stat_delta d where d.tenant_id = m.id) order by m.id
    """)


def fold(tenant_id: int) -> int:
    """Fold a municipality's deltas within the running transaction; gives how many there were.

    The municipality's row of `stat_fold` is written first: of two workers one waits for the other,
    so they never meet in days and months in another order.
    """
    _take_turn(tenant_id)
    rows = db.session.execute(_TAKE, {"tenant": tenant_id}).all()
    days: Counter[tuple[date, str, str]] = Counter()
    months: Counter[tuple[date, str, str]] = Counter()
    for row in rows:
        days[row.day, row.module, row.measure] += row.n
        months[row.day.replace(day=1), row.module, row.measure] += row.n
    _add(StatDay, "day", tenant_id=tenant_id, figures=days.items())
    _add(StatMonth, "month", tenant_id=tenant_id, figures=months.items())
    return sum(row.deltas for row in rows)


def _take_turn(tenant_id: int) -> None:
    now = sa.func.clock_timestamp()
    mine = insert(StatFold.__table__).values(tenant_id=tenant_id, folded_at=now, drift=0)
    db.session.execute(
        mine.on_conflict_do_update(index_elements=["tenant_id"], set_={"folded_at": now})
    )


def _add(
    model: Any, when: str, *, tenant_id: int, figures: Iterable[tuple[tuple[date, str, str], int]]
) -> None:
    rows = [
        {"tenant_id": tenant_id, when: day, "module": module, "measure": measure, "n": n}
        for (day, module, measure), n in sorted(figures)
        if n
    ]
    if not rows:
        return
    adding = insert(model.__table__)
    db.session.execute(
        adding.on_conflict_do_update(
            index_elements=["tenant_id", when, "module", "measure"],
            set_={"n": model.__table__.c.n + adding.excluded.n},
        ),
        rows,
    )


def waiting() -> list[int]:
    """Name the municipalities that have deltas to fold; asked by the ministry's role."""
    with reading() as connection:
        return list(connection.execute(_WAITING).scalars())


def fold_all(app: Flask) -> int:
    """Fold every municipality that has deltas, each in a transaction of its own."""
    with app.app_context():
        halls = waiting()
    folded = 0
    for tenant_id in halls:
        with app.app_context():
            database.bind(tenant_id)
            folded += fold(tenant_id)
            database.commit()
    return folded
