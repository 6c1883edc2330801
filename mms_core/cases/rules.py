"""Opens cases and takes their steps; each verb is one transaction's worth of rows.

A step writes the case, its event, the author's index row, the figures, the letter and the mark of
public change together, and tells the modules that are on after the commit.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from mms_core import db as database
from mms_core import left, rows
from mms_core.cases import clockwork, counted, opened
from mms_core.cases.asked import Contact, NewCase, StaleError, StepAsked
from mms_core.cases.deadlines import set_deadline
from mms_core.cases.given import Given, checked
from mms_core.cases.letters import letter_words, must_be_told, tell_author
from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Case, CaseContact, PersonCase
from mms_core.cases.numbers import next_number
from mms_core.cases.search import index
from mms_core.cases.similar import keep_keys
from mms_core.changes import changed
from mms_core.contributions import CaseType, Step, StepTaken
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotAllowed, NotFound, Refused
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.monitoring.counters import count
from mms_core.units.routing import unit_for

__all__ = ["Contact", "NewCase", "StaleError", "StepAsked", "index"]


def open_case(
    registry: Registry,
    case_type: CaseType,
    *,
    module: str,
    tenant: Any,
    new: NewCase,
    now: datetime,
) -> Case:
    """Open a case: number, deadline, first event, contact, index row, figures and receipt.

    One that is opened `alone` takes no further event in this transaction: RuntimeError. What its
    citizen does not look for at once follows within seconds (`opened`).
    """
    step = next(s for s in case_type.steps if not s.source)
    number, off = new.numbered or next_number(tenant.id, tenant.case_prefix, now=now)
    case = _received(case_type, step, number, module=module, tenant=tenant, new=new, now=now)
    set_deadline(case, case_type, settings=new.settings, now=new.clock_from or now, off=off)
    actor = new.by or Actor(role="citizen", id=new.author_id)
    opening = StepAsked(name=step.name, actor=actor)
    level = counted.level_of(new.author_id)
    entry = Entry(kind="step", actor=actor, step=step.name, after=step.target, public=True,
                  data={"level": level} if level else {})  # fmt: skip
    append(case, entry, at=now)
    (rows.write if new.alone else rows.keep)(case)  # before the others, which point to it
    if new.alone:
        left.leave(opened.follow, tenant.id, case.id)
    elif case_type.compared:
        keep_keys(case)
    _add_contact(case, new.contact)
    _keep_index(case, is_new=True)
    _count(case, counted.opened_figures(case, level=level), due=1, now=now)
    receipt = case.id if new.alone else None
    _tell(registry, case, case_type, step, asked=opening, contact=new.contact, own=receipt)
    return case


def _count(case: Case, measures: Mapping[str, int], *, due: int, now: datetime) -> None:
    """Count today's measures, and on the day of the answer whether one is owed."""
    days: dict[date, dict[str, int]] = {local_day(now): dict(measures)}
    if case.due_on and due:
        days.setdefault(case.due_on, {})["due"] = due
    count(case.tenant_id, case.module, days)


def _received(
    case_type: CaseType, step: Step, number: str, *, module: str, tenant: Any, new: NewCase,
    now: datetime,
) -> Case:  # fmt: skip
    return rows.made(
        Case,
        tenant_id=tenant.id,
        id=new.id or uuid7(),
        number=number,
        module=module,
        kind=case_type.name,
        state=step.target,
        is_open=case_type.state(step.target).open,
        title=new.title,
        body=new.body,
        language=new.language,
        author_id=new.author_id,
        channel=new.channel,
        taken_at=new.taken_at,
        topic=new.topic,
        place=new.place,
        unit=unit_for(tenant.id, module=module, topic=new.topic, place=new.place),
        opened_at=now,
        updated_at=now,
        search=index(
            tenant.id, new.title, new.body, new.found_by, number=number, name=new.contact.name
        ),
    )


def _add_contact(case: Case, contact: Contact) -> None:
    own = {"tenant_id": case.tenant_id, "case_id": case.id}
    rows.put(CaseContact, own | vars(contact))


def _keep_index(case: Case, *, is_new: bool = False) -> None:
    if case.author_id is None:
        return
    key = {"tenant_id": case.tenant_id, "person_id": case.author_id, "case_id": case.id}
    shown = {name: getattr(case, name) for name in PersonCase.shown}
    known = None if is_new else db.session.get(PersonCase, key)
    if known is None:
        rows.put(PersonCase, key | shown)
        return
    for name, value in shown.items():
        setattr(known, name, value)


def take_step(registry: Registry, case: Case, *, asked: StepAsked, now: datetime) -> Case:
    """Take a step with a case that was read for update; raises what `check_step` does.

    What was joined to the case goes the same way (see `merging.follow`).
    """
    case_type = type_of(registry, case)
    step, given = check_step(case_type, case, asked)
    done = replace(asked, text=asked.text.strip(), data=given.loaded)
    carry_out(registry, case, step, asked=done, kept=given.kept, now=now)
    if case.merged:
        from mms_core.cases.merging import follow  # which takes steps itself

        follow(registry, case, done, kept=given.kept, now=now)
    return case


