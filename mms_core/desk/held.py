"""Answers that are decided now and published later: on a day, or together with others.

Every step can wait a minute so: until then it can be undone, for nothing has been done or sent.
The worker publishes them by the very verb that answers at once, in the name of the officer who
decided. Until then the hall still owes the answer: the clock runs, the citizen reads nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, literal, select

from mms_core import db as database
from mms_core import jobs
from mms_core.cases import reading
from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from mms_core.desk import answering, seats
from mms_core.desk.answering import Answer
from mms_core.desk.models import HeldAnswer
from mms_core.errors import Answerable, Invalid, NotFound, Refused
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _
from mms_core.messages import undelivered
from mms_core.messages.models import OutboxLetter
from mms_core.modules import Registry

WAITING, PUBLISHED, REFUSED, WITHDRAWN = "waiting", "published", "refused", "withdrawn"
MORNING = time(9)  # nothing is sent at night
LONGEST_WAIT = timedelta(days=366)
A_MINUTE = timedelta(minutes=1)
LONGEST_NAME = 80
SHOWN = 200
MANY = 100


def hold(
    registry: Registry,
    case: Case,
    answer: Answer,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    publish_on: date | None,
    bundle: str = "",
    publish_at: datetime | None = None,
) -> HeldAnswer:
    """Keep an answer for a day or a moment, or, without one, until it goes with its bundle.

    Everything is checked now as if it were given at once; Invalid also names `hold_until`.
    """
    answering.check(registry, case, answer, actor=actor, version=version, now=now)
    check_day(answer, publish_on, now=now)
    if waiting(case) is not None:
        raise Refused(_("An answer to this case is held already; take it back first."))
    row = _row(case, answering.filled(case, answer), actor=actor, now=now)
    row.publish_on, row.bundle = publish_on, " ".join(bundle.split())[:LONGEST_NAME]
    row.publish_at = publish_at
    db.session.add(row)
    _log(case, row, "soon" if publish_at else "held", actor=actor, now=now)
    db.session.flush()
    at = _morning(publish_on) if publish_on else publish_at
    if at is not None:
        jobs.defer(publish_held, case.tenant_id, row.id, at=at)
    return row


def minute_after(now: datetime) -> datetime | None:
    """Give the moment until which a step can be undone; None where the day would end meanwhile.

    An answer that is given on its last day must not become late by our own waiting.
    """
    after = now + A_MINUTE
    return after if local_day(after) == local_day(now) else None


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, TBILISI).astimezone(UTC)


def _row(case: Case, answer: Answer, *, actor: Actor, now: datetime) -> HeldAnswer:
    return HeldAnswer(
        tenant_id=case.tenant_id,
        id=uuid7(),
        case_id=case.id,
        number=case.number,
        answer=answer.to_json(),
        actor_id=actor.id,
        actor_role=actor.role,
        actor_name=actor.name,
        made_at=now,
        case_version=case.version,
        state=WAITING,
    )


def check_day(answer: Answer, publish_on: date | None, *, now: datetime) -> None:
    """Refuse a day that is no day to wait for (field `hold_until`)."""
    if publish_on is None:
        return
    problem: Any = ""
    if not local_day(now) < publish_on <= local_day(now) + LONGEST_WAIT:
        problem = _("Choose a day after today, within a year.")
    elif answer.promise and answer.promise.due_on and answer.promise.due_on <= publish_on:
        problem = _("What is promised would be due before the answer is published.")
    if problem:
        raise Invalid(problem, fields={"hold_until": [problem]})


def _log(case: Case, row: HeldAnswer, what: str, *, actor: Actor, now: datetime) -> None:
    until = row.publish_on.isoformat() if row.publish_on else ""
    data = {"held": str(row.id), "what": what, "until": until}
    append(case, Entry(kind="held", actor=actor, data=data), at=now)


def waiting(case: Case) -> HeldAnswer | None:
    """Give the held answer of a case, if there is one."""
    mine = (HeldAnswer.tenant_id == case.tenant_id) & (HeldAnswer.case_id == case.id)
    return db.session.scalars(select(HeldAnswer).where(mine, HeldAnswer.state == WAITING)).first()


def by_id(tenant_id: int, held_id: uuid.UUID, *, lock: bool = False) -> HeldAnswer:
    """Find a held answer of a hall; NotFound when there is none."""
    found = db.session.get(HeldAnswer, (tenant_id, held_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(_("There is no such held answer."))
    return found


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A held answer with the title of its case."""

    row: HeldAnswer
    title: str
    language: str


