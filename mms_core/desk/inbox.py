"""Lists a hall's cases for its desk: filters, neighbouring pages by key, and honest counts.

Each order walks one index: open cases by their date, the others by when they came. A page begins
at the key of its neighbour, so that a case that arrives or leaves meanwhile moves no other.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, literal, not_, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute

from mms_core.cases.models import Case, CaseContact
from mms_core.cases.search import find
from mms_core.db import db

SIZE = 25
SUNDAY = 6
MANY = 200  # the desk counts no further: five such counts are a millisecond or two of a page
COLUMNS = (
    Case.id, Case.number, Case.title, Case.module, Case.kind, Case.state, Case.is_open,
    Case.unit, Case.language, Case.due_on, Case.opened_at, Case.answered_at, Case.assignee_id,
    Case.assignee_name, CaseContact.public_name,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the desk asks for; `person_id` is the officer, `today` the day in Tbilisi."""

    person_id: uuid.UUID
    today: date
    state: str = "open"  # open, closed, all
    module: str = ""
    due: str = ""  # owed, overdue, today, week: of those that still owe an answer
    whose: str = ""  # mine, nobody
    unit: str = ""  # the number of a unit
    states: tuple[str, ...] = ()  # every state of the module, for its index

    @property
    def by_date(self) -> bool:
        """Whether the list runs by the date of the answer rather than by arrival."""
        return bool(self.due) or self.state == "open"


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


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How the hall stands: open cases, those late or due today without an answer, and mine.

    MANY + 1 means more than MANY: nobody works through a longer list, and counting it is slow.
    """

    open: int
    owed: int
    overdue: int
    today: int
    mine: int
    nobody: int


def counts(tenant_id: int, person_id: uuid.UUID, *, today: date) -> Counts:
    """Count in one statement, each part over an index of its own and no further than MANY."""
    owed = Case.answered_at.is_(None)

    def number(*wanted: Any) -> Any:
        mine = select(literal(1)).where(Case.tenant_id == tenant_id, Case.is_open, *wanted)
        few = mine.limit(MANY + 1).subquery()
        return select(func.count()).select_from(few).scalar_subquery()

    row = db.session.execute(
        select(
            number(),
            number(owed),
            number(Case.due_on < today, owed),
            number(Case.due_on == today, owed),
            number(Case.assignee_id == person_id),
            number(Case.assignee_id.is_(None)),
        )
    ).one()
    names = ("open", "owed", "overdue", "today", "mine", "nobody")
    return Counts(**dict(zip(names, row, strict=True)))


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


def search(tenant_id: int, query: str, *, module: str = "", place: Place | None = None) -> Page:
    """Find the newest cases by words among open and closed ones alike."""
    after = (place.at, place.id) if place and isinstance(place.at, datetime) else None
    found = find(tenant_id, query, module=module or None, after=after, limit=SIZE + 1)
    wanted = [item.id for item in found[:SIZE]]
    if not wanted:
        return Page(rows=[])
    rows = {row.id: row for row in db.session.execute(_query(tenant_id).where(Case.id.in_(wanted)))}
    shown = [rows[case_id] for case_id in wanted if case_id in rows]
    last = found[len(wanted) - 1]
    more = Place(forward=True, at=last.opened_at, id=last.id) if len(found) > SIZE else None
    return Page(rows=shown, next=more)


def _query(tenant_id: int) -> Select[Any]:
    joined = (CaseContact.tenant_id == Case.tenant_id) & (CaseContact.case_id == Case.id)
    columns: tuple[Any, ...] = COLUMNS
    return select(*columns).outerjoin(CaseContact, joined).where(Case.tenant_id == tenant_id)


def _wanted(filters: Filters) -> list[Any]:
    found: list[Any] = []
    if filters.by_date or filters.state == "closed":
        # Written bare, so that the planner sees the partial index of what is owed.
        found.append(Case.is_open if filters.by_date else not_(Case.is_open))
    if filters.due:
        found.append(Case.answered_at.is_(None))
        found += [] if filters.due == "owed" else [_due(filters)]
    if filters.whose == "mine":
        found.append(Case.assignee_id == filters.person_id)
    elif filters.whose == "nobody":
        found.append(Case.assignee_id.is_(None))
    if filters.unit:
        found.append(Case.unit == filters.unit)
    if filters.module and (filters.by_date or not filters.states):
        found.append(Case.module == filters.module)
    return found


def _due(filters: Filters) -> Any:
    today = filters.today
    if filters.due == "overdue":
        return Case.due_on < today
    if filters.due == "today":
        return Case.due_on == today
    return Case.due_on.between(today, today + timedelta(days=SUNDAY - today.weekday()))


def _walk(tenant_id: int, filters: Filters, *, place: Place | None, limit: int) -> list[Any]:
    """Walk the order from a place in one direction; undated cases stand after all others."""
    base = _query(tenant_id).where(*_wanted(filters))
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
    ascending = place is not None and not place.forward
    if place is not None:
        base = base.where(_beyond(Case.opened_at, place, ascending=ascending))
    if not filters.module or not filters.states:
        ordered = _ordered(base, Case.opened_at, ascending=ascending)
        return list(db.session.execute(ordered.limit(limit)))
    mine = base.where(Case.module == filters.module)
    parts = [
        _ordered(mine.where(Case.state == state), Case.opened_at, ascending=ascending).limit(limit)
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
