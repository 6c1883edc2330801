"""The list of public ideas as rows: filters that combine, three orders, pages by keyset."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Result,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    select,
    true,
    tuple_,
)

from mms_core.asking import Question, ask, ask_all, ask_last, planned_once
from mms_core.cases.models import Case
from mms_core.cases.search import find
from mms_core.db import db
from plugins.your_idea_to_mayor.models import NAME, Idea, IdeaDelta

PER_PAGE = 20
# How many hits a search takes at a time: mostly the first few fill the page, and each hit of two
# words costs a hundred rows; further ones make up for what is not public or filtered out.
HITS = (24, 60, 170)
BEGINNING = 220  # characters of the text that the list shows
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLACE = re.compile(r"(?:(\d{1,9})\.)?(\d{12,17})-([0-9a-f]{32})\Z")

IDEA, CASE, DELTA = Idea.__table__, Case.__table__, IdeaDelta.__table__
OF_CASE = IDEA.join(CASE, and_(CASE.c.tenant_id == IDEA.c.tenant_id, CASE.c.id == IDEA.c.case_id))
TENANT: BindParameter[int] = bindparam("tenant")
KEYS: ARRAY[uuid.UUID] = ARRAY(Uuid)
SHOWN_AS = {"opened_at": "since"}  # names in a line of an idea's columns that differ
FIGURES = ("residents", "others", "unconfirmed", "comments")
ANSWERED = {"yes": True, "no": False}
FILTERS = ("state", "category", "settlement", "answered")


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order of the list: its columns from the first to the last, and which way they run."""

    columns: tuple[Any, ...]
    descending: bool = True