def listed(tenant_id: int) -> list[Listed]:
    """Give what waits: the refused first, then by day, those without a day last."""
    row = HeldAnswer
    query = (
        select(row, Case.title, Case.language)
        .join(Case, (Case.tenant_id == row.tenant_id) & (Case.id == row.case_id))
        .where(row.tenant_id == tenant_id, row.state.in_((WAITING, REFUSED)))
        .order_by(row.state != REFUSED, row.publish_on.nulls_last(), row.bundle, row.made_at)
        .limit(SHOWN)
    )
    found = db.session.execute(query).all()
    return [Listed(row=one, title=title, language=language) for one, title, language in found]


def tasks(tenant_id: int) -> dict[str, Any]:
    """Give the counts of what waits beside the cases, for a statement with others.

    They are refused answers and letters not delivered, no further than a hundred of each.
    """

    def number(table: Any, state: str) -> Any:
        mine = (table.tenant_id == tenant_id) & (table.state == state)
        few = select(literal(1)).where(mine).limit(MANY).subquery()
        return select(func.count()).select_from(few).scalar_subquery()

    return {
        "held_refused": number(HeldAnswer, REFUSED),
        "undelivered": number(OutboxLetter, undelivered.FAILED),
    }


def publish_now(tenant_id: int, ids: Iterable[uuid.UUID], *, today: date) -> int:
    """Let the worker publish the chosen ones; gives how many are on their way."""
    done = 0
    for held_id in ids:
        row = by_id(tenant_id, held_id, lock=True)
        if row.state == WAITING:
            row.publish_on, row.publish_at = today, None
            jobs.defer(publish_held, tenant_id, row.id)
            done += 1
    return done


def withdraw(row: HeldAnswer, case: Case, person: Any, *, actor: Actor, now: datetime) -> None:
    """Take a held or refused answer back; its words become the officer's draft."""
    if row.state not in {WAITING, REFUSED}:
        raise Refused(_("This answer is no longer held."))
    row.state, row.closed_at = WITHDRAWN, now
    _log(case, row, "withdrawn", actor=actor, now=now)
    seats.put_back(case, person, typed_of(row), now=now)


def typed_of(row: HeldAnswer) -> dict[str, list[str]]:
    """Give a held answer as its form was typed."""
    answer = Answer.from_json(row.answer)
    typed = {"step": [answer.step], "text_step": [answer.text]}
    for name, value in answer.data.items():
        values = value if isinstance(value, list) else [value]
        typed[f"{answer.step}.{name}"] = [str(one) for one in values]
    if answer.promise:
        due = answer.promise.due_on
        typed["promise_text"], typed["promise_unit"] = [answer.promise.text], [answer.promise.unit]
        typed["promise_due"] = [due.isoformat() if due else ""]
    return typed


# --- publishing ----------------------------------------------------------------------------------


@jobs.job("desk.publish_held", retry=jobs.Patience(max_attempts=10))
def publish_held(tenant_id: int, held_id: uuid.UUID | None) -> None:
    """Publish a held answer whose time has come; what the rules refuse becomes a task."""
    if held_id is not None:
        publish(tenant_id, held_id, now=datetime.now(UTC))


def publish(tenant_id: int, held_id: uuid.UUID, *, now: datetime) -> None:
    """Give a held answer by the verb that answers at once; done twice, it is given once."""
    from mms_core.modules import registry

    try:
        _give(registry(), by_id(tenant_id, held_id, lock=True), now=now)
    except Answerable as problem:
        database.rollback()
        row = by_id(tenant_id, held_id, lock=True)
        row.state, row.error, row.closed_at = REFUSED, str(problem.message), now


def _give(registry: Registry, row: HeldAnswer, *, now: datetime) -> None:
    if row.state != WAITING or _waits_on(row, now=now):
        return
    case = db.session.get(Case, (row.tenant_id, row.case_id), with_for_update=True)
    if case is None:
        raise NotFound(_("There is no case with this number."))
    if any(_moves(event) for event in reading.events(case) if event.seq > row.case_version):
        raise Refused(_("The case has moved since this answer was decided. Look at it again."))
    actor = Actor(role=row.actor_role, id=row.actor_id, name=row.actor_name)
    answer = Answer.from_json(row.answer)
    row.state, row.closed_at = PUBLISHED, now
    answering.give(registry, case, answer, actor=actor, version=None, now=now)


def _waits_on(row: HeldAnswer, *, now: datetime) -> bool:
    too_early = row.publish_on is not None and row.publish_on > local_day(now)
    return too_early or (row.publish_at is not None and row.publish_at > now)


def _moves(event: Any) -> bool:
    """Tell whether an event may change the answer: a step, or a word of the citizen."""
    said = event.kind == "message" and event.actor_role == "citizen"
    return bool(event.kind == "step" or said)
