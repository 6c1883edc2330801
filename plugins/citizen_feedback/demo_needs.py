"""The demo's needs and the problems they are grouped into, through the real rules."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import StepAsked, take_step
from mms_core.db import db
from mms_core.i18n import TBILISI
from mms_core.modules import registry
from mms_core.people.current import Person
from mms_core.people.rules import by_email
from plugins.citizen_feedback import needs, problems
from plugins.citizen_feedback.need_models import Need, Problem
from plugins.citizen_feedback.settings import settings_now

OFFICER = Actor(role="operator", name="ლ. მაგალითაძე")


def fill(
    tenant: Any, texts: Mapping[str, Any], *, places: list[str], now: datetime
) -> dict[str, Problem]:
    """Let residents name needs in spring, and group them; gives the problems by their keys."""
    begun = datetime(now.astimezone(TBILISI).year, 2, 10, 11, tzinfo=TBILISI)
    found: dict[str, Problem] = {}
    for text in texts["problem"]:
        words = {name: text[name] for name in ("title", "title_en", "description", "category")}
        new = problems.NewProblem(**words, made_by=OFFICER.name)
        found[text["key"]] = problems.make(tenant.id, new, now=begun)
    for place, text in enumerate(texts["need"]):
        at = min(begun + timedelta(days=9 * place, hours=place), now - timedelta(days=20 - place))
        case = _need(tenant, text, settlement=places[place % len(places)], at=at)
        _seen(case, text, at=at + timedelta(days=3))
        if "problem" in text:
            problems.join(found[text["problem"]], [case.id])
    return found


def _need(tenant: Any, text: Mapping[str, Any], *, settlement: str, at: datetime) -> Case:
    account = by_email("citizen@mms.example") if text.get("supports") == 17 else None
    person = Person(id=account.id if account else uuid.uuid4(), name="ნ. ნიმუშაძე",
                    email=account.email if account else None)  # fmt: skip
    need = needs.NewNeed(
        title=text["title"],
        body=text["text"],
        category=text["category"],
        settlement=settlement,
    )
    return needs.submit(
        registry(),
        tenant,
        need=need,
        giver=needs.giver_of(person),
        settings=settings_now(tenant.id),
        now=at,
    )


def _seen(case: Case, text: Mapping[str, Any], *, at: datetime) -> None:
    """Publish the need, and give it the supports of the text."""
    asked = StepAsked(name="consider", actor=OFFICER)
    take_step(registry(), case, asked=asked, now=at)
    own = (Need.tenant_id == case.tenant_id) & (Need.case_id == case.id)
    db.session.execute(update(Need).where(own).values(supports=text["supports"]))
