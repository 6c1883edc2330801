"""What the stories of the reception's day share: a hall with the module on, people, days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mms_core import db as database
from mms_core.cases.models import Case
from mms_core.db import NATION, db
from mms_core.people import rules as people
from mms_core.switching.rules import Decision, configure, switch
from mms_core.tenancy import rules as tenancy
from mms_core.testing import page

MODULE, SLUG = "citizen_reception", "tskaltubo"
BASE = f"/{SLUG}/reception"
PASSWORD = "three quiet mountains"
WHO = {"name": "ნინო ნიმუშაძე", "email": "nino@posta.example"}


@contextmanager
def hall(app: Flask, slug: str = SLUG) -> Iterator[Any]:
    """Work in a hall's rules; what is done is committed."""
    with app.app_context():
        database.bind(NATION)
        tenant: Any = tenancy.by_slug(slug)
        database.bind(tenant.id)
        yield tenant
        database.commit()


def turn(app: Flask, state: str = "on", **settings: Any) -> None:
    """Switch the module in the hall, and set it."""
    registry = app.extensions["mms_modules"]
    with hall(app) as tenant:
        switch(registry, tenant.id, module=MODULE, decision=Decision(state=state, decided_by="ტ"))
        if settings:
            configure(registry, tenant.id, module=MODULE, settings=settings, decided_by="ტ")


def person(app: Flask, word: str, *, role: str = "") -> FlaskClient:
    """Make an account, with a role if asked, and sign it in."""
    with app.app_context():
        database.bind(NATION)
        account = people.create_account(
            f"{word}@posta.example", first_name=word, last_name="ნიმუშაძე", password=PASSWORD,
            level=1,
        )  # fmt: skip
        tenant: Any = tenancy.by_slug(SLUG)
        if role:
            people.grant(
                account.id, role, tenant_id=0 if role in {"clerk", "ministry"} else tenant.id
            )
        database.commit()
    client = app.test_client()
    sent = client.post("/sign-in", data={"email": f"{word}@posta.example", "password": PASSWORD})
    assert sent.status_code in {302, 303}, sent.status_code
    return client


def number_in(answer: Any) -> str:
    """Give the number of the case to which a form led."""
    assert answer.status_code == 303, page(answer)
    found = re.search(r"/cases/([A-Z]{3}-\d{4}-\d+-\d)", answer.location)
    assert found, answer.location
    return found[1]


def state_of(app: Flask, number: str) -> str:
    """Say where a case stands."""
    with hall(app):
        return str(db.session.scalar(sa.select(Case.state).where(Case.number == number)))


def step(client: FlaskClient, app: Flask, number: str, name: str, **more: str) -> Any:
    """Take a step at the desk; the step's own fields are named with it."""
    with hall(app):
        version = db.session.scalar(sa.select(Case.version).where(Case.number == number))
    given = {f"{name}.{field}": value for field, value in more.items() if field != "text_step"}
    data = {"do": "step", "step": name, "version": str(version), **given}
    return client.post(
        f"/{SLUG}/desk/{number}", data=data | {"text_step": more.get("text_step", "")}
    )


def ahead(days: int, hour: int = 12) -> datetime:
    """Give a moment some days ahead, at an hour in Georgia."""
    day = (datetime.now(UTC) + timedelta(days=days)).date()
    return datetime(day.year, day.month, day.day, hour - 4, tzinfo=UTC)
