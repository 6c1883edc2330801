"""The working day of a person, a unit or the whole hall: what is due, late, promised, undelivered.

Every count is right to the case: counted over the partial index of open cases, and over the open
promises and failed letters, of which a hall has few.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.desk.inbox import COLUMNS
from mms_core.messages.models import OutboxLetter
from mms_core.people.models import Account
from mms_core.promises.models import OPEN, Promise

LONGEST = 10  # lines of each list; the inbox has the rest
AHEAD = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose day it is: some people's, some units', or, with neither, the hall's."""

    people: tuple[uuid.UUID, ...] | None = None
    units: tuple[str, ...] | None = None

    def fits(self) -> list[Any]:
        """Give the conditions on cases; nobody's day has no cases."""
        if self.people is not None:
            return [Case.assignee_id.in_(self.people)]
        if self.units is not None:
            return [Case.unit.in_(self.units)]
        return []


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the open cases of somebody stand; all but `citizen` still owe an answer."""

    today: int = 0
    overdue: int = 0
    week: int = 0  # due within seven days, today not counted
    waits: int = 0  # it is the hall's turn
    citizen: int = 0  # it is the citizen's turn: the clock stands


KINDS = ("today", "overdue", "week", "waits", "citizen")


def _kinds(today: date) -> Mapping[str, Any]:
    owed, turn = Case.answered_at.is_(None), Case.waits_until.is_(None)
    return {
        "today": owed & (Case.due_on == today),
        "overdue": owed & (Case.due_on < today),
        "week": owed & (Case.due_on > today) & (Case.due_on <= today + AHEAD),
        "waits": owed & turn,
        "citizen": ~turn,
    }


def _open(tenant_id: int, scope: Scope) -> Any:
    return and_(Case.tenant_id == tenant_id, Case.is_open, *scope.fits())


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How somebody stands in all and, where asked, unit by unit or colleague by colleague."""

    total: Standing
    undelivered: int  # letters that did not reach the citizen and wait for somebody
    groups: Mapping[Any, Standing]


def standing(tenant_id: int, scope: Scope, *, today: date, of: Any = Case.unit) -> Counted:
    """Count how the open cases stand, in all and for each value of a column, in one statement."""
    kinds = [func.count().filter(kind).label(name) for name, kind in _kinds(today).items()]
    whole = func.grouping(of).label("whole")
    letters = _undelivered(tenant_id, scope).label("undelivered")
    query = select(of.label("key"), whole, letters, *kinds).where(_open(tenant_id, scope))
    rows = db.session.execute(query.group_by(func.rollup(of))).all()
    found = {(row.whole, row.key): Standing(**{k: getattr(row, k) for k in KINDS}) for row in rows}
    return Counted(
        total=found[1, None],
        undelivered=rows[0].undelivered,
        groups={key: one for (is_whole, key), one in found.items() if not is_whole},
    )


def _undelivered(tenant_id: int, scope: Scope) -> Any:
    row = OutboxLetter
    query = select(func.count()).select_from(row)
    if scope.fits():
        joined = and_(Case.tenant_id == row.tenant_id, Case.id == row.case_id)
        query = query.join(Case, joined).where(*scope.fits())
    mine = query.where(row.tenant_id == tenant_id, row.state == "failed")
    return mine.correlate(None).scalar_subquery()


def next_cases(tenant_id: int, scope: Scope, *, today: date) -> Sequence[Any]:
    """List what is late or due within a week, the latest first."""
    columns: tuple[Any, ...] = COLUMNS[:-1]  # without the citizen's name
    near = and_(Case.answered_at.is_(None), Case.due_on <= today + AHEAD)
    query = select(*columns).where(_open(tenant_id, scope), near)
    return db.session.execute(query.order_by(Case.due_on, Case.id).limit(LONGEST)).all()


def only_for(
    tenant_id: int, states: Iterable[tuple[str, str]], people: tuple[uuid.UUID, ...]
) -> Sequence[Any]:
    """List open cases in (module, state) that nobody else can move, and those given to people."""
    theirs = [and_(Case.module == module, Case.state == state) for module, state in states]
    columns: tuple[Any, ...] = COLUMNS[:-1]
    mine = and_(Case.answered_at.is_(None), Case.assignee_id.in_(people))
    query = select(*columns).where(_open(tenant_id, Scope()), or_(mine, *theirs))
    return db.session.execute(query.order_by(Case.due_on, Case.id).limit(LONGEST)).all()


@dataclass(frozen=True, kw_only=True)
class Some:
    """The nearest lines of a list, how many there are in all, and how many are late."""

    rows: Sequence[Any] = field(default_factory=tuple)
    count: int = 0
    late: int = 0


def promised(tenant_id: int, scope: Scope, *, today: date) -> Some:
    """List what was promised and is still to be kept, the nearest first."""
    row = Promise
    late = func.count().filter(row.due_on < today).over().label("late")
    joined = and_(Case.tenant_id == row.tenant_id, Case.id == row.case_id)
    query = (
        select(
            row, Account.first_name, Account.last_name, func.count().over().label("in_all"), late
        )
        .join(Case, joined)
        .outerjoin(Account, Account.id == row.made_by)
        .where(row.tenant_id == tenant_id, row.state == OPEN, *scope.fits())
    )
    rows = db.session.execute(query.order_by(row.due_on, row.id).limit(LONGEST)).all()
    return Some(rows=rows, count=rows[0].in_all, late=rows[0].late) if rows else Some()
