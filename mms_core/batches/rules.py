"""Decides about batches: what is chosen, what shall be done, and until when it can be called off.

What is asked is carried out a minute later, so that calling it off takes nothing back: no step was
taken, no letter written. What has begun is not undone, for citizens may have read it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from mms_core import jobs
from mms_core.batches.models import CANCELLED, DRAFT, FAILED, RUNNING, WAITING, Batch, BatchCase
from mms_core.cases.models import Case
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotAllowed, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.people.current import Person

MOST = 5000  # cases of one batch
SECOND_THOUGHTS = timedelta(minutes=1)


def begin(
    tenant_id: int, person: Person, *, chosen: Iterable[Any], language: str, now: datetime
) -> Batch:
    """Gather cases (id, number, version) for what is to be chosen next; Invalid for none."""
    rows = list(chosen)
    if not rows:
        raise Invalid(_("Choose at least one case."))
    if len(rows) > MOST:
        raise Invalid(_("Choose at most %(count)s cases at once.", count=MOST))
    batch = new(tenant_id, person, kind="", language=language, now=now, total=len(rows))
    own = {"tenant_id": tenant_id, "batch_id": batch.id, "state": WAITING, "reason": ""}
    values = [
        own | {"place": place, "case_id": row.id, "number": row.number, "version": row.version}
        for place, row in enumerate(rows, start=1)
    ]
    db.session.execute(BatchCase.__table__.insert(), values)
    return batch


def new(
    tenant_id: int,
    person: Person,
    *,
    kind: str,
    language: str,
    now: datetime,
    total: int = 0,
    asked: Mapping[str, Any] | None = None,
) -> Batch:
    """Write an empty batch down."""
    batch = Batch(
        tenant_id=tenant_id,
        id=uuid7(),
        kind=kind,
        asked=dict(asked or {}),
        person_id=person.id,
        person_name=person.name,
        language=language,
        at=now,
        total=total,
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def find(tenant_id: int, batch_id: uuid.UUID, *, lock: bool = False) -> Batch:
    """Give a batch of the hall; NotFound when there is none."""
    found = db.session.get(
        Batch, (tenant_id, batch_id), with_for_update=lock or None, populate_existing=lock
    )
    if found is None:
        raise NotFound(_("There is no such work here."))
    return found


def own(tenant_id: int, batch_id: uuid.UUID, person: Person, *, lock: bool = False) -> Batch:
    """Give a batch of this officer's; NotAllowed for a colleague's."""
    found = find(tenant_id, batch_id, lock=lock)
    if found.person_id != person.id:
        raise NotAllowed(_("Only the colleague who began this can change it."))
    return found


def lately(tenant_id: int, *, limit: int = 30) -> Sequence[Batch]:
    """List the hall's newest batches; what is still being put together is not among them."""
    mine = (Batch.tenant_id == tenant_id) & (Batch.state != DRAFT)
    return db.session.scalars(
        select(Batch).where(mine).order_by(Batch.at.desc(), Batch.id.desc()).limit(limit)
    ).all()


def order(batch: Batch, *, kind: str, asked: Mapping[str, Any], now: datetime) -> None:
    """Say what shall be done; it begins in a minute."""
    if batch.state != DRAFT:
        raise Refused(_("This has been decided already."))
    batch.kind, batch.asked = kind, dict(asked)
    start(batch, at=now + SECOND_THOUGHTS)


def start(batch: Batch, *, at: datetime) -> None:
    """Put the work into the queue."""
    batch.state, batch.run_at = WAITING, at
    db.session.flush()
    jobs.defer(run_batch, batch.tenant_id, batch.id, at=at)


def call_off(batch: Batch, *, now: datetime) -> None:
    """Call off what has not begun; Refused afterwards, for then letters may have gone."""
    if batch.state not in {DRAFT, WAITING}:
        raise Refused(_("It is too late: the work has begun."))
    batch.state, batch.ended_at = CANCELLED, now


def fail(batch: Batch, problem: object, *, now: datetime) -> None:
    """End a batch that cannot be carried out, with the reason in the officer's language."""
    batch.state, batch.problem, batch.ended_at = FAILED, str(problem), now


def cases_of(
    batch: Batch, *, after: int = 0, limit: int = 25, state: str = ""
) -> Sequence[BatchCase]:
    """Give the cases of a batch in their order, from behind a place."""
    row = BatchCase
    mine = select(row).where(row.tenant_id == batch.tenant_id, row.batch_id == batch.id)
    if state:
        mine = mine.where(row.state == state)
    return db.session.scalars(mine.where(row.place > after).order_by(row.place).limit(limit)).all()


def kinds_of(batch: Batch) -> list[tuple[str, str, str]]:
    """Name the (module, kind, state) that occur among the cases of a batch."""
    row, mine = BatchCase, (BatchCase.tenant_id == batch.tenant_id)
    joined = (Case.tenant_id == row.tenant_id) & (Case.id == row.case_id)
    query = select(Case.module, Case.kind, Case.state).join(row, joined).distinct()
    found = db.session.execute(query.where(mine, row.batch_id == batch.id)).all()
    return [(one.module, one.kind, one.state) for one in found]


def is_running(batch: Batch) -> bool:
    """Tell whether the page of a batch will soon say something else."""
    return batch.state in {WAITING, RUNNING}


@jobs.job("batches.run")
def run_batch(tenant_id: int, batch_id: uuid.UUID | None) -> None:
    """Carry out a batch; called again after a crash it goes on where it stopped."""
    from mms_core.batches.running import run

    if batch_id is not None:
        run(tenant_id, batch_id)
