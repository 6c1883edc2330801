"""Finds cases of a municipality by words, Latin-typed Georgian included.

Under row-level security full text cannot use its index, so the search runs in a function owned by
mms_search which takes the municipality from the setting, never from the caller.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from mms_core import letters
from mms_core.db import db

FIND = text(
    "select id, opened_at from mms.find_cases("
    "cast(:query as text), cast(:module as text), cast(:before as timestamptz), "
    "cast(:before_id as uuid), cast(:limit as int))"
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A case that was found, with its place in the order (newest first)."""

    id: uuid.UUID
    opened_at: datetime


def find(
    tenant_id: int,
    query: str,
    *,
    module: str | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = 20,
) -> list[Found]:
    """Find the newest cases with all the words (as prefixes) of `query`; newest first.

    `after` is the place of the last case of the page before; the session is bound to `tenant_id`.
    """
    asked = marked(tenant_id, query)
    if not asked:
        return []
    before, before_id = after or (None, None)
    values = {"query": asked, "module": module, "before": before, "before_id": before_id}
    rows = db.session.execute(FIND, values | {"limit": limit})
    return [Found(id=row.id, opened_at=row.opened_at) for row in rows]


def marked(tenant_id: int, query: str) -> str:
    """Give the tsquery of what was typed, each word marked with the municipality's number."""
    return letters.tsquery(query, mark=f"t{int(tenant_id)}x")
