"""Carries out what the forms of a case's page ask for; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, request, url_for

from mms_core.cases import reading
from mms_core.cases.correspondence import LONGEST, attach
from mms_core.cases.models import Case
from mms_core.cases.rules import StaleError
from mms_core.cases.timeline import since
from mms_core.desk import answer_forms, rules
from mms_core.desk.acting import actor_for, typed_number
from mms_core.desk.case_page import Draft, show
from mms_core.desk.clock_forms import CLOCK_WORK
from mms_core.errors import Answerable, Invalid, Refused
from mms_core.files.views import pending
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import Person, roles_in
from mms_core.people.rules import Colleague, staff_of
from mms_core.units import rules as units


def do(case: Case, person: Person) -> Any:
    """Do one thing; a refusal shows the page again with the words as they were typed."""
    part, _colon, argument = request.form.get("do", "").partition(":")
    draft = typed_draft(part, argument)
    work = WORK.get(part)
    if work is None:
        raise Invalid(_("It is not clear what should be done."))
    try:
        answer = work(case, person, draft)
    except StaleError as problem:
        draft.changes = since(reading.events(case), problem.since)
        return show(case, person, draft), 409
    except (Invalid, Refused) as problem:
        draft.errors = _texts(problem)
        draft.problems = problem.fields if isinstance(problem, Invalid) else {}
        return show(case, person, draft), problem.status
    return answer or redirect(url_for("desk.case_page", number=case.number), 303)


def typed_draft(part: str, argument: str = "") -> Draft:
    """Read what was typed into a form of the page."""
    part = "step" if part in answer_forms.WORK else part
    text = request.form.get(f"text_{part}", "").replace("\r\n", "\n")
    return Draft(
        part=part,
        step=request.form.get("step", ""),
        text=text[: LONGEST * 2],
        to=request.form.get("to", ""),
        typed=request.form,
        argument=argument[:100],
        number=typed_number("draft_version", default=0),
    )


def _texts(problem: Answerable) -> list[str]:
    found = (
        [t for texts in problem.fields.values() for t in texts]
        if isinstance(problem, Invalid)
        else []
    )
    return [str(text) for text in found or [problem.message]]


def _take(case: Case, person: Person, _typed: Draft) -> None:
    me = Colleague(id=person.id, name=person.name, roles=())
    rules.assign(case, me, actor=actor_for(case, person), now=datetime.now(UTC))
    flash(_("You are responsible for this case now."), "success")


def _assign(case: Case, person: Person, draft: Draft) -> None:
    to = None
    if draft.to:
        staff = {str(one.id): one for one in staff_of(case.tenant_id)}
        if draft.to not in staff:
            raise Invalid(_("Choose a colleague from the list."))
        to = staff[draft.to]
    actor = actor_for(case, person)
    rules.assign(case, to, actor=actor, now=datetime.now(UTC), text=draft.text)
    if to is not None and case.assignee_id != to.id:
        names = {"name": to.name, "deputy": case.assignee_name}
        flash(_("%(name)s is away: the case has gone to %(deputy)s.", **names), "warning")
        return
    flash(_("The responsible person has been changed."), "success")


def _unit(case: Case, person: Person, draft: Draft) -> None:
    unit = units.open_unit(case.tenant_id, draft.to)
    actor, now = actor_for(case, person), datetime.now(UTC)
    rules.hand_to_unit(case, unit, actor=actor, now=now, text=draft.text)
    flash(_("The case lies with another unit now."), "success")


def _note(case: Case, person: Person, draft: Draft) -> None:
    rules.note(case, draft.text, actor=actor_for(case, person), now=datetime.now(UTC))
    flash(_("The note has been kept; only the staff see it."), "success")


def _message(case: Case, person: Person, draft: Draft) -> None:
    actor = actor_for(case, person)
    rules.write_to_citizen(case, draft.text, actor=actor, now=datetime.now(UTC))
    flash(_("The message has been sent to the citizen."), "success")


def _attach(case: Case, person: Person, _typed: Draft) -> None:
    box = pending(case.tenant_id)
    gathered = box.gather(request.files.getlist("files"))
    if not gathered.files:
        none = [_("Choose a file first.")]
        raise Invalid(none[0], fields={"text": list(gathered.problems) or none})
    now, public = datetime.now(UTC), request.form.get("public") == "true"
    files = box.settle(gathered)
    attach(case, files, actor=actor_for(case, person), now=now, public=public)
    for problem in gathered.problems:
        flash(problem, "warning")
    flash(_("The file has been attached."), "success")


def _clock(case: Case, person: Person, draft: Draft) -> None:
    case_type = registry().case_type(case.module, case.kind)
    CLOCK_WORK[draft.part](case, case_type, actor_for(case, person), draft.text)


def _contact(case: Case, person: Person, draft: Draft) -> str:
    role = rules.acting_role(roles_in(case.tenant_id))
    draft.seen = rules.look_at_contact(case, viewer=person, role=role, now=datetime.now(UTC))
    return show(case, person, draft)


def _others(case: Case, person: Person, draft: Draft) -> str:
    draft.others = rules.look_at_others(case, viewer=person)
    return show(case, person, draft)


WORK: dict[str, Callable[[Case, Person, Draft], Any]] = {
    **answer_forms.WORK,
    "take": _take,
    "assign": _assign,
    "unit": _unit,
    "note": _note,
    "message": _message,
    "attach": _attach,
    "contact": _contact,
    **dict.fromkeys(CLOCK_WORK, _clock),
    "others": _others,
}
