"""Gives cases of before a new version the search words that only newer ones were opened with.

Each hall remembers in one row how far it is, so that the work goes on where it was cut off. A piece
is a transaction of its own; words are only added, so doing one twice changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import TSVECTOR, insert
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.cases.models import Case, CaseContact
from mms_core.cases.search import index
from mms_core.db import TenantScoped, db

WORDS = "parts-and-names"  # what this version of the search words added
PIECE = 200
FIRST = uuid.UUID(int=0)


class Reindexed(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """How far a hall's cases have got something that is made of them in pieces."""

    __tablename__ = "reindexed"

    what: Mapped[str] = mapped_column(Text, primary_key=True)
    last_id: Mapped[uuid.UUID]  # of the last case that has it
    cases: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]


def piece(tenant_id: int, *, now: datetime, size: int = PIECE) -> bool:
    """Give some more cases their words; tells whether there may be more. The caller commits."""
    row = progress(tenant_id, WORDS)
    if row is None or row.done_at is not None:  # another worker is at it, or it is done
        return False
    found = _next(tenant_id, after=row.last_id, size=size)
    if found:
        _add_words(tenant_id, found)
        row.last_id, row.cases = found[-1].id, row.cases + len(found)
    row.done_at = now if len(found) < size else None
    return row.done_at is None


def progress(tenant_id: int, what: str, *, wait: bool = False) -> Reindexed | None:
    """Take the hall's row of some work, made at first; None while another worker has it.

    With `wait` it is taken when the other has done.
    """
    table: Any = Reindexed.__table__
    new = insert(table).values(tenant_id=tenant_id, what=what, last_id=FIRST, cases=0)
    db.session.execute(new.on_conflict_do_nothing())
    own = (Reindexed.tenant_id == tenant_id) & (Reindexed.what == what)
    query = sa.select(Reindexed).where(own).with_for_update(skip_locked=not wait)
    return db.session.scalars(query).one_or_none()


def _next(tenant_id: int, *, after: uuid.UUID, size: int) -> Sequence[Any]:
    """Read the next cases with their authors' names, by the order of the key."""
    theirs = (CaseContact.tenant_id == Case.tenant_id) & (CaseContact.case_id == Case.id)
    query = (
        sa.select(Case.id, Case.number, Case.title, CaseContact.name)
        .outerjoin(CaseContact, theirs)
        .where(Case.tenant_id == tenant_id, Case.id > after)
        .order_by(Case.id)
        .limit(size)
        .with_for_update(of=Case)
    )
    return db.session.execute(query).all()


def _add_words(tenant_id: int, rows: Sequence[Any]) -> None:
    """Add the words of each title, number and name to those that lie there."""
    table: Any = Case.__table__
    words = sa.cast(sa.bindparam("words"), TSVECTOR)
    mine = (table.c.tenant_id == tenant_id) & (table.c.id == sa.bindparam("case"))
    more = sa.func.coalesce(table.c.search, sa.cast("", TSVECTOR)).op("||")(words)
    changed = [
        {"case": r.id, "words": index(tenant_id, r.title, number=r.number, name=r.name or "")}
        for r in rows
    ]
    db.session.connection().execute(sa.update(table).where(mine).values(search=more), changed)


def done(tenant_id: int) -> bool:
    """Tell whether a hall's cases all have the words."""
    own = (Reindexed.tenant_id == tenant_id) & (Reindexed.what == WORDS)
    query = sa.select(Reindexed.done_at).where(own)
    return db.session.scalar(query) is not None