def carry_out(
    registry: Registry,
    case: Case,
    step: Step,
    *,
    asked: StepAsked,
    kept: Mapping[str, Any],
    now: datetime,
) -> None:
    """Take a step that was found good: the case, its event, figures, letter; checks nothing."""
    case_type, before = type_of(registry, case), case.state
    if (step.answers and not case.answered_at) or not case_type.state(step.target).open:
        clockwork.finish(case, actor=asked.actor, now=now)
    _move(case, case_type, step, text=asked.text, now=now)
    entry = Entry(
        kind="step",
        actor=asked.actor,
        step=step.name,
        before=before,
        after=step.target,
        public=True,
        text=asked.text,
        data=dict(kept),
    )
    append(case, entry, at=now)
    _keep_index(case)
    _tell(registry, case, case_type, step, asked=asked)


def check_step(case_type: CaseType, case: Case, asked: StepAsked) -> tuple[Step, Given]:
    """Check that a step can be taken now, with what is given for it; writes nothing.

    Raises StaleError when the case has moved since it was seen, Refused when the step does not
    leave this state, NotAllowed for a wrong role, Invalid (field `text`, `reason` or one of the
    step's own) when something is missing or wrong.
    """
    if asked.version is not None and asked.version != case.version:
        raise StaleError(case, asked.version)
    step = case_type.step(asked.name)
    if step is None or case.state not in step.source or not step.suits(case.topic):
        raise Refused(_("This step is not possible now."))
    if case.merged_into is not None and asked.actor.role != "citizen":
        raise Refused(_("This case is joined to another one and is answered there."))
    if asked.actor.role not in step.by:
        raise NotAllowed(_("Your role may not take this step."))
    if step.forwards:
        raise Refused(_("Say where to and why: this step has a form of its own."))
    if step.text == "required" and not asked.text.strip():
        raise Invalid(_("Write the text."), fields={"text": [_("Write the text.")]})
    given = checked(step, asked.data)
    _check_answered(case, case_type, step)
    return step, given


def _check_answered(case: Case, case_type: CaseType, step: Step) -> None:
    """Keep a case that must be answered from being closed without an answer."""
    closes = not case_type.state(step.target).open
    owed = case_type.must_answer and not case.answered_at and not step.answers
    if closes and owed and not step.withdraws:
        raise Refused(_("A case cannot be closed without an answer."))


def _move(case: Case, case_type: CaseType, step: Step, *, text: str, now: datetime) -> None:
    state = case_type.state(step.target)
    measures: dict[str, int] = {}
    first = step.answers and case.answered_at is None
    if step.answers:
        case.answer = text
    if first:
        case.answered_at = now
        measures = counted.answered_figures(case, case_type, state, now=now)
    if case.is_open and not state.open:
        case.closed_at = now
        measures["closed"] = 1
    if not case.is_open and state.open:
        case.closed_at = None
        measures["reopened"] = 1
        case.remind_on = None if case.answered_at else local_day(now)
    case.state, case.is_open = state.name, state.open
    owed_no_more = first or (step.withdraws and case.answered_at is None)
    _count(case, measures, due=-1 if owed_no_more else 0, now=now)


def _tell(
    registry: Registry, case: Case, case_type: CaseType, step: Step, *, asked: StepAsked,
    contact: Contact | None = None, own: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """Do the module's duty, write the letter, mark the change, and tell others after the commit."""
    taken = StepTaken(
        name=step.name,
        source=None,
        target=step.target,
        actor=asked.actor.role,
        text=asked.text,
        data=asked.data,
    )
    if case_type.on_step:
        case_type.on_step(case, taken)
    if step.message:
        words = letter_words(asked, step)
        news = "" if must_be_told(case_type, step) else step.told
        tell_author(case, step.message, context=words, module=case_type.letters, contact=contact,
                    news=news, own=own)  # fmt: skip
    changed(case.tenant_id, case.module)
    tenant_id, case_id = case.tenant_id, case.id
    told = modules_told(registry, tenant_id)
    database.after_commit(lambda: _broadcast(registry, tenant_id, case_id, taken, told=told))


def modules_told(registry: Registry, tenant_id: int) -> list[str]:
    """Name the modules that listen and are on; read once a transaction."""
    from mms_core.switching.rules import switched

    if not registry.manager.hook.mms_case_moved.get_hookimpls():
        return []
    return [name for name, now in switched(tenant_id).items() if now.state != "off"]


def _broadcast(
    registry: Registry, tenant_id: int, case_id: uuid.UUID, taken: StepTaken, *, told: list[str]
) -> None:
    registry.tell_all("mms_case_moved", told, tenant=tenant_id, case_id=case_id, step=taken)


def local_day(moment: datetime) -> Any:
    """Give the day in Asia/Tbilisi of an aware moment."""
    return moment.astimezone(TBILISI).date()


def type_of(registry: Registry, case: Case) -> CaseType:
    """Give the case's type; Refused when its module is quarantined or gone."""
    found = registry.case_type(case.module, case.kind)
    if found is None:
        raise Refused(_("The module of this case is out of order; the case is kept."))
    return found


def by_number(tenant_id: int, number: str, *, lock: bool = False) -> Case:
    """Find a case of the municipality by its number; NotFound when there is none."""
    query = select(Case).where(Case.tenant_id == tenant_id, Case.number == number)
    case = db.session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    if case is None:
        raise NotFound(_("There is no case with this number."))
    return case
