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
    BindParameter,
    Result,
    Select,
    and_,
    bindparam,
    func,
    select,
    tuple_,
)

from mms_core.cases.models import Case
from mms_core.cases.search import find
from mms_core.db import db
from plugins.your_idea_to_mayor.models import NAME, Idea, IdeaDelta

PER_PAGE = 20
# How many hits a search takes at a time: mostly the first few fill the page, and each hit of two
# words costs a hundred rows; further ones make up for what is not public or filtered out.
HITS = (30, 170)
BEGINNING = 220  # characters of the text that the list shows
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLACE = re.compile(r"(?:(\d{1,9})\.)?(\d{12,17})-([0-9a-f]{32})\Z")

IDEA, CASE, DELTA = Idea.__table__, Case.__table__, IdeaDelta.__table__
OF_CASE = IDEA.join(CASE, and_(CASE.c.tenant_id == IDEA.c.tenant_id, CASE.c.id == IDEA.c.case_id))
TENANT: BindParameter[int] = bindparam("tenant")
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


def figure(name: str) -> Any:
    """Give a figure of an idea to this moment: what was folded and what was not yet."""
    own = (DELTA.c.tenant_id == TENANT) & (DELTA.c.case_id == IDEA.c.case_id)
    waiting = select(func.coalesce(func.sum(DELTA.c[name]), 0)).where(own).correlate(IDEA)
    return (IDEA.c[name] + waiting.scalar_subquery()).label(name)


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
    *(figure(name) for name in FIGURES),
)


def lines(tenant_id: int, wanted: Wanted) -> Lines:
    """Give a page of public ideas in the order asked; found ones stand newest first."""
    if wanted.query:
        return _found(tenant_id, wanted)
    newer = wanted.after is not None
    place = wanted.after or wanted.before
    values = {"tenant": tenant_id, **wanted.filters}
    if place:
        values |= {"at": place.at, "id": place.id, "n": place.supports}
    side = "after" if newer else "before" if place else ""
    rows = read(_page(frozenset(wanted.filters), wanted.sort, side=side), values).all()
    more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    if newer:
        rows = rows[::-1]
    if not rows:
        return Lines(rows=[])
    first, last = (_place_of(row, wanted.sort) for row in (rows[0], rows[-1]))
    before, beyond = (more, True) if newer else (place is not None, more)
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
    return query.order_by(*ranked).limit(PER_PAGE + 1)


def _found(tenant_id: int, wanted: Wanted) -> Lines:
    """Look the words up among all cases of the module and keep what is public."""
    rows: list[Any] = []
    place = (wanted.before.at, wanted.before.id) if wanted.before else None
    query = _public(frozenset(wanted.filters))
    query = query.where(IDEA.c.case_id.in_(bindparam("ids", expanding=True)))
    values = {"tenant": tenant_id, **wanted.filters}
    for most in HITS:
        hits = find(tenant_id, wanted.query, module=NAME, after=place, limit=most)
        ids = [hit.id for hit in hits]
        by_id = {row.case_id: row for row in read(query, values | {"ids": ids})} if ids else {}
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
