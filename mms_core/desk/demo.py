"""The demo's working day: cases in hands, a filter that colleagues share, a holiday ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.desk.rules import assign
from mms_core.desk.saved import save
from mms_core.people.current import Person
from mms_core.people.rules import Colleague, staff_of
from mms_core.units import absence
from mms_core.units.demo import HALLS

HANDS = ("operator", "operator", "head", "operator", "mayor")  # who takes the open cases in turn


def fill(tenant: Any, *, now: datetime) -> None:
    """Put a hall's open cases into hands, and show what officers keep for themselves."""
    staff = {role: one for one in staff_of(tenant.id) for role in one.roles}
    if tenant.slug not in HALLS or not {"operator", "head", "mayor"} <= set(staff):
        return
    head = Actor(role="head", id=staff["head"].id, name=staff["head"].name)
    mine = (Case.tenant_id == tenant.id) & Case.is_open & Case.answered_at.is_(None)
    waiting = db.session.scalars(select(Case).where(mine).order_by(Case.number)).all()
    for place, case in enumerate(waiting[: len(HANDS)]):
        assign(case, staff[HANDS[place]], actor=head, now=min(now, case.updated_at))
    _keep(tenant, staff, now=now)


def _keep(tenant: Any, staff: dict[str, Colleague], *, now: datetime) -> None:
    operator, head, today = staff["operator"], staff["head"], local_day(now)
    person = Person(id=operator.id, name=operator.name)
    save(tenant.id, person, name="ვადაგასული", asked={"due": "overdue"}, shared=True)
    absence.set_away(
        tenant.id,
        head,
        deputy=operator,
        from_on=today + timedelta(days=12),
        until_on=today + timedelta(days=25),
        today=today,
        set_by=head.name,
    )
