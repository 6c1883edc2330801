"""Registers a case that asks for an individual act as an application, and tells the citizen.

What a person writes as an idea or a need is no application by itself; where the text asks for an
individual act, it is one, and the clock of the General Administrative Code, art. 100, begins. The
new case has its own number, with the citizen's words, files and contact; the old one is closed with
the reason and leads to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mms_core.cases.application import CASE
from mms_core.cases.asked import NewCase, StepAsked
from mms_core.cases.correspondence import attach
from mms_core.cases.forwarding import LETTERS, LONGEST, Copies, as_new, citizens_files
from mms_core.cases.letters import tell_author
from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Case
from mms_core.cases.rules import carry_out, open_case, type_of
from mms_core.clock import policies
from mms_core.contributions import APPLY, CaseType, Step
from mms_core.errors import Invalid, NotAllowed, Refused
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.tenancy import rules as tenancy

TERMS = ("application", "application_without_third_parties")  # art. 100 (1) and (2)


@dataclass(frozen=True, kw_only=True)
class Apply:
    """Why a case is an application, and within which term it is decided."""

    reasons: str
    term: str = TERMS[0]


def can_apply(case: Case, case_type: CaseType | None) -> bool:
    """Tell whether a case can still become an application: unanswered, open, joined to none."""
    step = case_type.step(APPLY) if case_type else None
    waits = case.is_open and case.answered_at is None and case.merged_into is None
    return bool(step and step.forwards and waits and not case.merged and case.state in step.source)


def register(
    registry: Registry, case: Case, *, asked: Apply, actor: Actor, now: datetime,
    copies: Copies | None = None,
) -> Case:  # fmt: skip
    """Register a case that was read for update as an application; gives the new case.

    `copies` takes the kept files and the municipality's number and gives copies of them. Raises
    Refused when it is too late, NotAllowed for a wrong role, Invalid (fields `term`, `text`).
    """
    step = _checked(case, type_of(registry, case), asked, actor)
    tenant, case_type = tenancy.by_id(case.tenant_id), replace(CASE, deadline=_policy(asked))
    new = replace(_as_application(case), by=actor)
    made = open_case(registry, case_type, module=case.module, tenant=tenant, new=new, now=now)
    files = [Stored.of(row) for row in citizens_files(case)]
    if files and copies:
        attach(made, copies(files, case.tenant_id), actor=Actor(role="citizen"), now=now)
    came = Entry(kind="applied", actor=actor, public=True, data={"number": case.number})
    append(made, came, at=now)
    data = {"to_number": made.number, "term": asked.term}
    taken = StepAsked(name=step.name, actor=actor, text=asked.reasons.strip(), data=data)
    carry_out(registry, case, step, asked=taken, kept=data, now=now)
    due = made.due_on.isoformat() if made.due_on else None
    context = data | {"text": taken.text, "decided_by": due}
    tell_author(case, "became_application", context=context, module=LETTERS)
    return made


def _policy(asked: Apply) -> Any:
    return policies()[asked.term]


def _checked(case: Case, case_type: CaseType, asked: Apply, actor: Actor) -> Step:
    step = case_type.step(APPLY)
    if step is None or not can_apply(case, case_type):
        raise Refused(_("This case cannot become an application now."))
    if actor.role not in step.by:
        raise NotAllowed(_("Your role may not take this step."))
    wrong: dict[str, Sequence[object]] = {}
    if asked.term not in TERMS:
        wrong["term"] = [_("Choose the term.")]
    if not asked.reasons.strip():
        wrong["text"] = [_("Write why it is an application: the citizen reads it.")]
    elif len(asked.reasons) > LONGEST:
        wrong["text"] = [_("The text is too long: at most %(count)s characters.", count=LONGEST)]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return step


def _as_application(case: Case) -> NewCase:
    """Give what is handed on; an application is nobody's but its author's, so no name is shown."""
    new = as_new(case)
    return replace(
        new,
        contact=replace(new.contact, public_name=""),
        channel=case.channel,
        place=case.place,
        found_by=case.place,
    )
