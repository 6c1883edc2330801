"""Decides on needs (art. 2.3, 3.3): who may name one, who supports it, when it is public."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Attachment, Case
from mms_core.cases.rules import Contact, NewCase, open_case
from mms_core.centre.rules import Citizen
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.contributions import StepTaken
from mms_core.db import bind, bound, db, scope
from mms_core.errors import Refused
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _
from mms_core.moderation.pictures import hidden_files
from mms_core.moderation.stubs import is_hidden
from mms_core.modules import Registry
from mms_core.people.current import Person
from mms_core.people.rules import Refusal, eligible
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.need_models import Need, NeedMonth, NeedSupport, Problem

KIND = "need"
WANTED = ("citizen", "age:18", "registered")  # art. 3.3
NEED, SUPPORT, ATTACHMENT = Need.__table__, NeedSupport.__table__, Attachment.__table__


@dataclass(frozen=True, kw_only=True)
class NewNeed:
    """What a resident hands in, already validated by the schema."""

    title: str
    body: str
    category: str
    settlement: str
    files: Sequence[Stored] = ()


@dataclass(frozen=True, kw_only=True)
class Giver:
    """Whose need it is, and through whom it came."""

    contact: Contact
    author_id: uuid.UUID | None
    language: str = "ka"
    channel: str = "web"
    taken_at: int | None = None
    by: Actor | None = None  # a clerk; the citizen themselves if None


def new_need(data: Mapping[str, Any], *, files: Sequence[Stored] = ()) -> NewNeed:
    """Give what a form has brought."""
    named = {name: data[name] for name in ("title", "body", "category", "settlement")}
    return NewNeed(**named, files=files)


def giver_of(person: Person, *, public_name: str = "", language: str = "ka") -> Giver:
    """Give a signed-in person as the giver of a need."""
    contact = Contact(
        name=person.name,
        email=person.email or "",
        phone=person.phone or "",
        public_name=public_name,
    )
    return Giver(contact=contact, author_id=person.id, language=language)


def brought_by(citizen: Citizen, *, first_name: str) -> Giver:
    """Give the citizen before a clerk as the giver of a need."""
    return Giver(
        contact=replace(citizen.contact, public_name=first_name),
        author_id=citizen.author_id,
        channel=citizen.channel,
        taken_at=citizen.taken_at,
        by=citizen.by,
    )


def attested(case: Case, *, clerk: Actor, now: datetime) -> None:
    """Write down that a clerk saw a citizen of 18 or more, registered here (art. 3.3)."""
    words = str(_("Seen on the papers: a citizen of Georgia, of 18 or more, registered here."))
    append(case, Entry(kind="note", actor=clerk, text=words), at=now)


def refusals(tenant_id: int, person: Person | None, *, now: datetime) -> list[Refusal]:
    """List what a person lacks to name or support a need: citizen, 18, registered here."""
    return eligible(person.id if person else None, WANTED, tenant_id, local_day(now))


def submit(
    registry: Registry,
    tenant: Any,
    *,
    need: NewNeed,
    giver: Giver,
    settings: Mapping[str, Any],
    now: datetime,
) -> Case:
    """Register a need: its case with number, date and receipt, its row, its pictures."""
    case_type = registry.case_type(NAME, KIND)
    assert case_type is not None  # this very module has contributed it
    new = _new_case(need, giver, settings)
    case = open_case(registry, case_type, module=NAME, tenant=tenant, new=new, now=now)
    values = {
        "tenant_id": tenant.id,
        "case_id": case.id,
        "category": need.category,
        "settlement": need.settlement,
        "state": case.state,
        "opened_at": now,
        "is_public": False,  # a person looks at it first
        "supports": 0,
    }
    db.session.execute(insert(NEED).values(values))
    _count_month(tenant.id, need, now=now)
    for stored in need.files:
        db.session.add(Attachment(tenant_id=tenant.id, case_id=case.id, **stored.columns()))
    return case


def _new_case(need: NewNeed, giver: Giver, settings: Mapping[str, Any]) -> NewCase:
    return NewCase(
        title=need.title,
        body=need.body,
        contact=giver.contact,
        author_id=giver.author_id,
        language=giver.language,
        channel=giver.channel,
        taken_at=giver.taken_at,
        by=giver.by,
        found_by=need.settlement,
        topic=need.category,
        place=need.settlement,
        settings=settings,
    )


def _count_month(tenant_id: int, need: NewNeed, *, now: datetime) -> None:
    table = NeedMonth.__table__
    values = {
        "tenant_id": tenant_id,
        "month": local_day(now).replace(day=1),
        "settlement": need.settlement,
        "category": need.category,
        "n": 1,
    }
    row = upsert(table).values(values)
    keys = [column.name for column in table.primary_key]
    more = {"n": table.c.n + row.excluded.n}
    db.session.execute(row.on_conflict_do_update(index_elements=keys, set_=more))


def keep_in_step(case: Case, taken: StepTaken) -> None:
    """Keep the need's row in step with its case: the hall's first step publishes it."""
    if taken.name == "submit":
        return  # the need's row is written right after its case
    hidden = is_hidden(case.tenant_id, NAME, KIND, case.id)  # stays so whatever is answered
    shown = taken.target != "blocked" and not hidden
    own = (NEED.c.tenant_id == case.tenant_id) & (NEED.c.case_id == case.id)
    values = {"state": taken.target, "is_public": shown}
    db.session.execute(update(NEED).where(own).values(values))
    theirs = (ATTACHMENT.c.tenant_id == case.tenant_id) & (ATTACHMENT.c.case_id == case.id)
    pictures = theirs & (ATTACHMENT.c.by_role == "citizen")
    pictures &= ATTACHMENT.c.id.not_in(hidden_files(case.tenant_id))
    db.session.execute(update(ATTACHMENT).where(pictures).values(public=shown))


def is_shown(case: Case) -> bool:
    """Tell whether the public reads a need: only after an officer has looked at it."""
    own = (NEED.c.tenant_id == case.tenant_id) & (NEED.c.case_id == case.id)
    return bool(db.session.execute(select(NEED.c.is_public).where(own)).scalar())


def support(tenant_id: int, need: Any, *, person: Person) -> bool:
    """Take a resident's support of a need (a row with case_id, author_id, is_public, state).

    Gives False when they had supported it before; Refused for one's own need and for a closed one.
    """
    if need.author_id == person.id:
        raise Refused(_("This is your own need; it is others who can support it."))
    if not need.is_public or need.state in {"solved", "answered"}:
        raise Refused(_("This need is closed and takes no more supports."))
    row = {"tenant_id": tenant_id, "case_id": need.case_id, "person_id": person.id}
    taken = upsert(SUPPORT).values(row).on_conflict_do_nothing().returning(SUPPORT.c.case_id)
    if db.session.execute(taken).first() is None:
        return False
    _move_supports(tenant_id, need.case_id, by=1)
    changed(tenant_id, NAME)
    return True


def _move_supports(tenant_id: int, case_id: uuid.UUID, *, by: int) -> None:
    """Add to the supports of a need, and to those of its problem."""
    own = (NEED.c.tenant_id == tenant_id) & (NEED.c.case_id == case_id)
    more = update(NEED).where(own).values(supports=NEED.c.supports + by)
    problem_id = db.session.execute(more.returning(NEED.c.problem_id)).scalar()
    if problem_id is not None:
        table = Problem.__table__
        its = (table.c.tenant_id == tenant_id) & (table.c.id == problem_id)
        total = update(table).where(its).values(supports=table.c.supports + by)
        db.session.execute(total)


def has_supported(tenant_id: int, case_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Tell whether a person supports a need."""
    mine = (SUPPORT.c.tenant_id == tenant_id) & (SUPPORT.c.case_id == case_id)
    query = select(SUPPORT.c.case_id).where(mine, SUPPORT.c.person_id == person_id)
    return db.session.execute(query).first() is not None


def forget_everywhere(person_id: uuid.UUID) -> None:
    """Take back a person's supports in every municipality, when their data are erased."""
    bind(bound(), person_id=person_id)
    mine = select(SUPPORT.c.tenant_id, SUPPORT.c.case_id).where(SUPPORT.c.person_id == person_id)
    for tenant_id, case_id in db.session.execute(mine).all():
        with scope(tenant_id):
            row = (SUPPORT.c.tenant_id == tenant_id) & (SUPPORT.c.case_id == case_id)
            db.session.execute(delete(SUPPORT).where(row, SUPPORT.c.person_id == person_id))
            _move_supports(tenant_id, case_id, by=-1)
