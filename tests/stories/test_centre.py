"""A clerk of a community centre finds any municipality and any case."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core.cases.numbers import make
from mms_core.testing import make_person, page, sign_in


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    make_person(app, "clerk-of-a-test", ("clerk", 0))
    return sign_in(app, "clerk-of-a-test")


def test_signing_in_leads_a_clerk_to_the_centre(clerk: FlaskClient) -> None:
    assert clerk.get("/centre/").status_code == 200


def test_a_clerk_finds_any_municipality_however_it_is_typed(clerk: FlaskClient) -> None:
    for typed in ("zugdidi", "ზუგდიდი", "zugdidi"):
        assert 'href="/centre/for/zugdidi"' in page(clerk.get(f"/centre/?q={typed}"))


def test_a_number_leads_to_its_municipality(clerk: FlaskClient) -> None:
    number = make("ZUG", year=2026, running=12)
    answer = clerk.get(f"/centre/case?number={number.lower()}")
    assert (answer.status_code, answer.location) == (303, f"/zugdidi/cases/{number}")


def test_a_wrong_digit_is_said_at_the_field(clerk: FlaskClient) -> None:
    answer = clerk.get("/centre/case?number=ZUG-2026-000012-0")
    assert answer.status_code == 422
    assert "ნომერი არასწორია" in page(answer)
    assert "ZUG-2026-000012-0" in page(answer)


def test_others_do_not_come_in(app: Flask, client: FlaskClient) -> None:
    assert "/sign-in" in str(client.get("/centre/").location)
    make_person(app, "citizen-of-a-test")
    assert sign_in(app, "citizen-of-a-test").get("/centre/").status_code == 403
