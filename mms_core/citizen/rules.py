"""What a citizen does with their own cases: replies, lists them, takes a copy of everything."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_, union_all, update

from mms_core.cases import reading
from mms_core.cases.correspondence import words, write
from mms_core.cases.log import Actor
from mms_core.cases.models import Case, CaseContact, CaseMessage, PersonCase
from mms_core.cases.search import without_names
from mms_core.changes import changed
from mms_core.citizen.models import Opinion
from mms_core.db import db, scope
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.messages.models import OutboxLetter

SIZE = 20
Place = tuple[datetime, uuid.UUID]


@dataclass(frozen=True, kw_only=True)
class OwnCases:
    """A page of a person's cases in all municipalities, newest first."""

    rows: Sequence[Any]
    next: Place | None = None


def reply(case: Case, text: str, *, person_id: uuid.UUID | None, now: datetime) -> CaseMessage:
    """Keep what the citizen wrote back; Refused when the case is closed."""
    if not case.is_open:
        raise Refused(_("This case is closed, so nothing can be added to it."))
    actor = Actor(role="citizen", id=person_id)
    return write(case, "in", words(text), actor=actor, now=now)


def may_reply(case: Case) -> bool:
    """Tell whether the citizen can write: while the case is open, also without being asked."""
    return case.is_open


def own_cases(person_id: uuid.UUID, *, after: Place | None = None, size: int = SIZE) -> OwnCases:
    """Give a person's cases from the index, in a session that is bound to this person."""
    row = PersonCase
    query = select(row).where(row.person_id == person_id)
    if after is not None:
        query = query.where(tuple_(row.updated_at, row.case_id) < after)
    ordered = query.order_by(row.updated_at.desc(), row.case_id.desc()).limit(size + 1)
    found = list(db.session.scalars(ordered.execution_options(across_tenants=True)))
    more = found[size - 1] if len(found) > size else None
    return OwnCases(
        rows=found[:size], next=(more.updated_at, more.case_id) if more is not None else None
    )


def copy_of_cases(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Give all that is kept in a person's cases, hall by hall, in each hall's own scope."""
    query = select(PersonCase.tenant_id, PersonCase.case_id).where(
        PersonCase.person_id == person_id
    )
    found = db.session.execute(query.execution_options(across_tenants=True)).all()
    copies: list[dict[str, Any]] = []
    for tenant_id in dict.fromkeys(row.tenant_id for row in found):
        ids = [row.case_id for row in found if row.tenant_id == tenant_id]
        with scope(tenant_id):
            mine = select(Case).where(Case.tenant_id == tenant_id, Case.id.in_(ids))
            owned = mine.where(Case.author_id == person_id).order_by(Case.opened_at)
            copies += [_copy(case) for case in db.session.scalars(owned)]
    return copies


def forget_in_cases(person_id: uuid.UUID) -> int:
    """Take a person's name and addresses off their cases in every hall; gives how many cases.

    The cases stay as records of the halls, without an author; the chained events hold no
    citizen's name.
    """
    query = select(PersonCase.tenant_id, PersonCase.case_id).where(
        PersonCase.person_id == person_id
    )
    found = db.session.execute(query.execution_options(across_tenants=True)).all()
    for tenant_id in dict.fromkeys(row.tenant_id for row in found):
        with scope(tenant_id):
            _forget_in_hall(tenant_id, [r.case_id for r in found if r.tenant_id == tenant_id])
    return len(found)


def _forget_in_hall(tenant_id: int, ids: Sequence[uuid.UUID]) -> None:
    cases, contacts = Case.__table__, CaseContact.__table__
    index, letters = PersonCase.__table__, OutboxLetter.__table__
    opinions = Opinion.__table__
    nobody = {"name": "", "email": "", "phone": "", "public_name": ""}
    of_case = contacts.c.case_id.in_(ids) & (contacts.c.tenant_id == tenant_id)
    db.session.execute(update(contacts).where(of_case).values(nobody))
    of_letter = letters.c.case_id.in_(ids) & (letters.c.tenant_id == tenant_id)
    db.session.execute(delete(letters).where(of_letter, letters.c.state == "waiting"))
    gone = {"recipient": "", "subject": "", "body": "", "context": {}}
    db.session.execute(update(letters).where(of_letter).values(gone))
    said = opinions.c.case_id.in_(ids) & (opinions.c.tenant_id == tenant_id)
    db.session.execute(update(opinions).where(said).values(words=""))
    mine = cases.c.id.in_(ids) & (cases.c.tenant_id == tenant_id)
    search = without_names(tenant_id, cases.c.search)
    forgotten = {"author_id": None, "search": search}
    db.session.execute(update(cases).where(mine).values(forgotten))
    of_index = index.c.case_id.in_(ids) & (index.c.tenant_id == tenant_id)
    db.session.execute(delete(index).where(of_index))
    changed(tenant_id, "*")  # a public page may show the name


def _copy(case: Case) -> dict[str, Any]:
    contact = reading.contact(case)
    names = ("name", "email", "phone", "public_name")
    return {
        "municipality": case.tenant_id,
        "number": case.number,
        "module": case.module,
        "state": case.state,
        "title": case.title,
        "text": case.body,
        "opened_at": case.opened_at.isoformat(),
        "due_on": case.due_on.isoformat() if case.due_on else None,
        "answer": case.answer,
        "contact": {name: getattr(contact, name) for name in names} if contact else {},
        "events": [
            {"at": e.at.isoformat(), "kind": e.kind, "step": e.step, "text": e.text}
            for e in reading.events(case)
            if e.public
        ],
        "messages": [
            {"at": m.at.isoformat(), "direction": m.direction, "text": m.body}
            for m in reading.messages(case)
            if m.direction != "note"
        ],
        "files": [
            {"name": f.name, "type": f.content_type, "bytes": f.size} for f in reading.files(case)
        ],
    }


def answered_lately(
    tenant_id: int, kinds: Sequence[tuple[str, str, Sequence[str]]], *, limit: int = 5
) -> Sequence[Any]:
    """Give the newest answered cases of (module, kind, public states) for the front page."""
    if not kinds:
        return []
    columns = (Case.number, Case.module, Case.kind, Case.title, Case.state, Case.language)
    mine = select(*columns, Case.answered_at).where(Case.tenant_id == tenant_id)
    parts = []
    for module, kind, states in kinds:
        of_kind = mine.where(Case.module == module, Case.kind == kind, Case.state.in_(states))
        answered = of_kind.where(Case.answered_at.is_not(None))
        parts.append(answered.order_by(Case.opened_at.desc(), Case.id.desc()).limit(limit))
    merged = union_all(*parts).subquery()
    newest = select(merged).order_by(merged.c.answered_at.desc()).limit(limit)
    return db.session.execute(newest).all()
