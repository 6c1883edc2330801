"""Puts a case on one page of the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from flask import render_template
from markupsafe import Markup

from mms_core.cases import reading, timeline
from mms_core.cases.deadlines import explain_due, is_overdue
from mms_core.cases.log import CaseEvent
from mms_core.cases.models import Case
from mms_core.cases.rules import local_day
from mms_core.contributions import CaseType
from mms_core.desk.clock_forms import panel
from mms_core.desk.duplicates import group_of
from mms_core.desk.rules import ContactSeen, steps_for
from mms_core.desk.step_fields import Offered, offered
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.people.current import Person, roles_in
from mms_core.people.rules import staff_of
from mms_core.units import rules as units

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
    preview: Any = None
    seen: ContactSeen | None = None
    changes: Sequence[CaseEvent] = ()

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
    draft = draft or Draft()
    modules, today = registry(), local_day(datetime.now(UTC))
    case_type = modules.case_type(case.module, case.kind)
    loaded = modules.loaded.get(case.module)
    messages = reading.messages(case)
    events = reading.events(case)
    return render_template(
        "desk/case.html",
        case=case,
        module=loaded.module.title if loaded else case.module,
        broken=loaded is None,
        state=timeline.state_title(case_type, case.state),
        tone=timeline.tone(case_type, case.state),
        overdue=is_overdue(case, today=today),
        due_today=case.is_open and not case.answered_at and case.due_on == today,
        clock=panel(case, case_type, today=today),
        due_reason=explain_due(case, case_type, locale=locale()),
        details=_details(case, case_type),
        public_name=_public_name(case),
        unit=_unit(case),
        lines=timeline.inside(events, case_type, messages=messages, language=case.language),
        changes=timeline.inside(
            draft.changes, case_type, messages=messages, language=case.language
        ),
        files=reading.files(case),
        letters=reading.letters(case),
        others=[_other(row) for row in reading.others(case)],
        steps=_steps(case, case_type, draft),
        staff=[(str(o.id), o.name) for o in staff_of(case.tenant_id) if o.id != case.assignee_id],
        group=group_of(case),
        draft=draft,
        person=person,
    )


def _steps(case: Case, case_type: CaseType | None, draft: Draft) -> list[Offered]:
    found = steps_for(case, case_type, roles=roles_in(case.tenant_id))
    chosen = draft.step or (found[0].name if len(found) == 1 else "")
    return offered(found, chosen=chosen, typed=draft.typed, problems=draft.problems)


def _unit(case: Case) -> str:
    found = units.of_case(case)
    return units.title(found) if found else ""


def _public_name(case: Case) -> str:
    contact = reading.contact(case)
    return contact.public_name if contact else ""


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
