"""The module off, in trial, closing, and switched off while somebody is typing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import BODY, FORM, MODULE, TITLE, answer, cases, give, given, hall, person, turn
from sqlalchemy import event

from mms_core.db import db
from mms_core.testing import page

NUMBER = "ZUG-2026-000001-1"


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Every route of the module, filled in."""
    filled = {"<number>": NUMBER, "<slug>": "zugdidi"}
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(f"{MODULE}.") and "filename" not in rule.rule:
            path = rule.rule
            for part, value in filled.items():
                path = path.replace(part, value)
            found += [(m, path) for m in rule.methods or () if m in {"GET", "POST"}]
    return found


def test_off_is_404_on_every_route(app: Flask, client: FlaskClient) -> None:
    every = addresses(app)
    assert len(every) >= 6
    for method, path in every:
        assert client.open(path, method=method).status_code == 404, path
    staff = person(app, "op@posta.example", role="operator")
    for method, path in every:
        assert staff.open(path, method=method).status_code == 404, path


def test_an_idea_is_read_along_with_the_switch(app: Flask, client: FlaskClient) -> None:
    number = answered_idea(app, client)
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement.split(maxsplit=1)[0])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    assert TITLE in page(client.get(f"/zugdidi/ideas/{number}"))
    event.remove(engine, "before_cursor_execute", hear)
    # What is near it is looked for afterwards, for the worker has not come to it yet.
    assert heard[:5] == ["BEGIN", "SET", "SELECT", "SELECT", "COMMIT"]


@pytest.mark.parametrize("state", ["off", "trial"])
def test_what_is_read_along_with_the_switch_is_shown_to_nobody_who_may_not_enter(
    app: Flask, client: FlaskClient, state: str
) -> None:
    number = answered_idea(app, client)
    staff = person(app, "op@posta.example", role="operator")
    citizen = person(app, "davit@posta.example")
    turn(app, state)
    asked = ("", f"?q={number}", "?sort=supported", "?q=%")  # the last one is no question
    for path in (f"ideas/{number}", *(f"ideas/{one}" for one in asked)):
        for browser in (client, citizen, staff):
            found = browser.get(f"/zugdidi/{path}", follow_redirects=True)
            if state == "trial" and browser is staff:
                assert TITLE in page(found) or path.endswith("?q=%"), path
            else:
                assert found.status_code == 404, path
                assert "ჩართული არ არის" in page(found)
                assert TITLE not in page(found)


def test_a_way_to_ask_that_no_view_answers_is_guarded_too(app: Flask, client: FlaskClient) -> None:
    path = f"/zugdidi/ideas/{answered_idea(app, client)}"
    assert client.options(path).status_code == 200
    assert client.head(path).status_code == 200
    turn(app, "off")
    assert client.options(path).status_code == 404
    assert client.head(path).status_code == 404


def answered_idea(app: Flask, client: FlaskClient) -> str:
    """Give the number of an idea that everybody reads."""
    turn(app, "on")
    number = given(client)
    answer(app, number, "answer", "პასუხი გაცემულია ვადაში.")
    return number


def test_trial_is_for_staff_only(app: Flask, client: FlaskClient) -> None:
    turn(app, "trial")
    staff = person(app, "op@posta.example", role="operator")
    citizen = person(app, "davit@posta.example")
    for stranger in (client, citizen):
        assert stranger.get("/zugdidi/ideas/").status_code == 404
        assert stranger.get("/zugdidi/ideas/new").status_code == 404
        assert give(stranger).status_code == 404
    assert staff.get("/zugdidi/ideas/").status_code == 200
    given(staff)
    assert len(cases(app)) == 1


def test_closing_takes_nothing_new_and_works_to_the_end(app: Flask, client: FlaskClient) -> None:
    turn(app, "on")
    number = given(client)
    turn(app, "closing")
    listed = page(client.get("/zugdidi/ideas/"))
    assert "ახალი იდეები არ მიიღება" in listed
    assert client.get("/zugdidi/ideas/new").status_code == 409
    answer(app, number, "answer", "პასუხი გაცემულია ვადაში.")
    assert "პასუხი გაცემულია ვადაში." in page(client.get(f"/zugdidi/ideas/{number}"))


@pytest.mark.parametrize(("state", "status"), [("off", 404), ("closing", 409)])
def test_switched_off_while_typing(
    app: Flask, client: FlaskClient, state: str, status: int
) -> None:
    turn(app, "on")
    assert client.get("/zugdidi/ideas/new").status_code == 200
    turn(app, state)
    late = give(client)
    assert late.status_code == status
    assert TITLE in page(late), "what was typed is shown to be copied"
    assert BODY in page(late)
    assert "დააკოპირეთ" in page(late)
    assert cases(app) == []


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_the_session_ended_while_typing(guarded: Flask) -> None:
    turn(guarded, "on")
    client = guarded.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(client.get("/zugdidi/ideas/new")))
    assert token
    client.delete_cookie("mms_session")
    late = give(client, csrf_token=token.group(1), password="my secret words")
    words = page(late)
    assert late.status_code == 400
    assert FORM["body"] in words
    assert "my secret words" not in words
    assert cases(guarded) == []
    fresh = re.search(r'name="csrf_token" value="([^"]+)"', page(client.get("/zugdidi/ideas/new")))
    assert fresh
    assert give(client, csrf_token=fresh.group(1)).status_code == 303


def test_the_impact_card_counts(app: Flask, client: FlaskClient) -> None:
    turn(app, "on")
    first, second = given(client), given(client)
    given(client)
    answer(app, first, "accept", "გავაკეთებთ.")
    answer(app, second, "reject", "ვერ გავაკეთებთ.")
    with hall(app) as tenant:
        registry = app.extensions["mms_modules"]
        lines = registry.ask("mms_impact", MODULE, tenant=tenant)
    assert {line.name: line.count for line in lines} == {"waiting": 1, "promised": 1, "pages": 2}
