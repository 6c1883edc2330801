"""What the public reads, as rows with few columns: the list, one idea, its timeline."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    BindParameter,
    Result,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from mms_core.cases.log import CaseEvent
from mms_core.cases.models import Attachment, Case, CaseContact
from mms_core.cases.search import find
from mms_core.db import db
from mms_core.files.stored import Stored
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
TENANT: BindParameter[int] = bindparam("tenant")
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
    place = wanted.after or wanted.before
    values = {"tenant": tenant_id, "state": wanted.state, "category": wanted.category}
    if place:
        values |= {"at": place[0], "id": place[1]}
    side = "after" if newer else "before" if place else ""
    rows = _read(_page(bool(wanted.state), bool(wanted.category), side=side), values).all()
    more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    if newer:
        rows = rows[::-1]
    if not rows:
        return Lines(rows=[])
    first, last = (write_place(row.published_at, row.case_id) for row in (rows[0], rows[-1]))
    before, beyond = (more, True) if newer else (place is not None, more)
    return Lines(rows=rows, previous=first if before else None, next=last if beyond else None)


def _read(statement: Any, values: Mapping[str, Any]) -> Result[Any]:
    """Execute a statement that names its municipality, past the ORM, which has nothing to add."""
    return db.session.connection().execute(statement, values)


@cache
def _public(state: bool, category: bool) -> Select[Any]:
    """Write the question for public ideas once; the values are filled in each time."""
    query = (
        select(*LINE)
        .select_from(OF_CASE)
        .where(IDEA.c.tenant_id == TENANT, CASE.c.tenant_id == TENANT, IDEA.c.is_public)
    )
    if state:
        query = query.where(IDEA.c.state == bindparam("state"))
    if category:
        query = query.where(IDEA.c.category == bindparam("category"))
    return query


@cache
def _page(state: bool, category: bool, *, side: str) -> Select[Any]:
    """Write the question for a page: the first one, or one before or after a place."""
    query, columns = _public(state, category), (IDEA.c.published_at, IDEA.c.case_id)
    here, there = tuple_(*columns), tuple_(bindparam("at"), bindparam("id"))
    if side == "after":
        return query.where(here > there).order_by(*columns).limit(PER_PAGE + 1)
    if side == "before":
        query = query.where(here < there)
    return query.order_by(*(column.desc() for column in columns)).limit(PER_PAGE + 1)


def _found(tenant_id: int, wanted: Wanted) -> Lines:
    """Look the words up among all cases of the module and keep what is public."""
    rows: list[Any] = []
    place = wanted.before
    query = _public(bool(wanted.state), bool(wanted.category))
    query = query.where(IDEA.c.case_id.in_(bindparam("ids", expanding=True)))
    values = {"tenant": tenant_id, "state": wanted.state, "category": wanted.category}
    for _round in range(ROUNDS):
        hits = find(tenant_id, wanted.query, module=NAME, after=place, limit=HITS)
        ids = [hit.id for hit in hits]
        by_id = {row.case_id: row for row in _read(query, values | {"ids": ids})} if ids else {}
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


def _of(table: Any) -> Any:
    return (table.c.tenant_id == CASE.c.tenant_id) & (table.c.case_id == CASE.c.id)


def _together(table: Any, names: Sequence[str], *, order: Sequence[Any], where: Any) -> Any:
    """Gather the rows of a case into one JSON list, so that a page is one question."""
    pairs: list[Any] = []
    for name in names:
        pairs += [literal_column(f"'{name}'"), table.c[name]]
    gathered = func.json_agg(aggregate_order_by(func.json_build_object(*pairs), *order))
    return select(gathered).where(where).correlate(CASE).scalar_subquery()


ONE = (
    select(
        CASE.c.id, CASE.c.tenant_id, CASE.c.number, CASE.c.title, CASE.c.body, CASE.c.author_id,
        CASE.c.opened_at, CASE.c.answered_at, CASE.c.due_on, CASE.c.due_reason, CASE.c.answer,
        CASE.c.is_open, IDEA.c.state, IDEA.c.category, IDEA.c.settlement, IDEA.c.is_public,
        IDEA.c.published_at, CONTACT.c.public_name,
        _together(
            EVENT, ("at", "step", "after", "text"), order=[EVENT.c.seq],
            where=_of(EVENT) & EVENT.c.public,
        ).label("events"),
        _together(
            ATTACHMENT, (*Stored.__dataclass_fields__, "id", "public"),
            order=[ATTACHMENT.c.at, ATTACHMENT.c.id], where=_of(ATTACHMENT),
        ).label("files"),
    )
    .select_from(OF_CASE.outerjoin(CONTACT, _of(CONTACT)))
    .where(IDEA.c.tenant_id == TENANT, CASE.c.tenant_id == TENANT)
    .where(CASE.c.number == bindparam("number"))
)  # fmt: skip


def one(tenant_id: int, number: str) -> Any:
    """Give an idea whole, with its author's public name; None when there is none.

    `events` are what everybody may know, the first first; `files` all that is attached.
    """
    return _read(ONE, {"tenant": tenant_id, "number": number}).one_or_none()


def events(row: Any) -> list[SimpleNamespace]:
    """Give the public events of an idea, their times as moments."""
    return [
        SimpleNamespace(**event | {"at": datetime.fromisoformat(event["at"])})
        for event in row.events or ()
    ]


def files(row: Any, *, all_of_them: bool = False) -> list[SimpleNamespace]:
    """Give what is attached and public; all of it to its author and to the hall."""
    return [SimpleNamespace(**file) for file in row.files or () if all_of_them or file["public"]]
