"""What the stories of ideas share: a hall with the module on, people, a filled form."""

from __future__ import annotations

import io
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from mms_core import db as database
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import StepAsked, by_number, take_step
from mms_core.db import NATION, db
from mms_core.jobs import queue, use_app
from mms_core.left import LEFT
from mms_core.people import rules as people
from mms_core.switching.rules import Decision, configure, switch
from mms_core.tenancy import rules as tenancy

MODULE = "your_idea_to_mayor"
PASSWORD = "three quiet mountains"
TITLE = "გზის განათება სკოლასთან ჭალადიდში"
BODY = "საღამოობით ბავშვები ბნელ გზაზე დადიან. საჭიროა ორი ლამპიონი და გადასასვლელი."
FORM = {
    "title": TITLE,
    "body": BODY,
    "category": "lighting",
    "settlement": "ჭალადიდი",
    "name": "ნინო ნიმუშაძე",
    "email": "nino@posta.example",
    "phone": "",
    "shown": "first",
    "seen": "yes",  # ideas that ask for the same, if there are any
}


@contextmanager
def hall(app: Flask, slug: str = "zugdidi") -> Iterator[Any]:
    """Work in a hall's rules; what is done is committed."""
    with app.app_context():
        tenant = _bound(slug)
        yield tenant
        database.commit()


def _bound(slug: str) -> Any:
    database.bind(NATION)
    tenant: Any = tenancy.by_slug(slug)
    database.bind(tenant.id)
    return tenant


def turn(app: Flask, state: str, slug: str = "zugdidi", **settings: Any) -> None:
    """Switch the module in a hall, and set it."""
    registry = app.extensions["mms_modules"]
    with hall(app, slug) as tenant:
        decision = Decision(state=state, decided_by="ტესტი")
        switch(registry, tenant.id, module=MODULE, decision=decision)
        if settings:
            configure(registry, tenant.id, module=MODULE, settings=settings, decided_by="ტესტი")


def person(app: Flask, email: str, *, role: str = "", slug: str = "zugdidi") -> FlaskClient:
    """Make an account, with a role in a hall if asked, and give its signed-in browser."""
    with app.app_context():
        database.bind(NATION)
        account = people.create_account(
            email, first_name="დავით", last_name="ნიმუშაძე", password=PASSWORD, level=1
        )
        if role:
            tenant: Any = tenancy.by_slug(slug)
            people.grant(account.id, role, tenant_id=tenant.id)
        database.commit()
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code in {302, 303}, answer.status_code
    return client


def give(client: FlaskClient, slug: str = "zugdidi", **changes: Any) -> Any:
    """Send the form, with some fields changed, and the proof of work that a browser makes."""
    typed = {**FORM, "altcha": proof(client, slug), **changes}
    return client.post(f"/{slug}/ideas/new", data=typed, content_type="multipart/form-data")


def proof(client: FlaskClient, slug: str = "zugdidi") -> str:
    """Count as a browser does until the hash fits."""
    found = client.get(f"/{slug}/moderation/challenge")
    if found.status_code != 200:  # as when the database is away
        return ""
    task = found.get_json()
    numbers = range(task["maxNumber"] + 1)
    hashes = (sha256(f"{task['salt']}{number}".encode()).hexdigest() for number in numbers)
    number = next(n for n, found in enumerate(hashes) if found == task["challenge"])
    return b64encode(json.dumps(task | {"number": number}).encode()).decode()


def given(client: FlaskClient, slug: str = "zugdidi", **changes: Any) -> str:
    """Give an idea and return its number."""
    answer = give(client, slug, **changes)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    found = re.search(r"/ideas/([A-Z]{3}-\d{4}-\d+-\d)/receipt", answer.location)
    assert found, answer.location
    return found.group(1)


def followed(app: Flask) -> None:
    """Let the worker do what posts have left it, such as sending the receipts."""
    use_app(app)
    with app.app_context():
        database.bind(NATION)
        rows = db.session.execute(delete(LEFT).returning(LEFT)).all()
        database.commit()
    for row in rows:
        queue.tasks[row.task].func(row.municipality_id, str(row.row_id))


def answer(app: Flask, number: str, step: str, text: str = "", **asked: Any) -> None:
    """Take a step with an idea as an operator of the hall does."""
    with hall(app, asked.pop("slug", "zugdidi")) as tenant:
        case = by_number(tenant.id, number, lock=True)
        actor = Actor(role=asked.get("role", "operator"), name="ოპერატორი")
        wanted = StepAsked(name=step, actor=actor, text=text)
        now = asked.get("now") or datetime.now(UTC)
        take_step(app.extensions["mms_modules"], case, asked=wanted, now=now)


def cases(app: Flask, slug: str = "zugdidi") -> list[str]:
    """Give the numbers of a hall's cases."""
    with hall(app, slug):
        return list(db.session.scalars(select(Case.number).order_by(Case.opened_at)))


def picture(name: str = "photo.jpg", *, size: tuple[int, int] = (600, 400)) -> Any:
    """Make a picture as a form brings it."""
    from PIL import Image

    raw = io.BytesIO()
    Image.new("RGB", size, (90, 140, 90)).save(raw, "JPEG")
    raw.seek(0)
    return raw, name
