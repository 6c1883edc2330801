"""Counts how a hall's open cases stand: right to the case, in one walk over one index.

The partial index of open cases holds all that is counted, so that no row of a case is read; a hall
has as many open cases as it has work, however many millions are closed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select

from mms_core.cases.models import Case
from mms_core.db import db


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How the hall stands; `owed` and what follows are open cases without an answer."""

    open: int
    mine: int
    nobody: int
    owed: int
    overdue: int
    today: int
    beside: Mapping[str, Any] = field(default_factory=dict)  # what was asked for along with them


def counts(
    tenant_id: int,
    person_id: uuid.UUID,
    *,
    today: date,
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> Counts:
    """Count a hall's open cases, and those of a person.

    `beside` are more scalar subqueries for a page that would else ask for them by itself.
    """
    owed = Case.answered_at.is_(None)
    kinds = {
        "open": None,
        "mine": Case.assignee_id == person_id,
        "nobody": Case.assignee_id.is_(None),
        "owed": owed,
        "overdue": owed & (Case.due_on < today),
        "today": owed & (Case.due_on == today),
    }
    query = select(*(_number(kind).label(name) for name, kind in kinds.items()))
    query = query.add_columns(*(number.label(name) for name, number in beside.items()))
    row = db.session.execute(query.where(Case.tenant_id == tenant_id, Case.is_open)).one()
    found = dict(row._mapping)  # noqa: SLF001 - the public name of a row's mapping
    return Counts(**{name: found.pop(name) for name in kinds}, beside=found)


def _number(kind: Any) -> Any:
    return func.count() if kind is None else func.count().filter(kind)
