"""Decides on problems: needs that say the same are grouped, merged and split by the hall.

The figures of a problem move with its needs, so that no page counts them.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update

from mms_core.cases.models import Case
from mms_core.cases.similar import similar
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.need_models import Need, Problem

NEED, PROBLEM, CASE = Need.__table__, Problem.__table__, Case.__table__
CHOSEN, MERGED = "chosen", "merged"
MOST = 200  # needs grouped by one form


@dataclass(frozen=True, kw_only=True)
class NewProblem:
    """What the hall writes of a problem."""

    title: str
    title_en: str = ""
    description: str = ""
    category: str = ""
    programme_id: uuid.UUID | None = None
    made_by: str = ""


def make(tenant_id: int, new: NewProblem, *, now: datetime) -> Problem:
    """Make a problem without needs; its code is the year and a number within it."""
    year = int(local_day(now).year)
    db.session.execute(select(func.pg_advisory_xact_lock(tenant_id, -year)))  # one number each
    mine = (Problem.tenant_id == tenant_id) & (Problem.year == year)
    number = (db.session.scalar(select(func.max(Problem.no)).where(mine)) or 0) + 1
    row = Problem(
        tenant_id=tenant_id,
        year=year,
        no=number,
        code=f"p{year}-{number:02}",
        title=new.title,
        title_en=new.title_en,
        description=new.description,
        category=new.category,
        programme_id=new.programme_id,
        made_by=new.made_by,
        state="open",
        needs=0,
        supports=0,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def by_code(tenant_id: int, code: str, *, lock: bool = False) -> Problem:
    """Find a problem by its code; NotFound when there is none."""
    query = select(Problem).where(Problem.tenant_id == tenant_id, Problem.code == code)
    row = db.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(_("There is no such problem here."))
    return row


def listed(tenant_id: int, *, states: Sequence[str] = ("open", CHOSEN), limit: int = 50) -> Any:
    """Give problems, those with most needs first."""
    mine = select(Problem).where(Problem.tenant_id == tenant_id, Problem.state.in_(states))
    order = (Problem.needs.desc(), Problem.supports.desc(), Problem.id)
    return db.session.scalars(mine.order_by(*order).limit(limit)).all()


def join(problem: Problem, case_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Put needs into a problem; gives those that were not in it before.

    A problem that is in a budget takes more needs (their authors are told of it by the caller);
    Refused for a merged one, and for needs that belong to another problem in a budget.
    """
    if problem.state == MERGED:
        raise Refused(_("This problem was merged with another one."))
    tenant_id = problem.tenant_id
    mine = (NEED.c.tenant_id == tenant_id) & NEED.c.case_id.in_(list(case_ids)[:MOST])
    rows = db.session.execute(
        select(NEED.c.case_id, NEED.c.problem_id, NEED.c.supports).where(mine).with_for_update()
    ).all()
    moved = [row for row in rows if row.problem_id != problem.id]
    for old_id in {row.problem_id for row in moved if row.problem_id}:
        old = db.session.get(Problem, (tenant_id, old_id), with_for_update=True)
        if old is not None and old.state == CHOSEN:
            raise Refused(
                _("A need of the problem %(code)s is in a budget and stays there.", code=old.code)
            )
        _add(old, [row for row in moved if row.problem_id == old_id], sign=-1)
    _put(tenant_id, [row.case_id for row in moved], problem.id)
    _add(problem, moved, sign=1)
    return [row.case_id for row in moved]


def _put(tenant_id: int, case_ids: Sequence[uuid.UUID], problem_id: uuid.UUID | None) -> None:
    mine = (NEED.c.tenant_id == tenant_id) & NEED.c.case_id.in_(case_ids)
    db.session.execute(update(NEED).where(mine).values(problem_id=problem_id))


def _add(problem: Problem | None, rows: Sequence[Any], *, sign: int) -> None:
    if problem is not None:
        problem.needs += sign * len(rows)
        problem.supports += sign * sum(row.supports for row in rows)
        changed(problem.tenant_id, NAME)


def split(problem: Problem, case_ids: Sequence[uuid.UUID], new: NewProblem) -> Problem:
    """Part needs of a problem off as one of their own; Refused when it is in a budget."""
    if problem.state != "open":
        raise Refused(_("The problem is in a budget, so it stays whole."))
    if not case_ids:
        raise Refused(_("Choose the needs."))
    other = make(problem.tenant_id, new, now=datetime.now(UTC))
    mine = (NEED.c.tenant_id == problem.tenant_id) & (NEED.c.problem_id == problem.id)
    own = select(NEED.c.case_id).where(mine, NEED.c.case_id.in_(list(case_ids)[:MOST]))
    join(other, list(db.session.scalars(own)))
    return other


def merge(problem: Problem, other: Problem) -> list[uuid.UUID]:
    """Put all needs of `other` into a problem and close it; gives the needs that moved.

    Refused when `other` is in a budget: then the first one is merged into it.
    """
    if other.id == problem.id or other.state != "open" or problem.state == MERGED:
        raise Refused(_("These two cannot be merged this way round: one is in a budget."))
    mine = (NEED.c.tenant_id == problem.tenant_id) & (NEED.c.problem_id == other.id)
    moved = update(NEED).where(mine).values(problem_id=problem.id).returning(NEED.c.case_id)
    case_ids = list(db.session.scalars(moved))
    problem.needs += other.needs
    problem.supports += other.supports
    other.needs = other.supports = 0
    other.state, other.merged_into = MERGED, problem.id
    changed(problem.tenant_id, NAME)
    return case_ids


def proposals(tenant_id: int, case: Any, *, limit: int = 10) -> list[Any]:
    """Give the needs that ask for the same as a case, with the problem each belongs to."""
    text = f"{case.title}\n{case.body}"
    found = similar(tenant_id, text, module=NAME, limit=limit, exclude=case.id)
    rows = {row.case_id: row for row in lines(tenant_id, [item.case_id for item in found])}
    return [rows[item.case_id] for item in found if item.case_id in rows]


LINE = (
    CASE.c.number, CASE.c.title, CASE.c.language, NEED.c.case_id, NEED.c.category,
    NEED.c.settlement, NEED.c.state, NEED.c.supports, NEED.c.opened_at, NEED.c.is_public,
    PROBLEM.c.code.label("problem_code"), PROBLEM.c.title.label("problem_title"),
    PROBLEM.c.state.label("problem_state"),
)  # fmt: skip
OF_CASE = NEED.join(
    CASE, (CASE.c.tenant_id == NEED.c.tenant_id) & (CASE.c.id == NEED.c.case_id)
).outerjoin(
    PROBLEM, (PROBLEM.c.tenant_id == NEED.c.tenant_id) & (PROBLEM.c.id == NEED.c.problem_id)
)


def lines(tenant_id: int, case_ids: Sequence[uuid.UUID]) -> Sequence[Any]:
    """Give needs as lines of a list."""
    query = select(*LINE).select_from(OF_CASE).where(NEED.c.tenant_id == tenant_id)
    return db.session.execute(query.where(NEED.c.case_id.in_(case_ids))).all()
