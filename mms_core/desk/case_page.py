"""Puts a case on one page of the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import structlog
from flask import render_template
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from mms_core.answer_texts.models import AnswerText
from mms_core.answer_texts.rules import FITTING
from mms_core.cases import timeline
from mms_core.cases.applying import can_apply
from mms_core.cases.around import around
from mms_core.cases.deadlines import due_words, is_overdue
from mms_core.cases.forwarding import can_forward
from mms_core.cases.log import CaseEvent
from mms_core.cases.models import Attachment, Case, CaseContact, CaseMessage
from mms_core.cases.rules import local_day
from mms_core.citizen.models import Opinion
from mms_core.citizen.opinion import SCORES, SOLVED
from mms_core.contributions import CaseType
from mms_core.desk import seats
from mms_core.desk.clock_forms import panel
from mms_core.desk.duplicates import group_of
from mms_core.desk.models import HeldAnswer, Seat
from mms_core.desk.previews import Preview
from mms_core.desk.rules import ContactSeen, steps_for
from mms_core.desk.similar import Answered, answered_like
from mms_core.desk.step_fields import Offered, offered
from mms_core.files.pending import Kept
from mms_core.files.views import limits
from mms_core.guard import tenant_modules
from mms_core.i18n import locale
from mms_core.messages.models import OutboxLetter
from mms_core.modules import registry
from mms_core.people.current import Person, roles_in
from mms_core.people.rules import staff_of
from mms_core.promises.models import Promise
from mms_core.promises.showing import shown
from mms_core.units import rules as units
from mms_core.units.models import Unit

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Draft:
    """What an officer has typed, what is wrong with it, and what was found meanwhile."""

    part: str = ""  # the form it was typed into
    step: str = ""
    text: str = ""
    to: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)  # the form's fields
    errors: list[str] = field(default_factory=list)
    problems: Mapping[str, Sequence[object]] = field(default_factory=dict)  # by field
    argument: str = ""  # what a button named beside what to do: the number of a case
    number: int = 0  # of the draft as it was last kept
    previews: Sequence[Preview] = ()
    kept: Sequence[Kept] = ()  # files that wait with the form
    inserted: bool = False
    restored: bool = False  # the form shows what was kept earlier
    others: Sequence[Any] | None = None  # the citizen's other cases, after a logged look
    seen: ContactSeen | None = None
    changes: Sequence[CaseEvent] = ()

    def value(self, name: str) -> str:
        """Give what was typed into a field of the answer's form."""
        return str(self.typed.get(name, "")) if self.part == "step" else ""

    def wrong(self, name: str) -> list[str]:
        """Give what is wrong with a field of the answer's form."""
        return [str(t) for t in self.problems.get(name, [])] if self.part == "step" else []

    def text_of(self, part: str) -> str:
        """Give the text typed into a form of the page."""
        return self.text if part == self.part else ""

    def errors_of(self, part: str) -> list[str]:
        """Give the errors of a form of the page; those of a field of its own stand there."""
        if part != self.part:
            return []
        elsewhere = {str(t) for n, texts in self.problems.items() if n != "text" for t in texts}
        return [text for text in self.errors if text not in elsewhere]


def show(case: Case, person: Person, draft: Draft | None = None) -> str:
    """Draw the page, with what was typed if there is a draft."""
    now, modules = datetime.now(UTC), registry()
    case_type, loaded = modules.case_type(case.module, case.kind), modules.loaded.get(case.module)
    tenant_modules()  # read once: the modules' parts of the page ask for it, too
    found = read(case, person, now=now)
    draft = draft or _from_seat(seats.own(found.seats, person.id), case, found) or Draft()
    return render_template(
        "desk/case.html",
        case=case,
        module=loaded.module.title if loaded else case.module,
        broken=loaded is None,
        **_standing(case, case_type, today=local_day(now)),
        **_history(case, case_type, found, draft),
        details=_details(case, case_type),
        public_name=found.contact.public_name if found.contact else "",
        unit=next((units.title(one) for one in found.units if str(one.id) == case.unit), ""),
        unit_choices=_unit_choices(case, found.units),
        files=found.files,
        letters=found.letters,
        others=[_other(row) for row in draft.others or ()],
        steps=_steps(case, case_type, draft),
        similar=[_similar(one, case_type) for one in answered_like(case)],
        beside=seats.beside(found.seats, person.id, now=now),
        colleagues=[_colleague(seat) for seat in seats.drafts(found.seats, person.id)],
        held=found.held,
        texts=found.texts,
        promises=[shown(row) for row in found.promises],
        limits=limits(recordings=True),
        staff=[(str(o.id), o.name) for o in staff_of(case.tenant_id) if o.id != case.assignee_id],
        group=group_of(case),
        moderated=loaded is not None and any(m.kind == case.kind for m in loaded.moderated),
        opinion=found.opinion if case.answered_at else None,
        scores=SCORES,
        solved=SOLVED,
        draft=draft,
        person=person,
    )


