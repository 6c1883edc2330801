"""Recounts a day from the event log and compares it with the counters: the log is the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.dialects.postgresql import insert

from mms_core import db as database
from mms_core.cases.counted import is_published, waited
from mms_core.db import db
from mms_core.i18n import TBILISI
from mms_core.modules import Registry, registry
from mms_core.monitoring.counters import count
from mms_core.monitoring.models import StatDrift, StatFold

log = structlog.get_logger(__name__)
Figures = Counter[tuple[str, str]]  # (module, measure) -> n
ALWAYS = frozenset({"opened", "answered", "answered_in_time", "answer_days", "due"})
# Only the module's own table can tell these.
BY_STATES = frozenset({"closed", "reopened", "published"})
SPREAD = ("by.", "wait.")  # how cases came, how many days their answers took

_COUNTED = sa.text("""
    select module, measure, sum(n)::int as n from (
        select module, measure, n from mms.stat_day where tenant_id = :tenant and day = :day
        union all
        select module, measure, n from mms.stat_delta where tenant_id = :tenant and day = :day
    ) both_places group by module, measure
    """)
_EVENTS = sa.text("""
    select c.module, c.kind, e.before, e.after, e.at = c.answered_at as answers,
           case when e.before = '' then concat_ws('.', c.channel, c.language,
               coalesce(e.data->>'level', '0')) else '' end as came,
           (e.at at time zone 'Asia/Tbilisi')::date
               - (c.opened_at at time zone 'Asia/Tbilisi')::date as took,
           count(*) as n,
           count(*) filter (
               where c.due_on is null or (e.at at time zone 'Asia/Tbilisi')::date <= c.due_on
           ) as in_time
    from mms.case_event e
    join mms.cases c on c.tenant_id = e.tenant_id and c.id = e.case_id
    where e.tenant_id = :tenant and e.kind = 'step' and e.at >= :start and e.at < :end
    group by 1, 2, 3, 4, 5, 6, 7
    """)
_DUE = sa.text("""
    select module, count(*)::int as n from mms.cases
    where tenant_id = :tenant and due_on = :day and answered_at is null group by module
    """)


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A figure of a day that the counters and the log disagree about."""

    module: str
    measure: str
    counted: int
    found: int


def recount(modules: Registry, tenant_id: int, *, day: date) -> list[Drift]:
    """Compare a day's counters with the log; the session is bound and has not begun.

    Everything is read at one moment (repeatable read), so an answer given meanwhile is no drift.
    """
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    given = {"tenant": tenant_id, "day": day, **_bounds(day)}
    counted: Figures = Counter()
    for row in db.session.execute(_COUNTED, given):
        counted[row.module, row.measure] = row.n
    found = _from_log(modules, db.session.execute(_EVENTS, given).all())
    for row in db.session.execute(_DUE, given):
        found[row.module, "due"] = row.n
    return _compare(modules, counted=counted, found=found)


def _bounds(day: date) -> dict[str, datetime]:
    start = datetime(day.year, day.month, day.day, tzinfo=TBILISI)
    return {"start": start, "end": start + timedelta(days=1)}


def _from_log(modules: Registry, rows: Iterable[Any]) -> Figures:
    found: Figures = Counter()
    for row in rows:
        module = row.module
        if not row.before:
            found[module, "opened"] += row.n
            found[module, f"by.{row.came}"] += row.n
        if row.answers:
            _answered(modules, found, row)
        was, now = _open_states(modules, module, row.kind, (row.before, row.after))
        if was is True and now is False:
            found[module, "closed"] += row.n
        if was is False and now is True:
            found[module, "reopened"] += row.n
    return found


def _answered(modules: Registry, found: Figures, row: Any) -> None:
    found[row.module, "answered"] += row.n
    found[row.module, "answered_in_time"] += row.in_time
    found[row.module, "answer_days"] += row.took * row.n
    found[row.module, waited(row.took)] += row.n
    case_type = modules.case_type(row.module, row.kind)
    state = next((s for s in case_type.states if s.name == row.after), None) if case_type else None
    if case_type and state and is_published(case_type, state):
        found[row.module, "published"] += row.n


def _open_states(
    modules: Registry, module: str, kind: str, names: tuple[str, str]
) -> tuple[bool | None, ...]:
    """Tell of each state whether it is open; None where the table does not know it."""
    case_type = modules.case_type(module, kind)
    known = {state.name: state.open for state in case_type.states} if case_type else {}
    return tuple(known.get(name) for name in names)


def _compare(modules: Registry, *, counted: Figures, found: Figures) -> list[Drift]:
    drifts = []
    for module, measure in sorted({*counted, *found}):
        always = measure in ALWAYS or measure.startswith(SPREAD)
        known = always or (measure in BY_STATES and module in modules.loaded)
        pair = (counted[module, measure], found[module, measure])
        if known and pair[0] != pair[1]:
            drifts.append(Drift(module=module, measure=measure, counted=pair[0], found=pair[1]))
    return drifts


def recount_hall(app: Flask, tenant_id: int, *, day: date, repair: bool = False) -> list[Drift]:
    """Recount a municipality's day and remember what was found; `repair` writes the difference.

    A repair is a delta like any other, so that days, months and readers need no second way. Of two
    recounts at once only one repairs: the other sees that the hall was recounted meanwhile.
    """
    with app.app_context():
        database.bind(tenant_id)
        before = _last(tenant_id)
        database.rollback()
        drifts = recount(registry(app), tenant_id, day=day)
        database.rollback()
        if _last(tenant_id, lock=True) != before:
            database.rollback()
            return drifts
        for item in drifts:
            log.warning("stats.drift", tenant_id=tenant_id, day=day.isoformat(), module=item.module,
                        measure=item.measure, counted=item.counted, found=item.found)  # fmt: skip
            if repair:
                lack = {item.measure: item.found - item.counted}
                count(tenant_id, item.module, {day: lack})
        _remember(tenant_id, day=day, drifts=drifts, mended=repair)
        database.commit()
    return drifts


def _last(tenant_id: int, *, lock: bool = False) -> datetime | None:
    query = sa.select(StatFold.recounted_at).where(StatFold.tenant_id == tenant_id)
    found: datetime | None = db.session.scalar(query.with_for_update() if lock else query)
    return found


def _remember(tenant_id: int, *, day: date, drifts: list[Drift], mended: bool) -> None:
    values = {
        "recounted_on": day,
        "drift": len(drifts),
        "recounted_at": sa.func.clock_timestamp(),
    }
    mine = insert(StatFold.__table__).values(tenant_id=tenant_id, **values)
    db.session.execute(mine.on_conflict_do_update(index_elements=["tenant_id"], set_=values))
    for item in drifts:
        kept = StatDrift(
            tenant_id=tenant_id, day=day, module=item.module, measure=item.measure,
            counted=item.counted, found=item.found, mended=mended,
        )  # fmt: skip
        db.session.add(kept)


def recount_night(app: Flask, *, today: date) -> int:
    """Recount and mend yesterday where nobody has yet; gives how many figures drifted."""
    day = today - timedelta(days=1)
    with app.app_context():
        from mms_core.tenancy.rules import all_tenants

        database.bind(database.NATION)
        halls = [tenant.id for tenant in all_tenants()]
    due = [hall for hall in halls if _due(app, hall, day=day)]
    return sum(len(recount_hall(app, hall, day=day, repair=True)) for hall in due)


def _due(app: Flask, tenant_id: int, *, day: date) -> bool:
    with app.app_context():
        database.bind(tenant_id)
        row = db.session.get(StatFold, tenant_id)
        return row is None or row.recounted_on is None or row.recounted_on < day
