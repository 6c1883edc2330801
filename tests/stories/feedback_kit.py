"""What the stories of feedback share: a hall with the module on, people, a programme, a voucher."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from mms_core import db as database
from mms_core.clock import local_day
from mms_core.db import NATION
from mms_core.people import rules as people
from mms_core.people import vault
from mms_core.switching.rules import Decision, configure, switch
from mms_core.tenancy import rules as tenancy
from plugins.citizen_feedback import programmes, proofs

MODULE, SLUG = "citizen_feedback", "tskaltubo"
PASSWORD = "three quiet mountains"
NUMBER = "01001012345"  # made up
YEAR = local_day(datetime.now(UTC)).year
TITLE = "უფასო სასადილო"
MARKS = {"mark_overall": "4", "mark_access": "2", "adult": "on"}


@contextmanager
def hall(app: Flask, slug: str = SLUG) -> Iterator[Any]:
    """Work in a hall's rules; what is done is committed."""
    with app.app_context():
        database.bind(NATION)
        tenant: Any = tenancy.by_slug(slug)
        database.bind(tenant.id)
        yield tenant
        database.commit()


def turn(app: Flask, state: str, slug: str = SLUG, **settings: Any) -> None:
    """Switch the module in a hall, and set it."""
    registry = app.extensions["mms_modules"]
    with hall(app, slug) as tenant:
        switch(registry, tenant.id, module=MODULE, decision=Decision(state=state, decided_by="ტ"))
        if settings:
            configure(registry, tenant.id, module=MODULE, settings=settings, decided_by="ტ")


def person(
    app: Flask, word: str, *, role: str = "", number: str = "", born: date | None = None,
    registered: int | None = None,
) -> FlaskClient:  # fmt: skip
    """Make an account, with a role in the hall or personal data if asked, and sign it in."""
    with app.app_context():
        database.bind(NATION)
        account = people.create_account(
            f"{word}@posta.example",
            first_name=word,
            last_name="ნიმუშაძე",
            password=PASSWORD,
            level=1,
        )
        if role:
            tenant: Any = tenancy.by_slug(SLUG)
            people.grant(account.id, role, tenant_id=0 if role == "clerk" else tenant.id)
        profile = people.profile_of(account.id)
        profile.birth_date, profile.municipality = born, registered
        profile.citizenship = "GE" if born else ""
        if number:
            profile.personal_number = vault.hide(number)
            people.confirm_identity(account.id, 2, checked_by="ტ")
        database.commit()
    client = app.test_client()
    sent = client.post("/sign-in", data={"email": f"{word}@posta.example", "password": PASSWORD})
    assert sent.status_code in {302, 303}, sent.status_code
    return client


def programme(app: Flask, *, year: int = YEAR, title: str = TITLE, publish: bool = True) -> str:
    """Enter a programme and give its code."""
    data = {
        "year": year, "kind": "social", "title": title, "unit": "სოციალური სამსახური",
        "starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31),
    }  # fmt: skip
    with hall(app) as tenant:
        row = programmes.add(tenant.id, data | dict.fromkeys(("title_en", "summary"), ""))
        row.entitled = row.how_to_apply = ""
        if publish:
            programmes.publish(row, now=datetime.now(UTC))
        return row.code


def vouchers(app: Flask, code: str, count: int = 1, *, expires: date | None = None) -> list[str]:
    """Make vouchers of a programme and give their codes."""
    with hall(app) as tenant:
        row = programmes.by_code(tenant.id, code, drafts=True)
        until = expires or date(row.year + 1, 1, 31)
        return proofs.codes(proofs.make_vouchers(row, count=count, expires_on=until, made_by="ტ"))


def rate(client: FlaskClient, voucher: str, **changes: str) -> Any:
    """Send the form of a voucher's rating."""
    return client.post(f"/{SLUG}/feedback/voucher/{voucher}", data=MARKS | changes)


def table(text: str, name: str = "list.csv") -> dict[str, Any]:
    """Give a form with a file of text."""
    return {"file": (io.BytesIO(text.encode()), name)}