def _standing(case: Case, case_type: CaseType | None, *, today: date) -> dict[str, Any]:
    return {
        "state": timeline.state_title(case_type, case.state),
        "tone": timeline.tone(case_type, case.state),
        "overdue": is_overdue(case, today=today),
        "due_today": case.is_open and not case.answered_at and case.due_on == today,
        "due_reason": due_words(case, case_type, locale=locale()),
        "clock": panel(case, case_type, today=today),
        "may_forward": can_forward(case, case_type),
        "may_apply": can_apply(case, case_type),
        "today": today,
    }


def _history(
    case: Case, case_type: CaseType | None, found: Around, draft: Draft
) -> dict[str, list[timeline.Line]]:
    def lines(events: Sequence[CaseEvent]) -> list[timeline.Line]:
        return timeline.inside(events, case_type, messages=found.messages, language=case.language)

    return {"lines": lines(found.events), "changes": lines(draft.changes)}


@dataclass(frozen=True, kw_only=True)
class Around:
    """Everything that belongs to a case and is shown with it."""

    events: list[CaseEvent]
    messages: list[CaseMessage]
    files: list[Attachment]
    letters: list[OutboxLetter]
    promises: list[Promise]
    seats: list[Seat]
    held: list[HeldAnswer]
    contact: CaseContact | None
    texts: list[tuple[str, str]]
    units: list[Unit]  # of the hall, closed ones too
    opinion: Opinion | None


def read(case: Case, person: Person, *, now: datetime) -> Around:
    """Read what belongs to a case by one statement, and say that this officer is here."""
    seats.sit_down(case, person, now=now)
    (events, messages, files, letters, promises, sitting, answers, contacts, texts, everywhere,
     opinions) = around(
        case,
        (CaseEvent, "seq"),
        (CaseMessage, "at"),
        (Attachment, "at"),
        (OutboxLetter, "created_at desc, id desc"),
        (Promise, "due_on"),
        (Seat, "seen_at desc"),
        (HeldAnswer, "made_at"),
        (CaseContact, "case_id"),
        (AnswerText, "module desc, name", FITTING),
        (Unit, "name_ka, id", "true"),
        (Opinion, "case_id"),
    )  # fmt: skip
    return Around(
        events=events,
        messages=messages,
        files=files,
        letters=letters,
        promises=promises,
        seats=sitting,
        held=[one for one in answers if one.state in {"waiting", "refused"}],
        contact=contacts[0] if contacts else None,
        texts=[(str(one.id), one.name) for one in texts],
        units=everywhere,
        opinion=opinions[0] if opinions else None,
    )


def _from_seat(seat: Seat | None, case: Case, found: Around) -> Draft | None:
    """Show the draft that this officer left here, and what has changed since."""
    if seat is None or seat.typed is None or not steps_open(case):
        return None
    typed: MultiDict[str, str] = MultiDict(seat.typed)
    return Draft(
        part="step",
        step=typed.get("step", ""),
        text=typed.get("text_step", ""),
        typed=typed,
        number=seat.draft_version,
        restored=True,
        changes=timeline.since(found.events, seat.case_version),
    )


def steps_open(case: Case) -> bool:
    """Tell whether there is a step that this officer may take, so that a draft has a form."""
    case_type = registry().case_type(case.module, case.kind)
    return bool(steps_for(case, case_type, roles=roles_in(case.tenant_id)))


def _colleague(seat: Seat) -> dict[str, Any]:
    typed = seat.typed or {}
    text = (typed.get("text_step") or [""])[0]
    return {"name": seat.name, "at": seat.saved_at, "text": text}


def _similar(one: Answered, case_type: CaseType | None) -> dict[str, Any]:
    return {
        "case": one,
        "state": timeline.state_title(case_type, one.state),
        "tone": timeline.tone(case_type, one.state),
    }


def _steps(case: Case, case_type: CaseType | None, draft: Draft) -> list[Offered]:
    found = steps_for(case, case_type, roles=roles_in(case.tenant_id))
    chosen = draft.step or (found[0].name if len(found) == 1 else "")
    return offered(found, chosen=chosen, typed=draft.typed, problems=draft.problems)


def _unit_choices(case: Case, found: Sequence[Unit]) -> list[tuple[str, str]]:
    taking = [one for one in found if one.closed_at is None and str(one.id) != case.unit]
    return [(str(one.id), units.title(one)) for one in taking]


def _details(case: Case, case_type: CaseType | None) -> Markup | str:
    """Draw the module's part; a module that fails here costs its part, not the page."""
    if case_type is None or case_type.detail_template is None:
        return ""
    try:
        given = case_type.details(case) if case_type.details else {}
        drawn = render_template(case_type.detail_template, **{"case": case, **given})
        return Markup(drawn)  # noqa: S704 - a template of a module, escaped by Jinja itself
    except Exception:
        log.exception("desk.details_failed", module=case.module)
        return ""


def _other(row: Any) -> dict[str, Any]:
    case_type = registry().case_type(row.module, row.kind)
    return {
        "number": row.number,
        "title": row.title,
        "state": timeline.state_title(case_type, row.state),
        "tone": timeline.tone(case_type, row.state),
        "at": row.updated_at,
    }
