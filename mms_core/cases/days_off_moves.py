"""Moves the clocks that run when a day off is declared late, or taken back.

A job counts every open case anew whose date lies on or after the day, a hundred to a transaction,
so that a hall with a million cases is never locked. It may be cut off and done again: a clock that
has moved already is found as it should be.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, tuple_

from mms_core import clock, jobs
from mms_core import db as database
from mms_core.cases import clockwork
from mms_core.cases.days_off import HallDayOff, NationalDayOff, extra_days_off
from mms_core.cases.deadlines import cure_end
from mms_core.cases.hall_clock import hours_of
from mms_core.cases.letters import tell_author
from mms_core.cases.models import Case
from mms_core.cases.quiet import next_open
from mms_core.clock.records import again, pauses_of
from mms_core.db import NATION, db
from mms_core.tenancy import rules as tenancy

BATCH = 100  # cases to a transaction
MANY = 1000  # a preview counts no further
Off = tuple[clock.DayOff, ...]


@jobs.job("cases.move_clocks", retry=jobs.LETTER_RETRY)
def move_clocks(tenant_id: int, day_off_id: uuid.UUID | None) -> None:
    """Move the clocks of a hall for one day off that was declared or taken back."""
    cause = db.session.get(HallDayOff, (tenant_id, day_off_id)) or db.session.get(
        NationalDayOff, day_off_id
    )
    if cause is not None:
        move_all(tenant_id, cause, now=datetime.now(UTC))


@jobs.job("cases.move_clocks_everywhere", retry=jobs.LETTER_RETRY)
def move_clocks_everywhere(_nation: int, day_off_id: uuid.UUID | None) -> None:
    """Let each hall move its own clocks for a day off of the nation."""
    for tenant in tenancy.all_tenants():
        jobs.defer(move_clocks, tenant.id, day_off_id)


def start_moving(tenant_id: int, day_off_id: uuid.UUID) -> None:
    """Put the work in the queue with the running transaction; NATION means every hall."""
    task = move_clocks_everywhere if tenant_id == NATION else move_clocks
    jobs.defer(task, tenant_id, day_off_id)


def move_all(tenant_id: int, cause: Any, *, now: datetime) -> int:
    """Count a hall's clocks anew, a batch to a transaction; gives how many dates moved."""
    facts = {
        "day": cause.day.isoformat(),
        "name_ka": cause.name_ka,
        "name_en": cause.name_en or cause.name_ka,
        "removed": cause.removed_at is not None,
    }
    moved, place = 0, None
    while True:
        off = extra_days_off(tenant_id)
        cases = _batch(tenant_id, cause_day=date.fromisoformat(facts["day"]), place=place)
        if not cases:
            return moved
        place = (cases[-1].due_on, cases[-1].id)
        at = next_open(now, hours_of(tenant_id), off=off)
        moved += sum(_move(case, off=off, facts=facts, now=now, at=at) for case in cases)
        database.commit()
        db.session.expunge_all()


def _batch(tenant_id: int, *, cause_day: date, place: Any) -> Sequence[Case]:
    query = select(Case).where(
        Case.tenant_id == tenant_id, Case.is_open, Case.answered_at.is_(None)
    )
    query = query.where(Case.due_on >= cause_day)
    if place is not None:
        query = query.where(tuple_(Case.due_on, Case.id) > place)
    ordered = query.order_by(Case.due_on, Case.id).limit(BATCH)
    return db.session.scalars(ordered.with_for_update()).all()


def _move(case: Case, *, off: Off, facts: dict[str, Any], now: datetime, at: datetime) -> bool:
    if not clockwork.runs(case):
        return False
    until = _until(case.due_reason, case.waits_until, off=off)
    due = _again(case.due_reason, until, off=off)
    if (due.date, until) == (case.due_on, case.waits_until):
        return False
    was, case.waits_until = case.due_on, until
    cure = case.due_reason.get("cure")
    said = clockwork.Move(name="days_off", data=facts)
    clockwork.move(case, due, said=said, now=now, cure=cure)
    if was != case.due_on and was is not None:
        context = facts | {"was": was.isoformat()}
        tell_author(case, "moved", context=context, module=clockwork.LETTERS, at=at)
    return True


def _until(record: dict[str, Any], until: date | None, *, off: Off) -> date | None:
    """Give the last day of the citizen's term, which ends on no day off either."""
    return cure_end(record["cure"], off=off) if until and "cure" in record else until


def _again(record: dict[str, Any], until: date | None, *, off: Off) -> clock.Due:
    pauses = pauses_of(record)
    if until and pauses:
        pauses = (*pauses[:-1], replace(pauses[-1], last=until))
    return again(record, off=off, pauses=pauses)


def preview(tenant_id: int, day: date, *, removed: bool = False) -> tuple[int, bool]:
    """Count the dates that would move if a day became a day off, or were none any more.

    Gives (how many, whether there are more): it looks at no more than a thousand cases.
    """
    standing = extra_days_off(tenant_id)
    name = clock.Wording(ka="", en="")
    without = tuple(one for one in standing if one.day != day)
    off = without if removed else (*without, clock.DayOff(day=day, name=name))
    rows = list(_running(tenant_id, day))
    found = sum(_would_move(row, off=off) for row in rows)
    return found, len(rows) == MANY


def _running(tenant_id: int, day: date) -> Iterator[Any]:
    columns = (Case.due_on, Case.due_reason, Case.waits_until)
    owed = select(*columns).where(
        Case.tenant_id == tenant_id, Case.is_open, Case.answered_at.is_(None), Case.due_on >= day
    )
    yield from db.session.execute(owed.order_by(Case.due_on, Case.id).limit(MANY))


def _would_move(row: Any, *, off: Off) -> bool:
    if not row.due_reason:
        return False
    until = _until(row.due_reason, row.waits_until, off=off)
    counted = _again(row.due_reason, until, off=off)
    return bool(counted.date != row.due_on)
