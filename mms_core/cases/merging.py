"""Joins cases that ask for the same: answered once, and the answer told to each author.

A group has one leading case; the others point to it and are answered by what the hall does there.
Each keeps its number, its date and its own log, and counts as answered only when the leading one
is, so joining closes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from mms_core.cases.given import checked
from mms_core.cases.letters import tell_author
from mms_core.cases.log import Actor, CaseEvent, Entry, append
from mms_core.cases.models import Case
from mms_core.cases.rules import StepAsked, carry_out, type_of
from mms_core.changes import changed
from mms_core.contributions import CaseType, Step
from mms_core.db import db
from mms_core.errors import Invalid, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry

LETTERS = "cases"


def followers(case: Case, *, lock: bool = False) -> Sequence[Case]:
    """Give the cases that were joined to this one, the oldest first."""
    mine = select(Case).where(Case.tenant_id == case.tenant_id, Case.merged_into == case.id)
    query = mine.order_by(Case.opened_at, Case.id)
    return db.session.scalars(query.with_for_update() if lock else query).all()


def leading(case: Case, *, lock: bool = False) -> Case | None:
    """Give the case to which this one was joined, or None."""
    if case.merged_into is None:
        return None
    mine = select(Case).where(Case.tenant_id == case.tenant_id, Case.id == case.merged_into)
    found: Case | None = db.session.scalars(mine.with_for_update() if lock else mine).one_or_none()
    return found


def merge(
    registry: Registry, case: Case, into: Case, *, actor: Actor, now: datetime, reason: str = ""
) -> Case:
    """Join a case to another of the same hall and kind; gives the case that leads the group.

    Both are locked. Whatever was joined to `case` goes along; an `into` that was joined itself
    stands for its leading case. Refused for the case itself, another kind, one that has its
    answer already, and a leading case that was closed without one.
    """
    lead = leading(into, lock=True) or into
    case_type = type_of(registry, case)
    _check(case, lead, case_type)
    own = followers(case, lock=True)
    for one in own:
        _leave(case_type, one, case)
    group, case.merged = [case, *own], 0
    for one in group:
        _join(case_type, one, lead, actor=actor, now=now, reason=reason)
    lead.merged = (lead.merged or 0) + len(group)
    for one in group:
        tell_author(one, "merged", context={"lead": lead.number}, module=LETTERS)
        if lead.answered_at is not None:
            _catch_up(registry, one, lead, now=now)
    changed(lead.tenant_id, lead.module)
    return lead


def _leave(case_type: CaseType, case: Case, lead: Case) -> None:
    """Let the module undo a joining before the same case is joined elsewhere."""
    case.merged_into = None
    if case_type.on_split:
        db.session.flush()
        case_type.on_split(case, lead)


def _check(case: Case, lead: Case, case_type: CaseType) -> None:
    if (case.tenant_id, case.module, case.kind) != (lead.tenant_id, lead.module, lead.kind):
        raise Refused(_("Only cases of the same hall and the same kind can be joined."))
    if case.id == lead.id:
        raise Refused(_("A case cannot be joined to itself or to one of its own group."))
    if case.merged_into is not None:
        raise Refused(_("It is joined to another case already; separate it first."))
    if case.answered_at is not None or not case.is_open:
        raise Refused(_("It has its answer already. Join the other case to this one instead."))
    if not lead.is_open and (lead.answered_at is None or not _is_public(case_type, lead)):
        raise Refused(_("That case was closed without an answer for all, so none can be joined."))


def _is_public(case_type: CaseType, case: Case) -> bool:
    return case_type.state(case.state).public


def _join(
    case_type: CaseType, case: Case, lead: Case, *, actor: Actor, now: datetime, reason: str
) -> None:
    case.merged_into = lead.id
    told = {"what": "joined", "other": lead.number, "id": str(lead.id)}
    append(case, Entry(kind="merged", actor=actor, public=True, text=reason, data=told), at=now)
    heard = {"what": "took", "other": case.number, "id": str(case.id)}
    append(lead, Entry(kind="merged", actor=actor, public=True, data=heard), at=now)
    if case_type.on_merged:
        db.session.flush()
        case_type.on_merged(case, lead)


def _catch_up(registry: Registry, case: Case, lead: Case, *, now: datetime) -> None:
    """Give a newly joined case the answer that its leading case has, with the steps since."""
    case_type, row = type_of(registry, lead), CaseEvent
    mine = select(row).where(row.tenant_id == lead.tenant_id, row.case_id == lead.id)
    steps = db.session.scalars(mine.where(row.kind == "step").order_by(row.seq)).all()
    first = next((e.seq for e in steps if _answers(case_type, e)), None)
    for event in steps:
        step = case_type.step(event.step)
        if first is None or event.seq < first or step is None:
            continue
        officer = Actor(role=event.actor_role, id=event.actor_id, name=event.actor_name)
        asked = StepAsked(
            name=event.step, actor=officer, text=event.text, data=_loaded(step, event.data)
        )
        carry_out(registry, case, step, asked=asked, kept=_by_group(event.data, lead), now=now)


def _loaded(step: Step, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Load the fields of an earlier step; as they lie if the module has changed them since."""
    try:
        return checked(step, data).loaded
    except Invalid:
        return data


