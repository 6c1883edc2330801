"""What the desk can be asked for, and what that means for rows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import not_

from mms_core.cases.models import Case

SUNDAY = 6
STATES, DUES, SORTS = (
    ("open", "closed", "all"),
    ("owed", "overdue", "today", "week"),
    ("due", "new", "old"),
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the desk asks for; `person_id` is the officer, `today` the day in Tbilisi."""

    person_id: uuid.UUID
    today: date
    state: str = "open"  # open, closed, all
    module: str = ""
    due: str = ""  # owed, overdue, today, week: of those that still owe an answer
    whose: str = ""  # mine, nobody, or the number of a colleague
    unit: str = ""  # the number of a unit
    channel: str = ""
    topic: str = ""  # of the module
    place: str = ""
    sort: str = ""  # due, new, old; empty: what suits the rest
    named: str = ""  # one state of the module by its name
    states: tuple[str, ...] = ()  # every state of the module that is meant, for its index

    @property
    def by_date(self) -> bool:
        """Whether the list runs by the date of the answer rather than by arrival."""
        if self.sort:
            return self.sort == "due"
        return bool(self.due) or self.state == "open"

    @property
    def oldest_first(self) -> bool:
        """Whether a list by arrival begins with the oldest case."""
        return self.sort == "old"

    @property
    def only_open(self) -> bool:
        """Whether closed cases are out of the question."""
        return bool(self.due) or self.state == "open"


def wanted(filters: Filters) -> list[Any]:
    """Give the conditions of the filters; those on the officer's own index are written bare."""
    found: list[Any] = []
    if filters.only_open:
        # Written bare, so that the planner sees the partial index of what is owed.
        found.append(Case.is_open)
    elif filters.state == "closed":
        found.append(not_(Case.is_open))
    if filters.due:
        found.append(Case.answered_at.is_(None))
        found += [] if filters.due == "owed" else [_due(filters)]
    return found + _facets(filters)


def _facets(filters: Filters) -> list[Any]:
    found: list[Any] = []
    if filters.whose:
        found.append(_whose(filters))
    if filters.module:
        found.append(Case.module == filters.module)
    if filters.named:
        found.append(Case.state == filters.named)
    # An empty value is in none of these indexes, so the condition says that it is not empty.
    for column, value in (
        (Case.unit, filters.unit),
        (Case.channel, filters.channel),
        (Case.topic, filters.topic),
        (Case.place, filters.place),
    ):
        if value:
            found.append(column == value)
    return found


def _whose(filters: Filters) -> Any:
    if filters.whose == "nobody":
        return Case.assignee_id.is_(None)
    mine = filters.whose == "mine"
    return Case.assignee_id == (filters.person_id if mine else uuid.UUID(filters.whose))


def _due(filters: Filters) -> Any:
    today = filters.today
    if filters.due == "overdue":
        return Case.due_on < today
    if filters.due == "today":
        return Case.due_on == today
    return Case.due_on.between(today, today + timedelta(days=SUNDAY - today.weekday()))
