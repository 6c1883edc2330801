"""What a citizen says of an answered case: how it was handled, whether it helped, once more please.

A tap is a POST of its own and the first one counts, so that neither a letter's link nor a program
that opens links ever rates anything. Words are the citizen's and never enter the event log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from mms_core import clock
from mms_core.cases import merging
from mms_core.cases.correspondence import words, write
from mms_core.cases.deadlines import due_here
from mms_core.cases.log import SYSTEM, Actor, Entry, append
from mms_core.cases.models import Case
from mms_core.cases.rules import StepAsked, take_step, type_of
from mms_core.citizen.models import Opinion
from mms_core.clock import local_day
from mms_core.contributions import CaseType, Step
from mms_core.db import db
from mms_core.errors import Invalid, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.monitoring.counters import count
from mms_core.promises.rules import promise

SCORES = {
    1: _("Very bad"),
    2: _("Bad"),
    3: _("Neither good nor bad"),
    4: _("Good"),
    5: _("Very good"),
}
SOLVED = {"yes": _("Yes"), "partly": _("Partly"), "no": _("No")}
REASONS = {
    "not_done": _("What was promised has not been done"),
    "beside": _("The answer is about something else"),
    "unclear": _("The answer is not clear"),
    "wrong": _("The answer is not right"),
    "other": _("Something else"),
}
REOPENING, NEW_LOOK = "reopening", "another_look"  # policies
MOST = 2  # times that a citizen can have one case looked at once more
AGAIN = {
    "ka": "საქმეს კიდევ ერთხელ განვიხილავთ და გიპასუხებთ",
    "en": "The case is looked at once more and answered",
}


@dataclass(frozen=True, kw_only=True)
class Asks:
    """What the page of a case asks its citizen now."""

    opinion: Opinion | None
    rating: bool = False
    words: bool = False
    solved: bool = False
    first_time: bool = False
    reopening: bool = False
    until: date | None = None  # the last day for another look


def of_case(case: Case, *, lock: bool = False) -> Opinion | None:
    """Give what the citizen has said of a case so far."""
    row = Opinion
    mine = select(row).where(row.tenant_id == case.tenant_id, row.case_id == case.id)
    found: Opinion | None = db.session.scalars(mine.with_for_update() if lock else mine).first()
    return found


def asks(case: Case, case_type: CaseType | None, *, now: datetime) -> Asks:
    """Tell what to ask on the citizen's page; each question is asked until it is answered."""
    said = of_case(case)
    score, solved = (said.score, said.solved) if said else (None, "")
    answered, until = case.answered_at is not None, last_day(case)
    may = reopening_step(case, case_type) is not None and (said.reopened if said else 0) < MOST
    in_time = until is not None and local_day(now) <= until
    return Asks(
        opinion=said,
        rating=answered and score is None,
        words=score is not None and not (said and said.words),
        solved=answered and not solved,
        first_time=said is None or said.first_time is None,
        reopening=answered and may and in_time and solved in {"partly", "no"},
        until=until if answered else None,
    )


def reopening_step(case: Case, case_type: CaseType | None) -> Step | None:
    """Find the step by which the citizen has the case looked at once more, if its table has one."""
    steps = case_type.steps_from(case.state) if case_type else ()
    return next((s for s in steps if s.name == "reopen" and "citizen" in s.by), None)


def last_day(case: Case) -> date | None:
    """Give the last day on which the citizen can have an answered case looked at once more."""
    answered = max(filter(None, (case.answered_at, case.closed_at)), default=None)
    if answered is None:
        return None
    return due_here(case.tenant_id, clock.policies()[REOPENING], start=answered).date


def rate(case: Case, score: int, *, now: datetime) -> Opinion:
    """Keep the rating; the first one counts. Invalid for no score, Refused for a second one."""
    if score not in SCORES:
        raise Invalid(
            _("Choose one of the five."), fields={"score": [_("Choose one of the five.")]}
        )
    _answered(case)
    row = _row(case)
    if row.score is not None:
        raise Refused(_("You have rated it already; the first rating counts."))
    row.score, row.scored_at = score, now
    _count(case, {"rated": 1, "rating_points": score, "rated_good": int(score >= 4)}, now=now)
    return row


