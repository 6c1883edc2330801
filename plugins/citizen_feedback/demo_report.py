"""The demo's reports and budget: half a year frozen, discussed and published, problems followed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from mms_core.cases.log import SYSTEM
from mms_core.cases.models import Case
from mms_core.cases.rules import StepAsked, take_step
from mms_core.db import db, uuid7
from mms_core.i18n import TBILISI
from mms_core.modules import registry
from mms_core.people.rules import by_email
from plugins.citizen_feedback import freezing, reports, slots, telling
from plugins.citizen_feedback.need_models import Need, Problem
from plugins.citizen_feedback.report_models import Choice, ChoiceEvent, Report, ReviewLead
from plugins.citizen_feedback.settings import settings_now

MAYOR, OFFICER = "გ. ნიმუშელი", "ლ. მაგალითაძე"


def fill(
    tenant: Any, texts: Mapping[str, Any], found: Mapping[str, Problem], *, now: datetime
) -> None:
    """Tell the rest of the year: charge, report, the mayor's choices, what became of them."""
    words, year = texts["analysis"], now.astimezone(TBILISI).year
    _charge(tenant, words, at=_moment(date(year, 6, 25)))
    for of in (year - 1, year):
        for row in slots.plan(tenant.id, of, settings_now(tenant.id)):
            if row.due_on < now.date() and row.last_day < now.date():
                _report(row, words)
    for choice in texts["choice"]:
        _choice(tenant, choice, found[choice["problem"]], year=year, now=now)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(11, 20), TBILISI)


def _charge(tenant: Any, words: Mapping[str, Any], *, at: datetime) -> None:
    head, mayor = by_email("head@mms.example"), by_email("mayor@mms.example")
    if head is None or mayor is None:
        return
    db.session.add(
        ReviewLead(
            tenant_id=tenant.id,
            id=uuid7(),
            year=at.year,
            person_id=head.id,
            person_name=head.name,
            service=words["service"],
            by_id=mayor.id,
            by_name=mayor.name,
            at=at,
        )
    )


def _report(row: Report, words: Mapping[str, Any]) -> None:
    """Freeze, write, send, discuss and publish a report on its days."""
    frozen_at = _moment(row.last_day + timedelta(days=4))
    rows = [one for part in freezing.PARTS for one in part(row)]
    freezing.keep(row, rows, now=frozen_at)
    row.state, row.progress = "draft", 100
    reports.write(row, words)
    reports.send(row, by=OFFICER, now=_moment(row.due_on - timedelta(days=6)))
    held = reports.Discussion(
        on=row.due_on - timedelta(days=1),
        participants=words["participants"],
        decisions=words["decisions"],
    )
    reports.discuss(row, held, now=_moment(row.due_on))
    reports.publish(row, now=_moment(row.due_on + timedelta(days=2)))


def _choice(
    tenant: Any, text: Mapping[str, Any], problem: Problem, *, year: int, now: datetime
) -> None:
    """Choose a problem in autumn and take its steps; nobody is written to about the past."""
    of = year + int(text["years_on"])
    chosen_at = min(_moment(date(of - 1, 10, 28)), now - timedelta(days=5))
    row = Choice(
        tenant_id=tenant.id,
        id=uuid7(),
        problem_id=problem.id,
        year=of,
        line=text["line"],
        amount=Decimal(text["amount"]),
        state=text["steps"][-1][0],
        chosen_by=MAYOR,
        chosen_at=chosen_at,
    )
    db.session.add(row)
    db.session.flush()
    problem.state = "chosen"
    first = _event(row, "chosen", "", at=chosen_at)
    for place, (state, words) in enumerate(text["steps"], start=1):
        _event(row, state, words, at=min(chosen_at + timedelta(days=40 * place), now))
    _move_needs(tenant.id, problem, row, first, now=now)


def _event(row: Choice, state: str, words: str, *, at: datetime) -> ChoiceEvent:
    event = ChoiceEvent(
        tenant_id=row.tenant_id,
        id=uuid7(),
        choice_id=row.id,
        state=state,
        words=words,
        by_name=MAYOR if state == "chosen" else OFFICER,
        at=at,
    )
    db.session.add(event)
    db.session.flush()
    return event


def _move_needs(
    tenant_id: int, problem: Problem, row: Choice, event: ChoiceEvent, *, now: datetime
) -> None:
    """Take the problem's needs into the budget, as the job does."""
    mine = (Need.tenant_id == tenant_id) & (Need.problem_id == problem.id)
    for case_id in db.session.query(Need.case_id).where(mine).all():
        case = db.session.get(Case, (tenant_id, case_id[0]))
        if case is not None:
            text = telling.words_of(row, event, "ka")
            asked = StepAsked(name="into_budget", actor=SYSTEM, text=text)
            take_step(registry(), case, asked=asked, now=min(event.at + timedelta(days=1), now))
