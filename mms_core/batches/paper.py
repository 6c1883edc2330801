"""Sets one case as a PDF file for the archive: its history, messages, files and the log's hash."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from mms_core import papers
from mms_core.batches.models import Batch
from mms_core.batches.rules import find
from mms_core.batches.running import actor_of, colleague
from mms_core.batches.table import keep
from mms_core.cases import reading, timeline
from mms_core.cases.deadlines import explain_due
from mms_core.cases.models import Attachment, Case, CaseMessage
from mms_core.dates import day, moment
from mms_core.db import db
from mms_core.desk.rules import look_at_contact
from mms_core.errors import NotFound
from mms_core.files.storage import new_key
from mms_core.files.views import storage
from mms_core.i18n import gettext as _
from mms_core.i18n import spoken
from mms_core.modules import registry
from mms_core.promises import rules as promises
from mms_core.tenancy import rules as tenancy
from mms_core.units import rules as units

TEMPLATE = Path(papers.HERE) / "templates" / "paper" / "case.typ"
PDF = "application/pdf"


def make_paper(batch: Batch) -> None:
    """Set the paper and put it into the storage; a look at personal data is logged first."""
    case = _case(batch)
    with spoken("ka"):  # the archive's language
        seen = _look(batch, case) if batch.asked.get("personal") else ()
        data = facts(case, personal=seen)
        made = papers.to_pdf(TEMPLATE, data=data, language="ka", title=f"{case.number}")
    key = new_key(f"exports/{batch.tenant_id}", ".pdf")
    storage().put(key, io.BytesIO(made), content_type=PDF)
    fresh = find(batch.tenant_id, batch.id)
    fresh.total = fresh.done = 1
    keep(fresh, key, form="pdf", size=len(made), kind=PDF)


def _case(batch: Batch) -> Case:
    own = (Case.tenant_id == batch.tenant_id) & (Case.number == batch.asked["number"])
    case = db.session.scalars(select(Case).where(own).with_for_update()).one_or_none()
    if case is None:
        raise NotFound(_("There is no case with this number."))
    return case


def _look(batch: Batch, case: Case) -> tuple[tuple[str, Any], ...]:
    """Give the author's data for the paper; the look is logged like every other."""
    viewer, now = colleague(batch), datetime.now(UTC)
    seen = look_at_contact(case, viewer=viewer, role=actor_of(viewer).role, now=now)
    contact, profile = seen.contact, seen.profile
    return (
        (_("Name"), (contact.name if contact else "") or (profile.name if profile else "")),
        (_("Telephone"), (contact.phone if contact else "") or (profile.phone if profile else "")),
        (_("E-mail"), (contact.email if contact else "") or (profile.email if profile else "")),
        (_("Personal number"), profile.personal_number if profile else ""),
    )


def facts(case: Case, *, personal: tuple[tuple[str, Any], ...] = ()) -> dict[str, Any]:
    """Give what the paper says, in words of the page's language."""
    modules, tenant = registry(), tenancy.by_id(case.tenant_id)
    case_type = modules.case_type(case.module, case.kind)
    loaded = modules.loaded.get(case.module)
    messages, events = reading.messages(case), reading.events(case)
    lines = timeline.inside(events, case_type, messages=messages, language=case.language)
    unit = units.of_case(case)
    due = explain_due(case, case_type, locale="ka")
    return {
        "words": _words(),
        "hall": tenant.hall_in("ka") if tenant else "",
        "number": case.number,
        "title": case.title,
        "body": case.body,
        "answer": case.answer,
        "terms": [
            (_("Module"), str(loaded.module.title) if loaded else case.module),
            (_("Status"), timeline.state_title(case_type, case.state)),
            (_("Received on"), moment(case.opened_at)),
            (_("Date of the answer"), day(case.due_on)),
            (_("How the date was computed"), due),
            (_("Answered on"), moment(case.answered_at)),
            (_("Closed on"), moment(case.closed_at)),
            (_("Settlement"), case.place),
            (_("Unit"), units.title(unit) if unit else ""),
            (_("Responsible"), case.assignee_name),
        ],
        "personal": list(personal),
        "history": [(line.when, line.title, line.by, line.text) for line in reversed(lines)],
        "messages": [_message(row) for row in messages],
        "promises": [(day(p.due_on), p.text) for p in promises.of_case(case)],
        "files": [_file(row) for row in reading.files(case)],
        "events": len(events),
        "head": case.head,
        "made": moment(datetime.now(UTC)),
    }


def _message(row: CaseMessage) -> tuple[str, str, str]:
    way = {"out": _("To the citizen"), "in": _("From the citizen")}
    return (moment(row.at), way.get(row.direction, _("Internal note")), row.body)


def _file(row: Attachment) -> tuple[str, str, str, str]:
    return (row.name, row.content_type, str(row.size), row.sha256)


def _words() -> dict[str, str]:
    return {
        "text": _("Text"),
        "answer": _("The answer of the city hall"),
        "author": _("Author"),
        "hidden": _("Personal data were left out of this paper."),
        "history": _("History"),
        "when": _("When"),
        "what": _("What"),
        "who": _("Who"),
        "messages": _("Messages"),
        "promises": _("Promises"),
        "files": _("Files"),
        "name": _("Name of the file"),
        "type": _("Type"),
        "bytes": _("Bytes"),
        "none": _("None"),
        "audit": _("The log of the case"),
        "events": _("Events in the log"),
        "head": _("Hash of the newest event (SHA-256)"),
        "chain": _(
            "Each event carries the hash of the one before it: with this hash it can be checked "
            "that nothing was changed or removed."
        ),
        "made": _("Made on"),
    }
