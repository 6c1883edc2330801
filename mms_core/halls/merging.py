"""Moves a merged hall's open cases to its successor: a copy there, an end here, both linked.

The clock goes on as it was, nothing counts as answered or opened anew, and the old number leads the
citizen on. A case to a transaction: whatever is cut off is done by the next run.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from mms_core import db as database
from mms_core import rows
from mms_core.cases import reading
from mms_core.cases.correspondence import attach
from mms_core.cases.forwarding import citizens_files
from mms_core.cases.letters import tell_author
from mms_core.cases.log import SYSTEM, Actor, Entry, append
from mms_core.cases.models import Case, CaseContact, PersonCase
from mms_core.cases.numbers import next_number
from mms_core.cases.rules import index
from mms_core.cases.similar import keep_keys
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.contributions import FORWARDED, CaseType
from mms_core.db import db, scope, uuid7
from mms_core.errors import Refused
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.monitoring.counters import count
from mms_core.tenancy.rules import Tenant
from mms_core.units.routing import unit_for

Copies = Callable[[Sequence[Stored], int], Sequence[Stored]]
KEPT = (
    "module", "kind", "state", "is_open", "title", "body", "language", "author_id", "channel",
    "taken_at", "topic", "place", "opened_at", "answered_at", "due_on", "due_reason",
    "waits_until", "check_by", "remind_on", "reminded_on", "answer",
)  # fmt: skip


class NoSuccessorError(Refused):
    """The hall has no successor, or another one than was asked."""

    cause = "no_successor"

    def __init__(self) -> None:
        super().__init__(_("Only a municipality with a successor can be merged into it."))


class ModuleBrokenError(Refused):
    """The module of a case is not sound, so nobody knows how to move it."""

    cause = "module_broken"

    def __init__(self) -> None:
        super().__init__(_("This case cannot be moved: its module is out of order."))


def waiting(registry: Registry, hall: int) -> list[uuid.UUID]:
    """List the open cases of a hall that can go along."""
    able = [
        (name, kind.name)
        for name, loaded in registry.loaded.items()
        for kind in loaded.case_types
        if kind.take_over
    ]
    query = select(Case.id, Case.module, Case.kind).where(Case.tenant_id == hall, Case.is_open)
    found = db.session.execute(query.order_by(Case.id))
    return [row.id for row in found if (row.module, row.kind) in able]


def merge(
    registry: Registry, old: Tenant, new: Tenant, *, now: datetime, copies: Copies | None = None,
    told: Callable[[int], None] | None = None,
) -> int:  # fmt: skip
    """Move every open case; gives how many went. The session is bound to the old hall.

    `told` hears after each case how many went, within its transaction.
    """
    if old.successor_id != new.id:
        raise NoSuccessorError
    cases = waiting(registry, old.id)
    for went, case_id in enumerate(cases, start=1):
        case = db.session.get(Case, (old.id, case_id), with_for_update=True)
        if case is not None and case.is_open:
            move(registry, case, old, new, now=now, copies=copies)
        if told:
            told(went)
        database.commit()
    return len(cases)


def move(
    registry: Registry, case: Case, old: Tenant, new: Tenant, *, now: datetime,
    copies: Copies | None = None,
) -> Case:  # fmt: skip
    """Move one case that was read for update; gives the one in the new hall."""
    kind = registry.case_type(case.module, case.kind)
    if kind is None or kind.take_over is None:
        raise ModuleBrokenError
    along = dict(kind.carry(case)) if kind.carry else {}
    contact, files = reading.contact(case), [Stored.of(row) for row in citizens_files(case)]
    kept = {name: getattr(case, name) for name in KEPT}
    with scope(new.id):
        there = _copy(kept, contact, new, old, number=case.number, now=now)
        if kind.compared:
            keep_keys(there)
        kind.take_over(there, along)
        if files and copies:
            attach(there, copies(files, new.id), actor=Actor(role="system"), now=now)
        if there.due_on and not there.answered_at:
            count(new.id, there.module, {there.due_on: {"due": 1}})
        changed(new.id, there.module)
    _end(case, kind, there, new, now=now)
    return there


def _copy(
    kept: dict[str, Any], contact: Any, new: Tenant, old: Tenant, *, number: str, now: datetime
) -> Case:
    case = Case(tenant_id=new.id, id=uuid7(), updated_at=now, **kept)
    case.number, _off = next_number(new.id, new.case_prefix, now=now)
    case.unit = unit_for(new.id, module=case.module, topic=case.topic, place=case.place)
    names = ("name", "email", "phone", "public_name")
    own = {name: getattr(contact, name, "") for name in names}
    found = (new.id, case.title, case.body, case.place)
    case.search = index(*found, number=f"{case.number} {number}", name=own["name"])
    data = {"number": number, "ka": old.names["ka"], "en": old.names["en"]}
    append(case, Entry(kind="came", actor=SYSTEM, public=True, data=data), at=now)
    rows.keep(case)
    rows.keep(CaseContact(tenant_id=new.id, case_id=case.id, **own))
    if case.author_id:
        own_row = {name: getattr(case, name) for name in PersonCase.shown}
        row = PersonCase(tenant_id=new.id, person_id=case.author_id, case_id=case.id, **own_row)
        rows.keep(row)
    return case


def _end(case: Case, kind: CaseType, there: Case, new: Tenant, *, now: datetime) -> None:
    """End the case here: it was moved, not answered, and its number says where it is."""
    before, owed = case.state, case.due_on if case.answered_at is None else None
    if any(state.name == FORWARDED for state in kind.states):
        case.state = FORWARDED
    case.is_open, case.closed_at, case.due_on = False, now, None
    case.waits_until = case.check_by = case.remind_on = None
    data = {"to_ka": new.names["ka"], "to_en": new.names["en"], "to_number": there.number}
    entry = Entry(
        kind="moved", actor=SYSTEM, before=before, after=case.state, public=True, data=data
    )
    append(case, entry, at=now)
    figures = {local_day(now): {"moved": 1}}
    if owed:
        figures.setdefault(owed, {})["due"] = -1
    count(case.tenant_id, case.module, figures)
    if case.author_id:
        row = db.session.get(PersonCase, (case.tenant_id, case.author_id, case.id))
        if row is not None:
            row.state, row.is_open, row.due_on = case.state, False, None
    text = "მუნიციპალიტეტი შეუერთდა სხვა მუნიციპალიტეტს." if case.language == "ka" else (
        "The municipality became part of another one."
    )  # fmt: skip
    tell_author(case, "forwarded", context=data | {"late": False, "text": text}, module="cases")
    changed(case.tenant_id, case.module)
