"""A citizen keeps their profile, sees their number masked, and reads who looked at their data."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core import db as database
from mms_core.db import NATION
from mms_core.people import rules
from mms_core.people.current import Person
from mms_core.testing import page

GOOD = {
    "first_name": "ნინო",
    "last_name": "ნიმუშაძე",
    "phone": "599 12 34 56",
    "language": "ka",
    "birth_date": "1986-04-12",
    "citizenship": "GE",
    "personal_number": "00000000012",
}


@pytest.fixture
def nino(app: Flask) -> FlaskClient:
    with app.app_context():
        database.bind(NATION)
        rules.create_account("nino@posta.example", password="three quiet mountains")
        database.commit()
    client = app.test_client()
    client.set_cookie("mms_language", "en")
    client.post(
        "/sign-in", data={"email": "nino@posta.example", "password": "three quiet mountains"}
    )
    return client


def test_the_number_is_kept_and_shown_masked(nino: FlaskClient) -> None:
    assert nino.post("/my/profile", data=GOOD).status_code == 303
    shown = page(nino.get("/my/profile"))
    assert "000******12" in shown
    assert "00000000012" not in shown
    assert "599 12 34 56" in shown
    again = GOOD | {"personal_number": "000******12", "last_name": "სხვაძე"}
    assert nino.post("/my/profile", data=again).status_code == 303
    assert "სხვაძე" in page(nino.get("/my/profile"))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("personal_number", "0000000O012", "there are letters"),
        ("personal_number", "123", "has 11 digits; you typed 3"),
        ("personal_number", "111******12", "Type all 11 digits"),
        ("phone", "12", "not a phone number"),
        ("birth_date", "12.04.1986", "year, month, day"),
        ("birth_date", "2999-01-01", "cannot be right"),
        ("first_name", "", "Type your first name"),
        ("municipality", "9999", "Choose a municipality"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    nino: FlaskClient, field: str, typed: str, said: str
) -> None:
    answer = nino.post("/my/profile", data=GOOD | {field: typed})
    shown = page(answer)
    assert answer.status_code == 422
    assert said in shown
    assert f'href="#field-{field}"' in shown
    assert "ნიმუშაძე" in shown


def test_what_an_officer_has_checked_is_not_changed_by_oneself(
    app: Flask, nino: FlaskClient
) -> None:
    nino.post("/my/profile", data=GOOD)
    with app.app_context():
        database.bind(NATION)
        account = rules.by_email("nino@posta.example")
        assert account is not None
        rules.confirm_identity(account.id, 2, checked_by="ეკა მაგალითელი")
        database.commit()
    refused = nino.post("/my/profile", data=GOOD | {"last_name": "სხვაძე"})
    assert refused.status_code == 422
    assert "have been checked" in page(refused)
    moved = GOOD | {"phone": "", "personal_number": "000******12"}
    assert nino.post("/my/profile", data=moved).status_code == 303


def test_the_citizen_reads_who_looked_and_why(app: Flask, nino: FlaskClient) -> None:
    assert "Nobody has looked" in page(nino.get("/my/looked-at"))
    with app.app_context():
        database.bind(NATION)
        account = rules.by_email("nino@posta.example")
        assert account is not None
        viewer = Person(id=database.uuid7(), name="ლევან მაგალითაძე")
        rules.look_at_personal_data(
            viewer, account.id, what="Name and phone", case_number="TSK-26-00017", tenant_id=39
        )
        database.commit()
    shown = page(nino.get("/my/looked-at"))
    for word in ("ლევან მაგალითაძე", "TSK-26-00017", "Name and phone"):
        assert word in shown
