"""Decides on problems for next year's draft budget (art. 4.7): chosen by the mayor, then followed.

The article says "if necessary": two are the target and no bar. Fewer ask for a written explanation,
which the public reads.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from mms_core import jobs
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.counters import count
from plugins.citizen_feedback import problems, telling
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.need_models import Problem
from plugins.citizen_feedback.report_models import (
    BudgetYear,
    Choice,
    ChoiceEvent,
    ChoicePicture,
)

TARGET = 2  # art. 4.7: at least two problems, if necessary
DRAFT_DUE = (11, 15)  # the mayor submits the draft budget to the council by 15 November
STATES = ("chosen", "draft", "adopted", "in_work", "solved", "dropped")
# From where a chosen problem can go on to where.
WAYS = {
    "chosen": ("draft", "dropped"),
    "draft": ("adopted", "dropped"),
    "adopted": ("in_work", "solved", "dropped"),
    "in_work": ("solved", "dropped"),
    "solved": (),
    "dropped": (),
}
LONGEST = 4000


@dataclass(frozen=True, kw_only=True)
class NewChoice:
    """What the mayor writes with a choice: the programme line and its amount in lari."""

    line: str
    amount: Decimal


def choose(problem: Problem, new: NewChoice, *, year: int, by: str, now: datetime) -> Choice:
    """Choose a problem for a year's draft budget; Refused for one that was chosen or merged.

    The caller has made sure that the mayor does it.
    """
    if problem.state != "open":
        raise Refused(_("This problem is in a budget already, or was merged."))
    row = Choice(
        tenant_id=problem.tenant_id,
        id=uuid7(),
        problem_id=problem.id,
        year=year,
        line=new.line,
        amount=new.amount,
        state="chosen",
        chosen_by=by,
        chosen_at=now,
    )
    db.session.add(row)
    db.session.flush()
    problem.state = "chosen"
    count(problem.tenant_id, NAME, {local_day(now): {"problems_chosen": 1}})
    _note(row, "", by=by, now=now)
    return row


def _note(row: Choice, words: str, *, by: str, now: datetime) -> None:
    """Write the step down, let the public see it, and tell those who named the problem."""
    event = ChoiceEvent(
        tenant_id=row.tenant_id,
        id=uuid7(),
        choice_id=row.id,
        state=row.state,
        words=words,
        by_name=by,
        at=now,
    )
    db.session.add(event)
    db.session.flush()
    changed(row.tenant_id, NAME)
    jobs.defer(telling.tell, row.tenant_id, event.id)


def move(row: Choice, state: str, *, words: str, by: str, now: datetime) -> None:
    """Take a chosen problem a step on, with words for the public.

    Refused for a step that does not follow, Invalid (field `words`) without words.
    """
    if state not in WAYS[row.state]:
        raise Refused(_("This step is not possible now."))
    if not words.strip():
        raise Invalid(
            _("Write what has been done."), fields={"words": [_("Write what has been done.")]}
        )
    row.state = state
    if state == "solved":
        count(row.tenant_id, NAME, {local_day(now): {"problems_solved": 1}})
    if state == "dropped":
        problem = db.session.get(Problem, (row.tenant_id, row.problem_id))
        if problem is not None:
            problem.state = "open"  # it may be chosen again, for another year
    _note(row, words.strip()[:LONGEST], by=by, now=now)


def show_pictures(row: Choice, files: Sequence[Stored]) -> None:
    """Put pictures of what was done beside a chosen problem."""
    for stored in files:
        db.session.add(ChoicePicture(tenant_id=row.tenant_id, choice_id=row.id, **stored.columns()))
    if files:
        changed(row.tenant_id, NAME)


def add_needs(problem: Problem, case_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Put needs into a problem; where it is in a budget, their authors are told how it stands."""
    moved = problems.join(problem, case_ids)
    if moved and problem.state == "chosen":
        newest = (
            select(ChoiceEvent.id)
            .join(Choice, (Choice.tenant_id == ChoiceEvent.tenant_id)
                  & (Choice.id == ChoiceEvent.choice_id))
            .where(Choice.tenant_id == problem.tenant_id, Choice.problem_id == problem.id)
            .order_by(ChoiceEvent.at.desc(), ChoiceEvent.id.desc())
        )  # fmt: skip
        event_id = db.session.scalars(newest.limit(1)).first()
        if event_id:
            jobs.defer(telling.tell, problem.tenant_id, event_id)
    return moved


def explain(tenant_id: int, year: int, *, words: str, by: str, now: datetime) -> None:
    """Keep the mayor's explanation of why fewer than two problems were chosen."""
    if not words.strip():
        said = _("Write the explanation: the public reads it.")
        raise Invalid(said, fields={"explanation": [said]})
    row = of_year(tenant_id, year, keep=True)
    row.explanation, row.explained_by, row.explained_at = words.strip()[:LONGEST], by, now
    changed(tenant_id, NAME)


def of_year(tenant_id: int, year: int, *, keep: bool = False) -> BudgetYear:
    """Give what is kept of a budget year beside its choices; a new row is only for `keep`."""
    row = db.session.get(BudgetYear, (tenant_id, year))
    if row is None:
        row = BudgetYear(tenant_id=tenant_id, year=year, explanation="", explained_by="")
        if keep:
            db.session.add(row)
    return row


def by_id(tenant_id: int, choice_id: uuid.UUID) -> Choice:
    """Give a choice; NotFound when there is none."""
    row = db.session.get(Choice, (tenant_id, choice_id), with_for_update=True)
    if row is None:
        raise NotFound(_("There is no such problem here."))
    return row


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A chosen problem with what became of it."""

    choice: Choice
    problem: Problem
    events: Sequence[ChoiceEvent]
    pictures: Sequence[ChoicePicture]


def chosen(tenant_id: int, year: int | None = None) -> list[Chosen]:
    """Give the chosen problems, those of one budget year or all, with their steps and pictures."""
    query = select(Choice, Problem).join(
        Problem, (Problem.tenant_id == Choice.tenant_id) & (Problem.id == Choice.problem_id)
    )
    query = query.where(Choice.tenant_id == tenant_id)
    if year is not None:
        query = query.where(Choice.year == year)
    rows = db.session.execute(query.order_by(Choice.year.desc(), Choice.chosen_at)).all()
    ids = [row[0].id for row in rows]
    events = _beside(ChoiceEvent, tenant_id, ids)
    pictures = _beside(ChoicePicture, tenant_id, ids)
    return [
        Chosen(
            choice=choice,
            problem=problem,
            events=[one for one in events if one.choice_id == choice.id],
            pictures=[one for one in pictures if one.choice_id == choice.id],
        )
        for choice, problem in rows
    ]


def _beside(model: Any, tenant_id: int, ids: Sequence[uuid.UUID]) -> Sequence[Any]:
    mine = (model.tenant_id == tenant_id) & model.choice_id.in_(ids)
    return db.session.scalars(select(model).where(mine).order_by(model.at, model.id)).all()


def missing(tenant_id: int, year: int) -> int:
    """Count how many problems are lacking to the target, an explanation counting for all."""
    mine = (Choice.tenant_id == tenant_id) & (Choice.year == year) & (Choice.state != "dropped")
    number = db.session.scalar(select(func.count()).select_from(Choice).where(mine)) or 0
    row = db.session.get(BudgetYear, (tenant_id, year))
    explained = row is not None and bool(row.explanation)
    return 0 if explained else max(0, TARGET - int(number))


def draft_due(year: int) -> date:
    """Give the day by which the draft budget of a year goes to the council: 15 November before."""
    return date(year - 1, *DRAFT_DUE)
