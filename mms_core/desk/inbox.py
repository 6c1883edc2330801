"""Lists a hall's cases for its desk: filters, and neighbouring pages by key.

Each order walks one index: open cases by their date, the others by when they came. A page begins
at the key of its neighbour, so that a case that arrives or leaves meanwhile moves no other.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute

from mms_core.cases import search as words
from mms_core.cases.models import Case, CaseContact
from mms_core.db import db
from mms_core.desk.filters import Filters, wanted

SIZE = 25
COLUMNS = (
    Case.id, Case.number, Case.title, Case.module, Case.kind, Case.state, Case.is_open,
    Case.unit, Case.language, Case.due_on, Case.opened_at, Case.answered_at, Case.assignee_id,
    Case.assignee_name, CaseContact.public_name,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page begins: beside the case with this key; `at` is None for one without a date."""

    forward: bool
    at: date | datetime | None
    id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class Page:
    """The cases of a page, and the places of its neighbours."""

    rows: Sequence[Any]
    previous: Place | None = None
    next: Place | None = None


def page(tenant_id: int, filters: Filters, *, place: Place | None = None, size: int = SIZE) -> Page:
    """Give one page of the list with the places of the pages beside it."""
    forward = place is None or place.forward
    found = _walk(tenant_id, filters, place=place, limit=size + 1)
    more, rows = len(found) > size, found[:size]
    if not forward:
        rows.reverse()
    if not rows:
        return Page(rows=[])
    key = "due_on" if filters.by_date else "opened_at"
    first = Place(forward=False, at=getattr(rows[0], key), id=rows[0].id)
    last = Place(forward=True, at=getattr(rows[-1], key), id=rows[-1].id)
    before = place is not None if forward else more
    return Page(
        rows=rows,
        previous=first if before else None,
        next=last if more or not forward else None,
    )


def search(
    tenant_id: int,
    query: str,
    *,
    module: str = "",
    place: Place | None = None,
    inside: bool = False,
) -> tuple[Page, bool]:
    """Find the newest cases among open and closed ones alike, and say whether by parts of words.

    What begins no word is sought inside the words of titles and among the digits of numbers.
    """
    after = (place.at, place.id) if place and isinstance(place.at, datetime) else None
    asked: dict[str, Any] = {"module": module or None, "after": after}
    found = [] if inside else _found(tenant_id, words.marked(tenant_id, query), **asked)
    if not found and (inside or after is None):
        inside, found = True, _found(tenant_id, words.inside(tenant_id, query), **asked)
    last = found[SIZE - 1] if len(found) > SIZE else None
    more = Place(forward=True, at=last.opened_at, id=last.id) if last else None
    return Page(rows=found[:SIZE], next=more), inside and bool(found)


def _found(tenant_id: int, asked: str, **more: Any) -> list[Any]:
    if not asked:
        return []
    found = words.table(asked, limit=SIZE + 1, **more)
    query = _query(tenant_id).join(found, found.c.id == Case.id)
    return list(db.session.execute(query.order_by(Case.opened_at.desc(), Case.id.desc())))


def _query(tenant_id: int) -> Select[Any]:
    joined = (CaseContact.tenant_id == Case.tenant_id) & (CaseContact.case_id == Case.id)
    columns: tuple[Any, ...] = COLUMNS
    return select(*columns).outerjoin(CaseContact, joined).where(Case.tenant_id == tenant_id)


def _walk(tenant_id: int, filters: Filters, *, place: Place | None, limit: int) -> list[Any]:
    """Walk the order from a place in one direction; undated cases stand after all others."""
    base = _query(tenant_id).where(*wanted(filters))
    if not filters.by_date:
        return _by_arrival(base, filters, place=place, limit=limit)
    forward = place is None or place.forward
    zones = [True, False] if forward else [False, True]
    if place is not None:
        zones = zones[zones.index(place.at is not None) :]
    found: list[Any] = []
    for dated in zones:
        key = Case.due_on if dated else None
        query = base.where(Case.due_on.is_not(None) if dated else Case.due_on.is_(None))
        if place is not None and not found and dated == (place.at is not None):
            query = query.where(_beyond(key, place, ascending=forward))
        ordered = _ordered(query, key, ascending=forward)
        found += db.session.execute(ordered.limit(limit - len(found))).all()
        if len(found) >= limit:
            break
    return found


def _by_arrival(
    base: Select[Any], filters: Filters, *, place: Place | None, limit: int
) -> list[Any]:
    """Walk by arrival, newest first; a module's states are walked side by side on its index."""
    backward = place is not None and not place.forward
    ascending = backward != filters.oldest_first
    if place is not None:
        base = base.where(_beyond(Case.opened_at, place, ascending=ascending))
    if not filters.states or filters.topic:
        ordered = _ordered(base, Case.opened_at, ascending=ascending)
        return list(db.session.execute(ordered.limit(limit)))
    parts = [
        _ordered(base.where(Case.state == state), Case.opened_at, ascending=ascending).limit(limit)
        for state in filters.states
    ]
    merged = union_all(*parts).subquery()
    keys = (merged.c.opened_at, merged.c.id)
    order = keys if ascending else tuple(key.desc() for key in keys)
    return list(db.session.execute(select(merged).order_by(*order).limit(limit)))


def _beyond(key: InstrumentedAttribute[Any] | None, place: Place, *, ascending: bool) -> Any:
    left, right = (
        (Case.id, place.id) if key is None else (tuple_(key, Case.id), (place.at, place.id))
    )
    return left > right if ascending else left < right


def _ordered(
    query: Select[Any], key: InstrumentedAttribute[Any] | None, *, ascending: bool
) -> Select[Any]:
    keys: list[Any] = [Case.id] if key is None else [key, Case.id]
    return query.order_by(*(keys if ascending else [item.desc() for item in keys]))
