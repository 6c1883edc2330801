"""Ideas of the demo that ask for what another one asks for already, and are joined to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mms_core.cases import merging
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact
from mms_core.modules import Registry
from plugins.your_idea_to_mayor.rules import NewIdea, submit

MOST = 2
ALSO = "მეც ამას ვითხოვ: {title}"
BODIES = (
    "ჩვენს ოჯახსაც იგივე აწუხებს და მეზობლებიც ამბობენ, რომ ამის მოგვარება დიდი ხანია საჭიროა.",
    "სამი წელია ამაზე ვლაპარაკობთ უბანში. მოხარული ვიქნები, თუ მერია განიხილავს.",
)


def join(
    modules: Registry,
    tenant: Any,
    cases: Sequence[Case],
    *,
    settings: Mapping[str, Any],
    officer: Actor,
    now: datetime,
) -> None:
    """Give the newest open ideas a second author each, and join the two."""
    waiting = [case for case in cases if case.state == "under_review" and not case.answered_at]
    for number, lead in enumerate(waiting[-MOST:]):
        name = ("ნანა ნიმუშაძე", "ბექა ნიმუშაძე")[number % 2]
        idea = NewIdea(
            title=ALSO.format(title=lead.title),
            body=BODIES[number % 2],
            category=lead.topic,
            settlement=lead.place,
            contact=Contact(name=name, public_name=name.partition(" ")[0]),
        )
        at = min(lead.updated_at + timedelta(hours=5), now - timedelta(minutes=30))
        twin = submit(modules, tenant, idea=idea, settings=settings, now=at)
        joined = at + timedelta(minutes=20)
        merging.merge(modules, twin, lead, actor=officer, now=joined, reason="იმავე ადგილს ეხება.")
