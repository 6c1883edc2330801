"""Tells those who named a problem what became of it: authors of needs, raters with a name."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from mms_core import db as database
from mms_core import jobs
from mms_core.cases.letters import tell_author
from mms_core.cases.log import SYSTEM
from mms_core.cases.models import Case
from mms_core.cases.rules import StepAsked, take_step, type_of
from mms_core.db import db
from mms_core.i18n import gettext as _
from mms_core.messages.outbox import send_national
from mms_core.modules import registry
from mms_core.tenancy import rules as tenancy
from plugins.citizen_feedback.models import Rater, Rating
from plugins.citizen_feedback.need_models import Need, Problem
from plugins.citizen_feedback.report_models import Choice, ChoiceEvent

STEPS = {"chosen": "into_budget", "solved": "solve", "dropped": "drop"}
CHUNK = 100  # needs that are told in one transaction


@jobs.job("citizen_feedback.tell")
def tell(tenant_id: int, event_id: uuid.UUID | None) -> None:
    """Tell of one step of a chosen problem; done twice, nobody is told twice of a case's step."""
    event = db.session.get(ChoiceEvent, (tenant_id, event_id))
    choice = db.session.get(Choice, (tenant_id, event.choice_id)) if event else None
    problem = db.session.get(Problem, (tenant_id, choice.problem_id)) if choice else None
    if event is None or choice is None or problem is None:
        return
    mine = (Need.tenant_id == tenant_id) & (Need.problem_id == problem.id)
    ids = list(db.session.scalars(select(Need.case_id).where(mine, Need.state != "blocked")))
    for start in range(0, len(ids), CHUNK):
        for case_id in ids[start : start + CHUNK]:
            _tell_case(tenant_id, case_id, choice, event)
        database.commit()
    if problem.programme_id is not None:
        _tell_raters(tenant_id, problem, choice, event)


def words_of(choice: Choice, event: ChoiceEvent, language: str) -> str:
    """Say a step in the citizen's language, with the hall's own words."""
    with force_locale(language):
        said = {
            "chosen": _("It goes into the draft budget of %(year)s: %(line)s.",
                        year=choice.year, line=choice.line),
            "draft": _("It is in the draft budget of %(year)s.", year=choice.year),
            "adopted": _("The council has adopted the budget of %(year)s with it.",
                         year=choice.year),
            "in_work": _("The work has begun."),
            "solved": _("The problem is solved."),
            "dropped": _("It did not stay in the budget of %(year)s.", year=choice.year),
        }[event.state]  # fmt: skip
    return f"{said} {event.words}".strip()


def _tell_case(tenant_id: int, case_id: uuid.UUID, choice: Choice, event: ChoiceEvent) -> None:
    case = db.session.get(Case, (tenant_id, case_id), with_for_update=True)
    if case is None:
        return
    text, step = words_of(choice, event, case.language), _step_of(case, event)
    if step:
        asked = StepAsked(name=step, actor=SYSTEM, text=text)
        take_step(registry(), case, asked=asked, now=event.at)
    elif event.state not in STEPS:
        tell_author(case, "need_news", context={"text": text, "step": ""})


def _step_of(case: Case, event: ChoiceEvent) -> str | None:
    """Name the step that a case can take now; one that joined late first goes into the budget."""
    possible = {step.name for step in type_of(registry(), case).steps_from(case.state)}
    wanted = STEPS.get(event.state)
    if wanted in possible:
        return wanted
    late = event.state in {"draft", "adopted", "in_work"}
    return "into_budget" if late and "into_budget" in possible else None


def _tell_raters(tenant_id: int, problem: Problem, choice: Choice, event: ChoiceEvent) -> None:
    """Write to those who signed a rating of the programme; an anonymous one has no address."""
    same = (Rating.tenant_id == Rater.tenant_id) & (Rating.id == Rater.rating_id)
    query = select(Rater.email, Rater.language).join(Rating, same).distinct()
    mine = (Rater.tenant_id == tenant_id) & (Rating.programme_id == problem.programme_id)
    hall: Any = tenancy.by_id(tenant_id)
    for email, language in db.session.execute(query.where(mine, Rater.email != "")).all():
        with force_locale(language):
            subject = _("What became of your rating: %(title)s", title=problem.title)
            body = f"{hall.hall_in(language)}\n\n{problem.title}\n\n"
        send_national(email, subject=subject, body=body + words_of(choice, event, language))
