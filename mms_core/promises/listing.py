"""Lists a hall's promises, a page at a time, each with what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, tuple_

from mms_core.cases.log import CaseEvent
from mms_core.db import db
from mms_core.promises.models import BROKEN, KEPT, OPEN, Promise

SIZE = 20
MANY = 1000  # counted no further
KINDS = ("open", "late", "kept", "broken")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Behind which promise a page begins."""

    due_on: date
    id: uuid.UUID

    @property
    def words(self) -> str:
        """The place as it stands in an address."""
        return f"{self.due_on.isoformat()}~{self.id}"

    @classmethod
    def of(cls, raw: str) -> Place | None:
        """Read a place; None for what is none."""
        day, _sign, promise_id = raw.partition("~")
        try:
            return cls(due_on=date.fromisoformat(day), id=uuid.UUID(promise_id))
        except ValueError:
            return None


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of promises with the history of each, and where the next begins."""

    rows: Sequence[Promise]
    history: Mapping[uuid.UUID, Sequence[CaseEvent]]
    next: Place | None


def page(
    tenant_id: int, kind: str, *, today: date, public: bool, after: Place | None = None
) -> Page:
    """Give promises of a kind: open and late ones by their date, closed ones the latest first."""
    row, forward = Promise, kind in {"open", "late"}
    query = select(row).where(_of_kind(tenant_id, kind, today=today))
    if public:
        query = query.where(row.public)
    key = tuple_(row.due_on, row.id)
    if after is not None:
        place = tuple_(literal(after.due_on), literal(after.id))
        query = query.where(key > place if forward else key < place)
    order = (row.due_on, row.id) if forward else (row.due_on.desc(), row.id.desc())
    found = list(db.session.scalars(query.order_by(*order).limit(SIZE + 1)))
    last = found[SIZE - 1] if len(found) > SIZE else None
    return Page(
        rows=found[:SIZE],
        history=history(tenant_id, found[:SIZE]),
        next=Place(due_on=last.due_on, id=last.id) if last else None,
    )


def _of_kind(tenant_id: int, kind: str, *, today: date) -> ColumnElement[bool]:
    row = Promise
    mine = row.tenant_id == tenant_id
    if kind in {KEPT, BROKEN}:
        return mine & (row.state == kind)
    late = row.due_on < today
    return mine & (row.state == OPEN) & (late if kind == "late" else ~late)


def counts(tenant_id: int, *, today: date, public: bool) -> dict[str, int]:
    """Count each kind in one statement, no further than anybody reads."""

    def number(kind: str) -> Any:
        wanted = _of_kind(tenant_id, kind, today=today)
        few = select(literal(1)).where(wanted & Promise.public if public else wanted)
        most = few.limit(MANY).subquery()
        return select(func.count()).select_from(most).scalar_subquery().label(kind)

    row = db.session.execute(select(*(number(kind) for kind in KINDS))).one()
    return dict(zip(KINDS, row, strict=True))


def history(tenant_id: int, rows: Sequence[Promise]) -> dict[uuid.UUID, list[CaseEvent]]:
    """Give what happened to each promise, oldest first, from the log of its case."""
    if not rows:
        return {}
    event = CaseEvent
    query = (
        select(event)
        .where(event.tenant_id == tenant_id, event.case_id.in_({row.case_id for row in rows}))
        .where(event.kind == "promise")
        .order_by(event.at, event.seq)
    )
    found: dict[uuid.UUID, list[CaseEvent]] = {row.id: [] for row in rows}
    for one in db.session.scalars(query):
        promise_id = uuid.UUID(one.data["promise"])
        if promise_id in found:
            found[promise_id].append(one)
    return found
