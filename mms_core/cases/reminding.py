"""The worker's duty by the clock: terms of citizens end, officers get a digest of what is due.

Once a working day, at the first look in office hours, each hall's cases whose day has come are
looked at; what is told is written on the case in the transaction that posts the letters, so that a
duty that is cut off is done again without another letter. No letter leaves at night or on days off.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from mms_core import clock, jobs
from mms_core import db as database
from mms_core.cases import clockwork
from mms_core.cases.days_off import extra_days_off
from mms_core.cases.digest import Digest
from mms_core.cases.hall_clock import HallClock, Ladder, hours_of, ladder
from mms_core.cases.ladder import Standing, look
from mms_core.cases.letters import tell_author
from mms_core.cases.log import SYSTEM, Entry, append
from mms_core.cases.models import Case
from mms_core.cases.quiet import is_open, next_open
from mms_core.clock import local_day
from mms_core.db import db

log = structlog.get_logger(__name__)
BATCH = 200  # cases to a transaction, and so to one digest
PRIMED = 5000  # rows to a transaction when a hall's clocks are looked at anew
SKEW = timedelta(minutes=10)


def tick(tenant_id: int, *, now: datetime) -> int:
    """Do what the clock asks for in one hall; gives how many cases were told about.

    A worker whose own clock disagrees with the database's does nothing.
    """
    if abs(db.session.execute(select(func.clock_timestamp())).scalar_one() - now) > SKEW:
        log.warning("clock.skewed", tenant_id=tenant_id)
        return 0
    end_pauses(tenant_id, now=now)
    return remind(tenant_id, now=now)


def end_pauses(tenant_id: int, *, now: datetime) -> int:
    """Let the clocks run again whose citizen did not answer in time; gives how many."""
    today, ended = local_day(now), 0
    over = select(Case).where(Case.tenant_id == tenant_id, Case.waits_until < today)
    query = over.order_by(Case.waits_until, Case.id).limit(BATCH)
    while cases := db.session.scalars(query.with_for_update(skip_locked=True)).all():
        at = next_open(now, hours_of(tenant_id), off=extra_days_off(tenant_id))
        for case in cases:
            if clockwork.resume(case, actor=SYSTEM, now=now, why="term_over"):
                tell_author(case, "term_over", context={}, module=clockwork.LETTERS, at=at)
            case.waits_until = None  # also where an old question was left on a closed case
        ended += len(cases)
        database.commit()
        db.session.expunge_all()
    return ended


def remind(tenant_id: int, *, now: datetime) -> int:
    """Send each officer one digest of what has come due, once a working day in office hours."""
    row, today = _hall(tenant_id), local_day(now)
    steps, off = ladder(row.settings), extra_days_off(tenant_id)
    if row.ran_on == today or not is_open(now, steps.hours, off=off):
        return 0
    look_again(tenant_id, now=now, missed=True)
    told = 0
    while cases := _due(tenant_id, now=now):
        told += _tell(tenant_id, cases, steps, now=now, off=off)
        database.commit()
        db.session.expunge_all()
    _hall(tenant_id).ran_on = today
    return told


def _hall(tenant_id: int) -> HallClock:
    empty = {"tenant_id": tenant_id, "settings": {}, "version": 0, "set_by": ""}
    db.session.execute(insert(HallClock.__table__).values(empty).on_conflict_do_nothing())
    return db.session.get_one(HallClock, tenant_id)


def _due(tenant_id: int, *, now: datetime) -> Sequence[Case]:
    query = select(Case).where(Case.tenant_id == tenant_id, Case.remind_on <= local_day(now))
    ordered = query.order_by(Case.remind_on, Case.id).limit(BATCH)
    return db.session.scalars(ordered.with_for_update(skip_locked=True)).all()


def _tell(
    tenant_id: int, cases: Sequence[Case], steps: Ladder, *, now: datetime,
    off: tuple[clock.DayOff, ...],
) -> int:  # fmt: skip
    today = local_day(now)
    digest = Digest(tenant_id, today=today)
    for case in cases:
        if not clockwork.runs(case):
            case.remind_on = None
            continue
        found = look(_standing(case), steps, today=today, off=off)
        case.remind_on = found.again
        if found.rung:
            case.reminded_on = today
            names = digest.add(case, found.rung)
            data = {"rung": found.rung, "to": names}
            append(case, Entry(kind="reminder", step=found.rung, actor=SYSTEM, data=data), at=now)
    digest.post()
    return digest.count


def _standing(case: Case) -> Standing:
    return Standing(
        due=clock.read(case.due_reason),
        check_by=case.check_by,
        waits_until=case.waits_until,
        reminded_on=case.reminded_on,
    )


def set_hall_ladder(tenant_id: int, steps: Ladder, *, by: str, now: datetime) -> HallClock:
    """Keep a hall's ladder, and let a job put its running clocks under it."""
    row = _hall(tenant_id)
    row.settings, row.version = steps.kept(), row.version + 1
    row.set_by, row.set_at = by, now
    jobs.defer(look_at_all, tenant_id)
    return row


@jobs.job("clock.look_again", retry=jobs.LETTER_RETRY)
def look_at_all(tenant_id: int, _nothing: uuid.UUID | None) -> None:
    """Let the ladder look at all running clocks of a hall on its next working morning."""
    look_again(tenant_id, now=datetime.now(UTC))


def look_again(tenant_id: int, *, now: datetime, missed: bool = False) -> int:
    """Let the ladder look at all running clocks anew, as when its settings have changed.

    With `missed` only at those that no ladder has ever looked at, such as imported ones.
    """
    today, touched = local_day(now), 0
    mine = select(Case.id).where(
        Case.tenant_id == tenant_id, Case.is_open, Case.answered_at.is_(None)
    )
    mine = mine.where(Case.due_on.is_not(None))
    never = Case.remind_on.is_(None) & Case.reminded_on.is_(None)
    wanted = never if missed else Case.remind_on.is_(None) | (Case.remind_on > today)
    ids = mine.where(wanted).limit(PRIMED)
    while found := list(db.session.scalars(ids)):
        some = (Case.tenant_id == tenant_id) & Case.id.in_(found)
        db.session.execute(update(Case).where(some).values(remind_on=today))
        touched += len(found)
        database.commit()
    return touched
