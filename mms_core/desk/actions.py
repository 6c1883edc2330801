"""Carries out what the forms of a case's page ask for; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import current_app, flash, redirect, request, url_for

from mms_core.cases import reading
from mms_core.cases.correspondence import LONGEST, attach
from mms_core.cases.keys import key_of
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import StaleError, StepAsked, take_step
from mms_core.cases.timeline import since
from mms_core.desk import rules
from mms_core.desk.case_page import Draft, show
from mms_core.desk.clock_forms import CLOCK_WORK
from mms_core.desk.step_fields import data_of
from mms_core.errors import Answerable, Invalid, Refused
from mms_core.files.views import pending
from mms_core.i18n import gettext as _
from mms_core.messages.models import OutboxLetter
from mms_core.messages.texts import Words
from mms_core.messages.words import compose
from mms_core.modules import registry
from mms_core.people.current import Person, roles_in
from mms_core.people.rules import Colleague, staff_of

HIDDEN = "·" * 10


def do(case: Case, person: Person) -> Any:
    """Do one thing; a refusal shows the page again with the words as they were typed."""
    part = request.form.get("do", "")
    draft = _draft(part)
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


def _draft(part: str) -> Draft:
    part = "step" if part == "preview" else part
    text = request.form.get(f"text_{part}", "").replace("\r\n", "\n")
    return Draft(
        part=part,
        step=request.form.get("step", ""),
        text=text[: LONGEST * 2],
        to=request.form.get("to", ""),
        typed=request.form,
    )


def _texts(problem: Answerable) -> list[str]:
    found = (
        [t for texts in problem.fields.values() for t in texts]
        if isinstance(problem, Invalid)
        else []
    )
    return [str(text) for text in found or [problem.message]]


def _actor(case: Case, person: Person, *, step: str = "") -> Actor:
    roles = roles_in(case.tenant_id)
    case_type = registry().case_type(case.module, case.kind)
    found = case_type.step(step) if case_type and step else None
    role = rules.acting_role(roles, allowed=found.by) if found else ""
    return Actor(role=role or rules.acting_role(roles), id=person.id, name=person.name)


def _step(case: Case, person: Person, draft: Draft) -> None:
    if not draft.step:
        raise Invalid(_("Choose what to do with the case."))
    events = reading.events(case)
    asked = StepAsked(
        name=draft.step,
        actor=_actor(case, person, step=draft.step),
        version=rules.seen_version(case, events, seen=_version()),
        text=draft.text,
        data=_data(case, draft),
    )
    take_step(registry(), case, asked=asked, now=datetime.now(UTC))
    flash(_("Done: the case has moved on."), "success")


def _data(case: Case, draft: Draft) -> dict[str, Any]:
    case_type = registry().case_type(case.module, case.kind)
    step = case_type.step(draft.step) if case_type else None
    return data_of(step, draft.typed) if step else {}


def _version() -> int:
    raw = request.form.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() else -1


def _preview(case: Case, person: Person, draft: Draft) -> str:
    """Show the letter as the citizen would get it; nothing is written."""
    case_type = registry().case_type(case.module, case.kind)
    step = case_type.step(draft.step) if case_type else None
    if step is None:
        raise Invalid(_("Choose what to do with the case."))
    if step.message is None:
        raise Invalid(_("No letter is sent with this step."))
    letter = OutboxLetter(
        tenant_id=case.tenant_id,
        case_id=case.id,
        module=case.module,
        template=step.message,
        language=case.language,
        context={"text": draft.text.strip(), "step": step.name},
    )
    draft.preview = _without_key(compose(letter, case), case)
    return show(case, person, draft)


def _without_key(words: Words, case: Case) -> Words:
    """Hide the citizen's key: with it an officer could write in the citizen's name."""
    key = key_of(current_app.extensions["mms_settings"], case.tenant_id, case.id)
    return replace(words, text=words.text.replace(key, HIDDEN), html="")


def _take(case: Case, person: Person, _typed: Draft) -> None:
    me = Colleague(id=person.id, name=person.name, roles=())
    rules.assign(case, me, actor=_actor(case, person), now=datetime.now(UTC))
    flash(_("You are responsible for this case now."), "success")


def _assign(case: Case, person: Person, draft: Draft) -> None:
    to = None
    if draft.to:
        staff = {str(one.id): one for one in staff_of(case.tenant_id)}
        if draft.to not in staff:
            raise Invalid(_("Choose a colleague from the list."))
        to = staff[draft.to]
    actor = _actor(case, person)
    rules.assign(case, to, actor=actor, now=datetime.now(UTC), text=draft.text)
    flash(_("The responsible person has been changed."), "success")


def _note(case: Case, person: Person, draft: Draft) -> None:
    rules.note(case, draft.text, actor=_actor(case, person), now=datetime.now(UTC))
    flash(_("The note has been kept; only the staff see it."), "success")


def _message(case: Case, person: Person, draft: Draft) -> None:
    actor = _actor(case, person)
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
    attach(case, files, actor=_actor(case, person), now=now, public=public)
    for problem in gathered.problems:
        flash(problem, "warning")
    flash(_("The file has been attached."), "success")


def _clock(case: Case, person: Person, draft: Draft) -> None:
    case_type = registry().case_type(case.module, case.kind)
    CLOCK_WORK[draft.part](case, case_type, _actor(case, person), draft.text)


def _contact(case: Case, person: Person, draft: Draft) -> str:
    role = rules.acting_role(roles_in(case.tenant_id))
    draft.seen = rules.look_at_contact(case, viewer=person, role=role, now=datetime.now(UTC))
    return show(case, person, draft)


WORK: dict[str, Callable[[Case, Person, Draft], Any]] = {
    "step": _step,
    "preview": _preview,
    "take": _take,
    "assign": _assign,
    "note": _note,
    "message": _message,
    "attach": _attach,
    "contact": _contact,
    **dict.fromkeys(CLOCK_WORK, _clock),
}
