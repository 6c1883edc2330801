"""Carries out a batch case by case, each in a transaction of its own; one refused stops none."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import select

from mms_core import db as database
from mms_core.batches.models import DONE, PAPER, RUNNING, STEP, TABLE, WAITING, Batch, BatchCase
from mms_core.batches.rules import fail, find
from mms_core.cases import reading
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.contributions import STAFF
from mms_core.db import db
from mms_core.desk import answering
from mms_core.desk import rules as desk
from mms_core.desk.answering import Answer
from mms_core.errors import Answerable, Invalid, NotAllowed
from mms_core.i18n import gettext as _
from mms_core.i18n import spoken
from mms_core.modules import registry
from mms_core.people.rules import Colleague, staff_of
from mms_core.units import rules as units

log = structlog.get_logger(__name__)
REFUSED = "refused"
LOOK_AGAIN = 25  # cases after which the officer's rights are asked for again


def run(tenant_id: int, batch_id: uuid.UUID) -> None:
    """Do a batch that is due; what was called off or is done already is left alone."""
    batch = find(tenant_id, batch_id, lock=True)
    if batch.state not in {WAITING, RUNNING}:
        return
    batch.state = RUNNING
    database.commit()
    with spoken(batch.language):
        try:
            _work(tenant_id, batch_id)
        except Answerable as problem:
            database.rollback()
            fail(find(tenant_id, batch_id), problem.message, now=datetime.now(UTC))


def _work(tenant_id: int, batch_id: uuid.UUID) -> None:
    from mms_core.batches.paper import make_paper
    from mms_core.batches.table import make_table

    batch = find(tenant_id, batch_id)
    files: dict[str, Callable[[Batch], None]] = {TABLE: make_table, PAPER: make_paper}
    if batch.kind in files:
        colleague(batch)
        files[batch.kind](batch)
    else:
        _each(batch)
    ended = find(tenant_id, batch_id)
    ended.state, ended.ended_at = DONE, datetime.now(UTC)


def colleague(batch: Batch) -> Colleague:
    """Give the officer with the roles they have now; NotAllowed when they have none any more."""
    staff = staff_of(batch.tenant_id)
    found = next((one for one in staff if one.id == batch.person_id), None)
    if found is None:
        raise NotAllowed(_("The officer no longer works for this city hall. Nothing more is done."))
    return found


def _each(batch: Batch) -> None:
    """Take the cases that wait, one by one; the counts are right after each."""
    tenant_id, batch_id, acting = batch.tenant_id, batch.id, colleague(batch)
    for count, place in enumerate(_waiting(batch), start=1):
        if count % LOOK_AGAIN == 0:
            acting = colleague(find(tenant_id, batch_id))
        reason = _one(tenant_id, batch_id, place, acting)
        row = db.session.get(BatchCase, (tenant_id, batch_id, place))
        batch = find(tenant_id, batch_id)
        assert row is not None  # it was listed a moment ago, and nothing removes it
        row.state, row.reason = (REFUSED, reason) if reason else (DONE, "")
        batch.refused += bool(reason)
        batch.done += not reason
        database.commit()


def _waiting(batch: Batch) -> list[int]:
    row = BatchCase
    mine = (row.tenant_id == batch.tenant_id) & (row.batch_id == batch.id)
    waits = select(row.place).where(mine, row.state == WAITING).order_by(row.place)
    return list(db.session.scalars(waits))


def _one(tenant_id: int, batch_id: uuid.UUID, place: int, acting: Colleague) -> str:
    """Do it with one case; gives why not, in words, and then nothing of it was done."""
    batch = find(tenant_id, batch_id)
    row = db.session.get(BatchCase, (tenant_id, batch_id, place))
    assert row is not None
    try:
        case = db.session.get(Case, (tenant_id, row.case_id), with_for_update=True)
        if case is None:
            return _("This case is no longer here.")
        WORK[batch.kind](case, batch.asked, row.version, acting)
        db.session.flush()
    except Answerable as problem:
        database.rollback()
        return _said(problem)
    except Exception as problem:
        if database.is_outage(problem):
            raise
        log.exception("batches.case_failed", batch=str(batch_id), place=place)
        database.rollback()
        return _("Something went wrong with this case. Nothing was done to it.")
    return ""


def _said(problem: Answerable) -> str:
    texts = (
        [str(t) for given in problem.fields.values() for t in given]
        if isinstance(problem, Invalid)
        else []
    )
    return " ".join(dict.fromkeys(texts)) or str(problem.message)


def actor_of(acting: Colleague, *, allowed: Any = STAFF) -> Actor:
    """Give the officer in a role that may do it, or else in the first role they have."""
    role = desk.acting_role(acting.roles, allowed=allowed) or desk.acting_role(acting.roles)
    return Actor(role=role, id=acting.id, name=acting.name)


def _step(case: Case, asked: dict[str, Any], version: int, acting: Colleague) -> None:
    answer = Answer.from_json(asked["answer"])
    case_type = registry().case_type(case.module, case.kind)
    step = case_type.step(answer.step) if case_type else None
    actor = actor_of(acting, allowed=step.by if step else STAFF)
    seen = desk.seen_version(case, reading.events(case), seen=version)
    now = datetime.now(UTC)
    answering.give(registry(), case, answer, actor=actor, version=seen, now=now)


def _assign(case: Case, asked: dict[str, Any], _version: int, acting: Colleague) -> None:
    to = next((one for one in staff_of(case.tenant_id) if str(one.id) == asked["to"]), None)
    if asked["to"] and to is None:
        raise NotAllowed(_("This colleague no longer works for the city hall."))
    actor, now = actor_of(acting), datetime.now(UTC)
    desk.assign(case, to, actor=actor, now=now, text=asked.get("text", ""))


def _unit(case: Case, asked: dict[str, Any], _version: int, acting: Colleague) -> None:
    unit = units.open_unit(case.tenant_id, asked["unit"])
    actor, now = actor_of(acting), datetime.now(UTC)
    desk.hand_to_unit(case, unit, actor=actor, now=now, text=asked.get("text", ""))


Work = Callable[[Case, dict[str, Any], int, Colleague], None]
WORK: dict[str, Work] = {STEP: _step, "assign": _assign, "unit": _unit}
