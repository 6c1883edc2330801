"""Promises for the demo: some kept, one moved, one not kept, most still to come."""

from __future__ import annotations

from datetime import datetime, timedelta

from mms_core.cases.log import SYSTEM, Actor
from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.promises import rules
from mms_core.promises.models import Promise

WHAT = {
    "lighting": ("ლამპიონების მონტაჟი და ჩართვა", "კეთილმოწყობის სამსახური"),
    "roads": ("გზის ამ მონაკვეთის შეკეთება", "ინფრასტრუქტურის სამსახური"),
    "transport": ("მოძრაობის ახალი განრიგის ამოქმედება", "ტრანსპორტის განყოფილება"),
    "greenery": ("ნერგების დარგვა და მორწყვის მოწყობა", "გამწვანების სამსახური"),
}
OTHER = ("სამუშაოს დასრულება და შედეგის გამოქვეყნება", "მერიის აპარატი")
TERM = timedelta(days=75)  # from the answer to the promised day
LATE = timedelta(days=10)
REASON = "მასალის მიწოდება დაგვიანდა; სამუშაო უკვე დაწყებულია."


def make(case: Case, *, category: str, actor: Actor, at: datetime) -> Promise:
    """Promise something with an answer."""
    text, unit = WHAT.get(category, OTHER)
    due = local_day(at + TERM)
    row = rules.promise(case, text=text, due_on=due, unit=unit, actor=actor, now=at)
    db.session.flush()
    return row


def go_on(
    row: Promise, case: Case, *, actor: Actor, now: datetime, done: datetime | None, dice: int
) -> None:
    """Let time pass over a promise: kept when the work was done, else moved or let slip."""
    due = datetime.combine(row.due_on, row.made_at.timetz())
    if done is not None and done < now:
        rules.keep(row, case, text="სამუშაო დასრულდა.", actor=actor, now=done)
    elif due + LATE < now and dice % 2:
        rules.lapse(row, case, actor=SYSTEM, now=due + LATE)
    elif due < now:
        later = local_day(now + timedelta(days=20 + dice % 40))
        rules.move(row, case, due_on=later, reason=REASON, actor=actor, now=due)
