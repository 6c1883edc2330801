"""What the tests of cases share: a hall in which ideas are opened, moved and read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine

from mms_core import db as database
from mms_core.cases.applying import Apply, register
from mms_core.cases.forwarding import Forward, forward
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import (
    Contact,
    NewCase,
    StepAsked,
    by_number,
    open_case,
    take_step,
    type_of,
)
from mms_core.config import Settings
from mms_core.contributions import APPLY, FORWARD, CaseType
from mms_core.db import admin_url, db
from mms_core.tenancy import rules as tenancy
from plugins.your_idea_to_mayor.models import Idea

MODULE, KIND = "your_idea_to_mayor", "idea"
TSKALTUBO, ZUGDIDI = 39, 46
OPERATOR = Actor(role="operator", name="ნ. ნიმუშაძე")
WORDS = "ვრცელი პასუხი მოქალაქეს."


def case_type(app: Flask) -> CaseType:
    """Give the real module's table."""
    found: CaseType = app.extensions["mms_modules"].case_type(MODULE, KIND)
    return found


@contextmanager
def hall(app: Flask, tenant_id: int = TSKALTUBO) -> Iterator[Any]:
    """Work in a hall; what is done is committed, and undone when something is raised."""
    with app.app_context():
        database.bind(database.NATION)
        tenant = tenancy.by_id(tenant_id)
        database.bind(tenant_id)
        yield tenant
        database.commit()


def opened(app: Flask, tenant: Any, *, title: str = "სკვერი ცენტრში", **more: Any) -> Case:
    """Open an idea within the running transaction."""
    new = NewCase(
        title=title,
        body=more.pop("body", WORDS),
        contact=Contact(**more.pop("contact", {})),
        **more,
    )
    registry, now = app.extensions["mms_modules"], datetime.now(UTC)
    case = open_case(registry, case_type(app), module=MODULE, tenant=tenant, new=new, now=now)
    # The module writes its own row right after, and keeps it in step with each move.
    own = {"tenant_id": tenant.id, "case_id": case.id, "state": case.state}
    db.session.add(Idea(**own, category=case.topic, settlement=case.place, opened_at=now))
    db.session.flush()
    return case


def number_of_new(app: Flask, tenant_id: int = TSKALTUBO, **more: Any) -> str:
    """Open an idea, commit, and give its number."""
    with hall(app, tenant_id) as tenant:
        return str(opened(app, tenant, **more).number)


def moved(app: Flask, number: str, step: str, text: str = WORDS, **asked: Any) -> None:
    """Take a step with a case and commit."""
    with hall(app, asked.pop("tenant_id", TSKALTUBO)) as tenant:
        case = by_number(tenant.id, number, lock=True)
        actor, registry = asked.pop("actor", OPERATOR), app.extensions["mms_modules"]
        if step == FORWARD:  # which goes by a form of its own
            to = Forward(reasons=text, body="გზების დეპარტამენტი")
            forward(registry, case, to=to, actor=actor, now=datetime.now(UTC))
            return
        if step == APPLY:
            register(registry, case, asked=Apply(reasons=text), actor=actor, now=datetime.now(UTC))
            return
        known = type_of(registry, case).step(step)
        if known is not None and known.reasons:
            asked.setdefault("data", {"reason": known.reasons[0].name})
        wanted = StepAsked(name=step, actor=actor, text=text, **asked)
        take_step(registry, case, asked=wanted, now=datetime.now(UTC))


def admin(settings: Settings) -> Engine:
    """Give the administrator's door, past every policy."""
    return create_engine(admin_url(settings), poolclass=NullPool)