ORDERS: Mapping[str, Order] = {
    "new": Order(columns=(IDEA.c.published_at, IDEA.c.case_id)),
    "supported": Order(columns=(IDEA.c.supports, IDEA.c.published_at, IDEA.c.case_id)),
    "waiting": Order(columns=(IDEA.c.opened_at, IDEA.c.case_id), descending=False),
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in the list; `supports` counts only in the order by supports."""

    at: datetime
    id: uuid.UUID
    supports: int = 0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a reader asks of the list; empty means all."""

    query: str = ""
    state: str = ""
    category: str = ""
    settlement: str = ""
    answered: str = ""  # yes or no
    campaign: uuid.UUID | None = None
    sort: str = "new"
    before: Place | None = None  # beyond this place
    after: Place | None = None  # on this side of it

    @property
    def filters(self) -> dict[str, Any]:
        """The values of the filters that are set, by their columns."""
        found = {name: getattr(self, name) for name in FILTERS if getattr(self, name)}
        if "answered" in found:
            found["answered"] = ANSWERED[found["answered"]]
        elif self.sort == "waiting":
            found["answered"] = False
        if self.campaign:
            found["campaign_id"] = self.campaign
        return found

    @property
    def asked(self) -> dict[str, str]:
        """What stands in the address, places left out."""
        names = [field.name for field in fields(self) if field.name not in NOT_ASKED]
        said = {("q" if name == "query" else name): getattr(self, name) for name in names}
        return {name: text for name, text in said.items() if text and (name, text) != NEW}


NEW = ("sort", "new")
NOT_ASKED = frozenset({"before", "after", "campaign"})  # a campaign has a page of its own


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A page of the list; `previous` and `next` are places, or None at the ends."""

    rows: Sequence[Any]
    previous: str | None = None
    next: str | None = None


def unfolded(ideas: Any) -> Any:
    """Give the figures of each idea that were not folded yet, to be joined beside the ideas."""
    sums = (func.coalesce(func.sum(DELTA.c[name]), 0).label(name) for name in FIGURES)
    own = select(*sums).where(DELTA.c.tenant_id == TENANT, DELTA.c.case_id == ideas.c.case_id)
    return own.lateral("unfolded")


def figures(ideas: Any, waiting: Any) -> list[Any]:
    """Give the figures of ideas to this moment: what was folded and what was not yet."""
    return [(ideas.c[name] + waiting.c[name]).label(name) for name in FIGURES]


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
    IDEA.c.opened_at.label("since"),
    IDEA.c.supports,
    *(IDEA.c[name] for name in FIGURES),
)


def whole(ideas: Select[Any], *, order: Sequence[Any] = ()) -> Select[Any]:
    """Give the lines that a question for `LINE` finds, with their figures to this moment.

    They are summed up for the lines that are shown only, after all others have been left out.
    `order` has names of `LINE`, the first first, each with whether it falls.
    """
    found = ideas.subquery("line")
    waiting = unfolded(found)
    told = [column for column in found.c if column.name not in FIGURES]
    ranked = (found.c[name].desc() if falling else found.c[name].asc() for name, falling in order)
    return (
        select(*told, *figures(found, waiting))
        .select_from(found.join(waiting, true()))
        .order_by(*ranked)
    )


def lines(tenant_id: int, wanted: Wanted) -> Lines:
    """Give a page of public ideas in the order asked; found ones stand newest first."""
    if wanted.query:
        return _found(tenant_id, wanted)
    return _parted(ask(*_question(tenant_id, wanted)), wanted)


def first_lines(tenant_id: int, beside: Question, *, last: bool = False) -> tuple[Lines, list[Any]]:
    """Give the newest public ideas, and in the same way there and back what `beside` asks.

    `last` says that the page asks nothing else (`asking.ask_last`).
    """
    both = (_question(tenant_id, Wanted()), beside)
    rows, others = ask_last(*both) if last else ask_all(*both)
    return _parted(rows, Wanted()), others


def _question(tenant_id: int, wanted: Wanted) -> Question:
    place = wanted.after or wanted.before
    values = {"tenant": tenant_id, **wanted.filters}
    if place:
        values |= {"at": place.at, "id": place.id, "n": place.supports}
    side = "after" if wanted.after else "before" if place else ""
    return _page(frozenset(wanted.filters), wanted.sort, side=side), values


def _parted(rows: list[Any], wanted: Wanted) -> Lines:
    """Take the rows that one page shows, and say whether there are others on each side."""
    newer = wanted.after is not None
    more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    if newer:
        rows = rows[::-1]
    if not rows:
        return Lines(rows=[])
    first, last = (_place_of(row, wanted.sort) for row in (rows[0], rows[-1]))
    before, beyond = (more, True) if newer else (wanted.before is not None, more)
    return Lines(rows=rows, previous=first if before else None, next=last if beyond else None)


def read(statement: Any, values: Mapping[str, Any]) -> Result[Any]:
    """Execute a statement that names its municipality, past the ORM, which has nothing to add."""
    return db.session.connection().execute(statement, values)


@cache
def _public(filters: frozenset[str]) -> Select[Any]:
    """Write the question for public ideas once; the values are filled in each time."""
    query = (
        select(*LINE)
        .select_from(OF_CASE)
        .where(IDEA.c.tenant_id == TENANT, CASE.c.tenant_id == TENANT, IDEA.c.is_public)
    )
    for name in sorted(filters):
        query = query.where(IDEA.c[name] == bindparam(name))
    return query


@cache
def _page(filters: frozenset[str], sort: str, *, side: str) -> Select[Any]:
    """Write the question for a page: the first one, or one before or after a place."""
    query, order = _public(filters), ORDERS[sort]
    names = ("n", "at", "id")[-len(order.columns) :]
    here, there = tuple_(*order.columns), tuple_(*(bindparam(name) for name in names))
    if side:
        greater = (side == "before") is not order.descending
        query = query.where(here > there if greater else here < there)
    falling = order.descending is not (side == "after")
    ranked = (column.desc() if falling else column.asc() for column in order.columns)
    again = [(SHOWN_AS.get(column.name, column.name), falling) for column in order.columns]
    page = whole(query.order_by(*ranked).limit(PER_PAGE + 1), order=again)
    return page if filters else planned_once(page)  # a rare category may have a better way


@cache
def _of_these(filters: frozenset[str]) -> Select[Any]:
    """Write the question for public ideas by their keys."""
    return whole(_public(filters).where(IDEA.c.case_id == any_(bindparam("ids", type_=KEYS))))


def these(tenant_id: int, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Give the lines of those of these ideas that are public, by their keys."""
    values = {"tenant": tenant_id, "ids": list(keys)}
    return {row.case_id: row for row in ask(_of_these(frozenset()), values)}


def _found(tenant_id: int, wanted: Wanted) -> Lines:
    """Look the words up among all cases of the module and keep what is public."""
    rows: list[Any] = []
    place = (wanted.before.at, wanted.before.id) if wanted.before else None
    query = _of_these(frozenset(wanted.filters))
    values = {"tenant": tenant_id, **wanted.filters}
    for most in HITS:
        hits = find(tenant_id, wanted.query, module=NAME, after=place, limit=most)
        ids = [hit.id for hit in hits]
        by_id = {row.case_id: row for row in ask(query, values | {"ids": ids})} if ids else {}
        rows += [by_id[number] for number in ids if number in by_id]
        place = (hits[-1].opened_at, hits[-1].id) if len(hits) == most else None
        if place is None or len(rows) > PER_PAGE:
            break
    if len(rows) > PER_PAGE:
        rows = rows[:PER_PAGE]
        place = (rows[-1].opened_at, rows[-1].case_id)
    return Lines(rows=rows, next=write_place(place[0], place[1]) if place else None)


def _place_of(row: Any, sort: str) -> str:
    if sort == "supported":
        return f"{row.supports}.{write_place(row.published_at, row.case_id)}"
    return write_place(row.since if sort == "waiting" else row.published_at, row.case_id)


def write_place(moment: datetime, case_id: uuid.UUID) -> str:
    """Write a place in the list for an address: microseconds and the case."""
    return f"{(moment - EPOCH) // timedelta(microseconds=1)}-{case_id.hex}"


def read_place(typed: str) -> Place | None:
    """Read a place; None for what is none, which leads to the first page."""
    found = PLACE.match(typed)
    if not found:
        return None
    moment = EPOCH + timedelta(microseconds=int(found[2]))
    return Place(at=moment, id=uuid.UUID(found[3]), supports=int(found[1] or 0))
