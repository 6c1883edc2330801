"""Reads needs for lists and tiles: pages by place, figures from sums, nothing counted anew."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, tuple_

from mms_core.cases.models import CaseContact
from mms_core.db import db
from plugins.citizen_feedback.need_models import NeedMonth
from plugins.citizen_feedback.problems import CASE, LINE, NEED, OF_CASE

PER_PAGE = 20
MONTH, CONTACT = NeedMonth.__table__, CaseContact.__table__


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of needs and the place after it, if there is more."""

    rows: Sequence[Any]
    after: str | None = None


def page(
    tenant_id: int,
    *,
    after: str = "",
    category: str = "",
    public: bool = True,
    problem_id: uuid.UUID | None = None,
    ungrouped: bool = False,
) -> Page:
    """Give needs, the newest first: public ones, those of a problem, or those of none."""
    query = select(*LINE).select_from(OF_CASE).where(NEED.c.tenant_id == tenant_id)
    if public:
        query = query.where(NEED.c.is_public)
    if category:
        query = query.where(NEED.c.category == category)
    if problem_id is not None:
        query = query.where(NEED.c.problem_id == problem_id)
    if ungrouped:
        query = query.where(NEED.c.problem_id.is_(None), NEED.c.state != "blocked")
    place = _place(after)
    if place:
        query = query.where(tuple_(NEED.c.opened_at, NEED.c.case_id) < tuple_(*place))
    query = query.order_by(NEED.c.opened_at.desc(), NEED.c.case_id.desc()).limit(PER_PAGE + 1)
    rows = db.session.execute(query).all()
    more = len(rows) > PER_PAGE
    rows = rows[:PER_PAGE]
    last = rows[-1] if more else None
    return Page(rows=rows, after=f"{last.opened_at.isoformat()}~{last.case_id}" if last else None)


def _place(typed: str) -> tuple[datetime, uuid.UUID] | None:
    moment, _sign, case_id = typed.partition("~")
    try:
        return datetime.fromisoformat(moment), uuid.UUID(case_id)
    except ValueError:
        return None


def one(tenant_id: int, number: str) -> Any:
    """Give a need whole, with its author's public name; None when there is none."""
    contact = (CONTACT.c.tenant_id == CASE.c.tenant_id) & (CONTACT.c.case_id == CASE.c.id)
    columns = (CASE.c.id, CASE.c.tenant_id, CASE.c.body, CASE.c.author_id, CASE.c.answer,
               CASE.c.answered_at, CASE.c.due_on, CONTACT.c.public_name)  # fmt: skip
    query = (
        select(*LINE, *columns)
        .select_from(OF_CASE.outerjoin(CONTACT, contact))
        .where(NEED.c.tenant_id == tenant_id, CASE.c.number == number)
    )
    return db.session.execute(query).one_or_none()


def by_settlement(tenant_id: int, *, first: date, last: date) -> dict[str, int]:
    """Count the needs of some months by settlement."""
    query = (
        select(MONTH.c.settlement, func.sum(MONTH.c.n))
        .where(MONTH.c.tenant_id == tenant_id, MONTH.c.month >= first, MONTH.c.month <= last)
        .group_by(MONTH.c.settlement)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query)}
