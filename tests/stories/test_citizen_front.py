"""A hall's front page, the statements that the law asks for, and an open ear on every page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.messages.models import NationalLetter
from mms_core.testing import page
from tests.stories.idea_kit import TITLE, answer, given, turn


def test_a_hall_without_services_still_helps(client: FlaskClient) -> None:
    shown = page(client.get("/abasha/"))
    assert "რით შეგვიძლია დაგეხმაროთ?" in shown
    assert "/abasha/cases/" in shown
    assert "info@abasha.example" in shown


def test_services_and_answers_appear_on_the_front_page(app: Flask, client: FlaskClient) -> None:
    turn(app, "on")
    number = given(app.test_client())
    before = page(client.get("/zugdidi/"))
    assert "/zugdidi/ideas/" in before
    assert TITLE not in before
    answer(app, number, "accept", "დიახ, მარტში.")
    assert TITLE in page(client.get("/zugdidi/"))
    turn(app, "off")
    after = page(client.get("/zugdidi/"))
    assert "/zugdidi/ideas/" not in after
    assert TITLE not in after


@pytest.mark.parametrize("language", ["ka", "en"])
@pytest.mark.parametrize("path", ["/accessibility", "/personal-data"])
def test_the_statements_stand_for_the_nation_and_each_hall(
    client: FlaskClient, language: str, path: str
) -> None:
    client.get(f"/language/{language}")
    assert client.get(path).status_code == 200
    assert "info@zugdidi.example" in page(client.get(f"/zugdidi{path}"))


def letters(app: Flask) -> list[NationalLetter]:
    with app.app_context():
        database.bind(NATION)
        return list(db.session.scalars(select(NationalLetter)))


def test_feedback_on_a_page_goes_to_its_hall_once(app: Flask, client: FlaskClient) -> None:
    assert "/page-feedback?page=/zugdidi/cases/" in page(client.get("/zugdidi/cases/"))
    form = {"text": "ღილაკი არ ჩანს.", "email": "", "page": "/zugdidi/cases/", "_key": "one"}
    for _again in range(2):
        assert client.post("/page-feedback", data=form).location.endswith("/zugdidi/cases/")
    sent = letters(app)
    assert [letter.recipient for letter in sent] == ["info@zugdidi.example"]
    assert "ღილაკი არ ჩანს." in sent[0].body


def test_empty_feedback_is_asked_again_and_no_page_elsewhere_is_followed(
    app: Flask, client: FlaskClient
) -> None:
    empty = client.post("/page-feedback", data={"text": " ", "page": "//evil.example/"})
    assert empty.status_code == 422
    form = {"text": "კარგი საიტია.", "page": "//evil.example/", "_key": "two"}
    assert client.post("/page-feedback", data=form).location == "/"
    assert len(letters(app)) == 1