def say(case: Case, text: str) -> Opinion:
    """Keep a few words beside the rating; they are read by the hall and never published."""
    row = _row(case)
    if row.score is None:
        raise Refused(_("Choose a rating first."))
    if row.words:
        raise Refused(_("Your words are kept already."))
    row.words = words(text)
    return row


def tell_solved(case: Case, answer: str, *, now: datetime) -> Opinion:
    """Keep whether the matter was solved; the first word on each answer counts."""
    if answer not in SOLVED:
        none = _("Choose yes, partly or no.")
        raise Invalid(none, fields={"solved": [none]})
    _answered(case)
    row = _row(case)
    if row.solved:
        raise Refused(_("You have said so already."))
    row.solved, row.solved_at = answer, now
    _count(case, {"solved_asked": 1, "solved_yes": int(answer == "yes")}, now=now)
    return row


def tell_first_time(case: Case, *, first: bool, now: datetime) -> Opinion:
    """Keep whether this is the citizen's first time to turn to the hall; a figure, no more."""
    row = _row(case)
    if row.first_time is not None:
        raise Refused(_("You have said so already."))
    row.first_time = first
    _count(case, {"voices_asked": 1, "first_voices": int(first)}, now=now)
    return row


def reopen(
    registry: Registry, case: Case, *, reason: str, text: str, actor: Actor, now: datetime
) -> Case:
    """Have an answered case looked at once more, by another officer if the hall has one.

    Invalid (fields `reason`, `text`), Refused after the period, a third time, or where the table
    of the case knows no such step. The hall owes a new answer by the date of `another_look`.
    """
    if reason not in REASONS:
        none = _("Choose the reason.")
        raise Invalid(none, fields={"reason": [none]})
    plain = words(text, required=reason == "other")
    row, until = _row(case), last_day(case)
    if reopening_step(case, type_of(registry, case)) is None or until is None:
        raise Refused(_("This case cannot be looked at once more now."))
    if local_day(now) > until:
        raise Refused(_("The time for another look is over. You can send a new case."))
    if row.reopened >= MOST:
        raise Refused(_("It was looked at once more already, as often as possible."))
    if case.merged_into is not None:  # what helped the others did not help here
        merging.split(registry, case, actor=SYSTEM, now=now)
    row.reopened, row.solved = row.reopened + 1, ""
    if plain:
        write(case, "in", plain, actor=actor, now=now)
    asked = StepAsked(name="reopen", actor=actor, data={"citizens_reason": reason})
    take_step(registry, case, asked=asked, now=now)
    _to_another_look(case, now=now)
    _count(case, {"reopened_by_citizen": 1}, now=now)
    return case


def _to_another_look(case: Case, *, now: datetime) -> None:
    """Take the case off the officer who answered, and promise the citizen a date."""
    if case.assignee_id is not None:
        case.assignee_id, case.assignee_name = None, ""
        append(case, Entry(kind="assigned", actor=SYSTEM), at=now)
    due = due_here(case.tenant_id, clock.policies()[NEW_LOOK], start=now).date
    said = AGAIN["ka" if case.language == "ka" else "en"]
    promise(case, text=said, due_on=due, actor=SYSTEM, now=now, public=False)


def _answered(case: Case) -> None:
    if case.answered_at is None:
        raise Refused(_("The city hall has not answered yet."))


def _row(case: Case) -> Opinion:
    row = of_case(case, lock=True)
    if row is None:
        row = Opinion(tenant_id=case.tenant_id, case_id=case.id, words="", solved="", reopened=0)
        db.session.add(row)
    return row


def _count(case: Case, measures: Mapping[str, int], *, now: datetime) -> None:
    days: dict[Any, dict[str, int]] = {local_day(now): {n: v for n, v in measures.items() if v}}
    count(case.tenant_id, case.module, days)
