"""Gives the open cases of a module that closes to the desk's work on many cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy import func, select

from mms_core.batches import rules as batches
from mms_core.batches.models import STEP, Batch
from mms_core.cases.models import Case
from mms_core.contributions import CaseType, Step
from mms_core.db import db
from mms_core.desk.answering import Answer
from mms_core.i18n import gettext as _
from mms_core.modules import Loaded
from mms_core.people.current import Person

HAND_OVER, ANSWER = "hand_over", "answer"


def gather(
    tenant_id: int, loaded: Loaded, person: Person, *, fate: str, language: str, now: datetime
) -> Batch | None:
    """Begin a batch of the open cases; None where there is none to be worked on so.

    Answers go to one kind of case at a time, the most frequent first: a step fits one table only.
    """
    mine = [Case.tenant_id == tenant_id, Case.module == loaded.name, Case.is_open]
    if fate == ANSWER:
        mine.append(Case.answered_at.is_(None))
    kind = _most_frequent(mine) if fate == ANSWER else None
    if kind is not None:
        mine.append(Case.kind == kind)
    chosen = _chosen(mine)
    if not chosen:
        return None
    batch = batches.begin(tenant_id, person, chosen=chosen, language=language, now=now)
    if fate == ANSWER:
        _prefill(batch, loaded, str(kind), {row.state for row in chosen})
    return batch


def _most_frequent(mine: list[Any]) -> str | None:
    query = select(Case.kind).where(*mine).group_by(Case.kind).order_by(func.count().desc())
    return db.session.scalar(query.limit(1))


def _chosen(mine: list[Any]) -> Sequence[Any]:
    query = select(Case.id, Case.number, Case.version, Case.state).where(*mine)
    ordered = query.order_by(Case.due_on.asc().nulls_last(), Case.id)
    return db.session.execute(ordered.limit(batches.MOST)).all()


def _prefill(batch: Batch, loaded: Loaded, kind: str, states: set[str]) -> None:
    """Propose the step that ends a case with an answer, and a text; the officer changes both."""
    case_type = next((one for one in loaded.case_types if one.name == kind), None)
    step = _ending(case_type, states) if case_type else None
    if step is None:
        return
    with force_locale("ka"):  # the language in which a hall answers
        title = str(loaded.module.title)
        text = _("The city hall closes the service “%(title)s”. Our answer:", title=title)
    answer = Answer(step=step.name, text=text, data={})
    batch.kind, batch.asked = STEP, {"answer": answer.to_json()}
    db.session.flush()


def _ending(case_type: CaseType, states: set[str]) -> Step | None:
    fits = [
        step
        for step in case_type.steps
        if step.answers and not step.forwards and states & set(step.source)
    ]
    ends = [step for step in fits if not case_type.state(step.target).open]
    return next(iter([*ends, *fits]), None)
