"""What the public reads, as rows with few columns: the list, one idea, its timeline."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, literal, select, tuple_

from mms_core.cases.log import CaseEvent
from mms_core.cases.models import Attachment, Case, CaseContact
from mms_core.cases.search import find
from mms_core.db import db
from plugins.your_idea_to_mayor.models import NAME, Idea

PER_PAGE = 20
ROUNDS, HITS = 2, 100  # how far a search looks past ideas that are not public or filtered out
BEGINNING = 220  # characters of the text that the list shows
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLACE = re.compile(r"(\d{12,17})-([0-9a-f]{32})\Z")
Place = tuple[datetime, uuid.UUID]

IDEA, CASE, CONTACT = Idea.__table__, Case.__table__, CaseContact.__table__
EVENT, ATTACHMENT = CaseEvent.__table__, Attachment.__table__
OF_CASE = IDEA.join(CASE, and_(CASE.c.tenant_id == IDEA.c.tenant_id, CASE.c.id == IDEA.c.case_id))
LINE = (
    CASE.c.number,
    CASE.c.title,
    func.left(CASE.c.body, BEGINNING).label("beginning"),
    CASE.c.due_on,
    CASE.c.opened_at,
    CASE.c.answered_at,
    IDEA.c.case_id,
    IDEA.c.state,
    IDEA.c.category,
    IDEA.c.settlement,
    IDEA.c.published_at,
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a reader asks of the list."""

    query: str = ""
    state: str = ""
    category: str = ""
    before: Place | None = None  # older than this place
    after: Place | None = None  # newer than this place


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A page of the list; `previous` and `next` are places, or None at the ends."""

    rows: Sequence[Any]
    previous: str | None = None
    next: str | None = None


def lines(tenant_id: int, wanted: Wanted) -> Lines:
    """Give a page of public ideas, the newest first."""
    if wanted.query:
        return _found(tenant_id, wanted)
    newer = wanted.after is not None
    place, columns = wanted.after or wanted.before, (IDEA.c.published_at, IDEA.c.case_id)
    query = _public(tenant_id, wanted)
    if place:
        here, there = tuple_(*columns), tuple_(literal(place[0]), literal(place[1]))
        query = query.where(here > there if newer else here < there)
    order = columns if newer else tuple(column.desc() for column in columns)
    rows = db.session.execute(query.order_by(*order).limit(PER_PAGE + 1)).all()
    more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    if newer:
        rows = rows[::-1]
    if not rows:
        return Lines(rows=[])
    first, last = (write_place(row.published_at, row.case_id) for row in (rows[0], rows[-1]))
    before, beyond = (more, True) if newer else (place is not None, more)
    return Lines(rows=rows, previous=first if before else None, next=last if beyond else None)


def _public(tenant_id: int, wanted: Wanted) -> Select[Any]:
    query = (
        select(*LINE)
        .select_from(OF_CASE)
        .where(IDEA.c.tenant_id == tenant_id, CASE.c.tenant_id == tenant_id, IDEA.c.is_public)
    )
    if wanted.state:
        query = query.where(IDEA.c.state == wanted.state)
    if wanted.category:
        query = query.where(IDEA.c.category == wanted.category)
    return query


def _found(tenant_id: int, wanted: Wanted) -> Lines:
    """Look the words up among all cases of the module and keep what is public."""
    rows: list[Any] = []
    place = wanted.before
    for _round in range(ROUNDS):
        hits = find(tenant_id, wanted.query, module=NAME, after=place, limit=HITS)
        ids = [hit.id for hit in hits]
        query = _public(tenant_id, wanted).where(IDEA.c.case_id.in_(ids))
        by_id = {row.case_id: row for row in db.session.execute(query)} if ids else {}
        rows += [by_id[number] for number in ids if number in by_id]
        place = (hits[-1].opened_at, hits[-1].id) if len(hits) == HITS else None
        if place is None or len(rows) > PER_PAGE:
            break
    if len(rows) > PER_PAGE:
        rows = rows[:PER_PAGE]
        place = (rows[-1].opened_at, rows[-1].case_id)
    return Lines(rows=rows, next=write_place(*place) if place else None)


def write_place(moment: datetime, case_id: uuid.UUID) -> str:
    """Write a place in the list for an address: microseconds and the case."""
    return f"{(moment - EPOCH) // timedelta(microseconds=1)}-{case_id.hex}"


def read_place(typed: str) -> Place | None:
    """Read a place; None for what is none, which leads to the first page."""
    found = PLACE.match(typed)
    if not found:
        return None
    return EPOCH + timedelta(microseconds=int(found[1])), uuid.UUID(found[2])


def one(tenant_id: int, number: str) -> Any:
    """Give an idea whole, with the name its author wants to be shown; None when there is none."""
    author = and_(CONTACT.c.tenant_id == CASE.c.tenant_id, CONTACT.c.case_id == CASE.c.id)
    query = (
        select(
            CASE.c.id, CASE.c.tenant_id, CASE.c.number, CASE.c.title, CASE.c.body, CASE.c.author_id,
            CASE.c.opened_at, CASE.c.answered_at, CASE.c.due_on, CASE.c.due_reason, CASE.c.answer,
            CASE.c.is_open, IDEA.c.state, IDEA.c.category, IDEA.c.settlement, IDEA.c.is_public,
            IDEA.c.published_at, CONTACT.c.public_name,
        )
        .select_from(OF_CASE.outerjoin(CONTACT, author))
        .where(IDEA.c.tenant_id == tenant_id, CASE.c.tenant_id == tenant_id)
        .where(CASE.c.number == number)
    )  # fmt: skip
    return db.session.execute(query).one_or_none()


def events(tenant_id: int, case_id: uuid.UUID) -> Sequence[Any]:
    """Give what everybody may know of a case, from the first event on."""
    query = (
        select(EVENT.c.at, EVENT.c.kind, EVENT.c.step, EVENT.c.after, EVENT.c.text)
        .where(EVENT.c.tenant_id == tenant_id, EVENT.c.case_id == case_id, EVENT.c.public)
        .order_by(EVENT.c.seq)
    )
    return db.session.execute(query).all()


def files(tenant_id: int, case_id: uuid.UUID, *, all_of_them: bool = False) -> Sequence[Any]:
    """Give what is attached and public; all of it to its author and to the hall."""
    query = (
        select(ATTACHMENT)
        .where(ATTACHMENT.c.tenant_id == tenant_id, ATTACHMENT.c.case_id == case_id)
        .order_by(ATTACHMENT.c.at, ATTACHMENT.c.id)
    )
    if not all_of_them:
        query = query.where(ATTACHMENT.c.public)
    return db.session.execute(query).all()


def without_place(wanted: Wanted) -> Wanted:
    """Give the same question from the first page on."""
    return replace(wanted, before=None, after=None)
