"""The form of an answer: taking the step, its preview, its draft, and words to begin with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from flask import flash, request

from mms_core.answer_texts import rules as answer_texts
from mms_core.answer_texts.placeholders import fill
from mms_core.cases import reading
from mms_core.cases.models import Case
from mms_core.contributions import Step
from mms_core.desk import answering, held, rules, seats
from mms_core.desk.acting import actor_for, typed_number
from mms_core.desk.answering import Answer, PromiseAsked
from mms_core.desk.case_page import Draft, show
from mms_core.desk.previews import previews
from mms_core.desk.similar import answer_of
from mms_core.desk.step_fields import data_of
from mms_core.errors import Invalid
from mms_core.files.pending import Attached
from mms_core.files.views import pending
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import Person


def take(case: Case, person: Person, draft: Draft) -> None:
    """Take the step with all that was given for it."""
    attached, answer = _gathered(case, draft)
    actor = actor_for(case, person, step=draft.step)
    version = rules.seen_version(case, reading.events(case), seen=typed_number("version"))
    now, modules = datetime.now(UTC), registry()
    answering.check(modules, case, answer, actor=actor, version=version, now=now)
    answering.check_transcript(answer, attached.files)
    until = _until(now)
    if until is not None:
        held.check_day(answer, until.day, now=now)
    answer = _with_files(case, answer, attached)  # kept for good only now, when all is well
    given: dict[str, Any] = {"actor": actor, "version": version, "now": now}
    if until is None:
        answering.give(modules, case, answer, **given)
        flash(_("Done: the case has moved on."), "success")
    else:
        given |= {"publish_on": until.day, "publish_at": until.at, "bundle": until.bundle}
        held.hold(modules, case, answer, **given)
        if until.at is None:  # the page itself says what waits only a minute
            flash(_("The answer is decided and held; the citizen reads nothing yet."), "success")
    seats.clear(case, person.id)


@dataclass(frozen=True, kw_only=True)
class Until:
    """When a held answer is published: on a day, with a bundle, or when its minute is over."""

    day: date | None = None
    bundle: str = ""
    at: datetime | None = None


def _until(now: datetime) -> Until | None:
    """Read when the answer is published; None for at once."""
    when = request.form.get("when", "now")
    if when == "soon":
        end = held.minute_after(now)
        return Until(at=end) if end else None
    if when == "together":
        return Until(bundle=request.form.get("hold_set", ""))
    if when != "day":
        return None
    day = typed_day(request.form.get("hold_until", ""))
    if day is None:
        problem = _("Choose the day on which it is published.")
        raise Invalid(problem, fields={"hold_until": [problem]})
    return Until(day=day)


def preview(case: Case, person: Person, draft: Draft) -> str:
    """Show the letter as the citizen would get it; nothing is sent, the words are kept."""
    _attached, answer = _gathered(case, draft)
    actor, step = actor_for(case, person, step=draft.step), _step(case, draft)
    if step.message is None:
        raise Invalid(_("No letter is sent with this step."))
    words = answering.letter_of(case, step, answer, actor=actor)
    case_type = registry().case_type(case.module, case.kind)
    module = case_type.letters if case_type else None
    draft.previews = previews(case, step.message, context=words, module=module)
    return show(case, person, draft)


def save(case: Case, person: Person, draft: Draft) -> str:
    """Keep what was typed so far, for this officer and for colleagues to read."""
    _gathered(case, draft)
    keep(case, person, draft)
    flash(_("Your draft is kept; colleagues can read it here."), "success")
    return show(case, person, draft)


def keep(case: Case, person: Person, draft: Draft) -> int:
    """Write the draft down; gives its number."""
    number = seats.save(
        case,
        person,
        draft.typed,
        draft_version=typed_number("draft_version", default=0),
        case_version=typed_number("version", default=case.version),
        now=datetime.now(UTC),
    )
    draft.number = number
    return number


def reuse(case: Case, person: Person, draft: Draft) -> str:
    """Put the answer of another case below what was typed."""
    _gathered(case, draft)
    return _inserted(case, person, draft, answer_of(case.tenant_id, draft.argument))


def insert_text(case: Case, person: Person, draft: Draft) -> str:
    """Put one of the hall's texts below what was typed, filled with what the case says."""
    _gathered(case, draft)
    raw = request.form.get("answer_text", "")
    found = next((one for one in answer_texts.fitting(case) if str(one.id) == raw), None)
    if found is None:
        raise Invalid(_("Choose a text from the list."))
    draft.step = draft.step or found.step
    return _inserted(case, person, draft, fill(found.body, answering.facts(case)))


def _inserted(case: Case, person: Person, draft: Draft, words: str) -> str:
    draft.text = f"{draft.text.rstrip()}\n\n{words}".strip()
    draft.inserted = True
    return show(case, person, draft)


def _step(case: Case, draft: Draft) -> Step:
    case_type = registry().case_type(case.module, case.kind)
    step = case_type.step(draft.step) if case_type else None
    if step is None:
        raise Invalid(_("Choose what to do with the case."))
    return step


def _gathered(case: Case, draft: Draft) -> tuple[Attached, Answer]:
    """Read the form; files that were taken in stay with it until the step is taken."""
    box, form = pending(case.tenant_id, recordings=True), request.form
    attached = box.gather(
        request.files.getlist("files"),
        tokens=form.getlist("kept_file"),
        left_out=form.getlist("leave_out"),
    )
    draft.kept = box.keep(attached)
    if attached.problems and draft.part == "step":
        raise Invalid(attached.problems[0], fields={"files": attached.problems})
    return attached, _answer(case, draft)


def _answer(case: Case, draft: Draft) -> Answer:
    case_type = registry().case_type(case.module, case.kind)
    step = case_type.step(draft.step) if case_type else None
    return Answer(
        step=draft.step,
        text=draft.text.strip(),
        data=data_of(step, draft.typed) if step else {},
        promise=_promise(),
        files_public=request.form.get("files_public") == "true",
    )


def _promise() -> PromiseAsked | None:
    typed = [request.form.get(f"promise_{name}", "").strip() for name in ("text", "due", "unit")]
    if not any(typed[:2]):
        return None
    return PromiseAsked(text=typed[0], due_on=typed_day(typed[1]), unit=typed[2])


def typed_day(raw: str) -> date | None:
    """Read a day as browsers send it; None for what is no day."""
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def _with_files(case: Case, answer: Answer, attached: Attached) -> Answer:
    return replace(answer, files=pending(case.tenant_id, recordings=True).settle(attached))


WORK: dict[str, Any] = {
    "step": take,
    "preview": preview,
    "save": save,
    "reuse": reuse,
    "insert": insert_text,
}
