"""The officers' queue: what is held or reported, the oldest first, and appeals that wait."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, tuple_

from mms_core.db import db
from mms_core.moderation.models import Hiding, Report, Waiting
from mms_core.moderation.things import Thing

SIZE = 20
MANY = 100  # the badge counts no further
Place = tuple[datetime, uuid.UUID]


@dataclass(frozen=True, kw_only=True)
class Work:
    """How much waits: things to look at, and appeals; MANY + 1 means more than MANY."""

    things: int
    appeals: int
    beside: int = 0  # what was asked for along with it

    @property
    def words(self) -> str:
        """Give the number for a badge; empty when nothing waits."""
        total = self.things + self.appeals
        return f"{MANY}+" if total > MANY else str(total or "")


def work(tenant_id: int, *, beside: Any = None) -> Work:
    """Count what waits, in one statement over two small indexes.

    `beside` is one more count (a scalar subquery) for a page that would else ask it by itself.
    """

    def number(*wanted: Any) -> Any:
        few = select(literal(1)).where(*wanted).limit(MANY + 1).subquery()
        return select(func.count()).select_from(few).scalar_subquery()

    things = number(Waiting.tenant_id == tenant_id, Waiting.waits)
    appeals = number(Hiding.tenant_id == tenant_id, Hiding.appeal == "open")
    more = literal(0) if beside is None else beside
    row = db.session.execute(select(things, appeals, more)).one()
    return Work(things=row[0], appeals=row[1], beside=row[2])


def page(tenant_id: int, *, after: Place | None = None) -> tuple[list[Waiting], Place | None]:
    """Give a page of what waits for a look, and the place of the next page."""
    row = Waiting
    query = select(row).where(row.tenant_id == tenant_id, row.waits)
    if after is not None:
        query = query.where(tuple_(row.since, row.id) > after)
    found = list(db.session.scalars(query.order_by(row.since, row.id).limit(SIZE + 1)))
    last = found[SIZE - 1] if len(found) > SIZE else None
    return found[:SIZE], (last.since, last.id) if last else None


def appeals(tenant_id: int) -> Sequence[Hiding]:
    """Give the oldest open appeals."""
    row = Hiding
    mine = select(row).where(row.tenant_id == tenant_id, row.appeal == "open")
    return db.session.scalars(mine.order_by(row.appealed_at).limit(SIZE)).all()


def reports(thing: Thing, *, limit: int = SIZE) -> Sequence[Report]:
    """Give the newest reports on a thing."""
    row = Report
    mine = select(row).where(row.tenant_id == thing.tenant_id, row.module == thing.module)
    mine = mine.where(row.kind == thing.kind, row.ref == thing.ref)
    return db.session.scalars(mine.order_by(row.at.desc()).limit(limit)).all()


def history(thing: Thing) -> Sequence[Hiding]:
    """Give every time that a thing was hidden, the newest first."""
    row = Hiding
    mine = select(row).where(row.tenant_id == thing.tenant_id, row.module == thing.module)
    mine = mine.where(row.kind == thing.kind, row.ref == thing.ref)
    return db.session.scalars(mine.order_by(row.hidden_at.desc()).limit(SIZE)).all()
