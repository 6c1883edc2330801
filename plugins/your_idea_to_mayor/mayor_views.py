"""The mayor's page: what waits for the mayor, most supported, oldest, and where it comes from."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import g, render_template
from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.people.current import require
from mms_core.settlements.names import place
from plugins.your_idea_to_mayor import showing
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.listing import Wanted, lines
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.rules import KIND

CASE = Case.__table__
SHOWN = 8  # ideas of each list
MANY = 1000  # what waits is looked through no further
PLACES = 12


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits for an answer: the mayor's own and late ones first, and all counted by place."""

    count: int
    late: int
    mine: Sequence[Any]
    places: Sequence[tuple[str, int]]


def waiting(tenant_id: int, person_id: uuid.UUID, *, today: date) -> Waiting:
    """Give the ideas that wait, up to MANY of the nearest dates; one query."""
    columns = (CASE.c.number, CASE.c.title, CASE.c.due_on, CASE.c.place, CASE.c.assignee_id)
    owed = (
        select(*columns)
        .where(CASE.c.tenant_id == tenant_id, CASE.c.module == NAME, CASE.c.kind == KIND)
        .where(CASE.c.is_open, CASE.c.answered_at.is_(None), CASE.c.merged_into.is_(None))
        .order_by(CASE.c.due_on, CASE.c.id)
        .limit(MANY + 1)
    )
    rows = db.session.execute(owed).all()
    late = [row for row in rows if row.due_on and row.due_on < today]
    own = [row for row in rows if row.assignee_id == person_id and row not in late]
    counted = Counter(row.place for row in rows if row.place).most_common(PLACES)
    places = [(place(name), count) for name, count in counted]
    mine = (late + own)[:SHOWN]
    return Waiting(count=len(rows), late=len(late), mine=mine, places=places)


@pages.get("/mayor")
def mayor() -> str:
    """Show the mayor what to answer first; each idea leads to its page at the desk."""
    person = require("mayor")
    today = local_day(datetime.now(UTC))

    def listed(sort: str) -> list[dict[str, Any]]:
        found = lines(g.tenant.id, Wanted(sort=sort, answered="no")).rows[:SHOWN]
        return showing.items(found, g.module_settings)

    return render_template(
        f"{NAME}/mayor.html",
        waits=waiting(g.tenant.id, person.id, today=today),
        many=MANY,
        today=today,
        lists=[("supported", listed("supported")), ("waiting", listed("waiting"))],
        language_of=showing.language_of,
    )