def _answers(case_type: CaseType, event: CaseEvent) -> bool:
    step = case_type.step(event.step)
    return step is not None and step.answers


def _by_group(data: Mapping[str, Any], lead: Case) -> dict[str, Any]:
    return dict(data) | {"lead": lead.number}


def split(registry: Registry, case: Case, *, actor: Actor, now: datetime, reason: str = "") -> Case:
    """Separate a case from its group; it is answered by itself again, by its own date.

    What it was answered meanwhile stays. Gives the case that had led it; Refused when none had.
    """
    lead = leading(case, lock=True)
    if lead is None:
        raise Refused(_("This case is not joined to another."))
    _part(type_of(registry, case), case, lead, actor=actor, now=now, reason=reason)
    tell_author(case, "split", context={"lead": lead.number}, module=LETTERS)
    changed(case.tenant_id, case.module)
    return lead


def _part(
    case_type: CaseType, case: Case, lead: Case, *, actor: Actor, now: datetime, reason: str
) -> None:
    lead.merged = max(0, lead.merged - 1)
    told = {"what": "parted", "other": lead.number, "id": str(lead.id)}
    append(case, Entry(kind="merged", actor=actor, public=True, text=reason, data=told), at=now)
    heard = {"what": "lost", "other": case.number, "id": str(case.id)}
    append(lead, Entry(kind="merged", actor=actor, public=True, data=heard), at=now)
    _leave(case_type, case, lead)


def follow(
    registry: Registry, lead: Case, asked: StepAsked, *, kept: Mapping[str, Any], now: datetime
) -> None:
    """Do to each joined case what was done to the leading one, or let the group go on without it.

    A step of the hall is taken with each, so each author is told the answer and what came later.
    A leading case that its author withdrew, or that the hall took off the public, answers nobody:
    then the oldest of the others leads.
    """
    case_type = type_of(registry, lead)
    step, group = case_type.step(asked.name), followers(lead, lock=True)
    if step is None:
        return
    withdrawn = asked.actor.role == "citizen" and not lead.is_open
    if withdrawn or not _is_public(case_type, lead):
        _go_on(case_type, lead, group, actor=asked.actor, now=now)
    elif asked.actor.role != "citizen":
        for one in group:
            carry_out(registry, one, step, asked=asked, kept=_by_group(kept, lead), now=now)


def _go_on(
    case_type: CaseType, lead: Case, group: Sequence[Case], *, actor: Actor, now: datetime
) -> None:
    for one in group:
        _part(case_type, one, lead, actor=actor, now=now, reason="")
    if len(group) > 1:
        first, *others = group
        for one in others:
            _join(case_type, one, first, actor=actor, now=now, reason="")
        first.merged = len(others)
