"""Shows the clock in the demo: a day off of one hall, a question to a citizen, an extension."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from mms_core import clock
from mms_core.cases import clockwork
from mms_core.cases.days_off import HallDayOff
from mms_core.cases.deadlines import policy_now
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.questions import ask_citizen
from mms_core.db import db
from mms_core.modules import Registry

OFFICER = Actor(role="operator", name="ნ. ნიმუშაძე")
QUESTION = "გთხოვთ, მოგვწეროთ ზუსტი ადგილი ან გამოგვიგზავნოთ ფოტო."
REASON = "საჭიროა ადგილზე შემოწმება და ხარჯთაღრიცხვის მომზადება."
LOOKED_AT = 50  # cases of the next dates
FLOOD = ("წყალდიდობის შედეგების სალიკვიდაციო დღე", "Clearing up after the flood")


def declare_day_off(tenant_id: int, *, now: datetime) -> None:
    """Declare a day off before the hall has cases, so that their dates know it."""
    day = clock.working_days_from(clock.local_day(now), 4)
    ka, en = FLOOD
    facts = {"act": "12-57", "declared_by": OFFICER.name, "declared_at": now}
    db.session.add(HallDayOff(tenant_id=tenant_id, day=day, name_ka=ka, name_en=en, **facts))
    db.session.flush()


def move_some(modules: Registry, tenant: Any, *, now: datetime) -> None:
    """Ask one citizen for something and extend another date, where the law allows it of a case."""
    today = clock.local_day(now)
    owed = select(Case).where(Case.tenant_id == tenant.id, Case.is_open, Case.answered_at.is_(None))
    soon = owed.where(Case.due_on > today).order_by(Case.due_on, Case.id).limit(LOOKED_AT)
    found = {case: modules.case_type(case.module, case.kind) for case in db.session.scalars(soon)}
    types = {case: case_type for case, case_type in found.items() if case_type}
    asked = next((case for case, found in types.items() if policy_now(case, found).cure), None)
    if asked:
        _ask(asked, types.pop(asked), now=now)
    longer = next((c for c, found in types.items() if policy_now(c, found).extension), None)
    if longer:
        _extend(longer, types[longer], now=now)


def _ask(case: Case, case_type: Any, *, now: datetime) -> None:
    ask_citizen(case, case_type, text=QUESTION, days=7, actor=OFFICER, now=now)


def _extend(case: Case, case_type: Any, *, now: datetime) -> None:
    clockwork.extend(case, case_type, days=5, reason=REASON, actor=OFFICER, now=now)
