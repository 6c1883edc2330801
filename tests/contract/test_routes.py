"""Laws of every route: as a stranger, a wrong citizen and a wrong hall's operator."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from mms_core import db as database
from mms_core.switching.rules import Decision, switch
from mms_core.testing import make_person, sign_in

HALL, SLUG = 39, "tskaltubo"
OTHER = 46
DENIED = {401, 403, 404, 405}
FILL = {
    "slug": SLUG, "number": "TSK-2026-000001-1",
    "attachment_id": "0190f0f0-0000-7000-8000-000000000000",
    "code": "en", "module": "your_idea_to_mayor", "name": "your_idea_to_mayor", "path": "x.css",
    "filename": "x.css", "other": "zugdidi", "word": "x", "token": "x",
}  # fmt: skip


def rules_of(app: Flask) -> list[Rule]:
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    assert len(found) > 30
    return found


def address(app: Flask, rule: Rule) -> str:
    values = {}
    for argument in rule.arguments:
        converter = type(rule._converters[argument]).__name__  # noqa: SLF001 - no public way to ask
        values[argument] = FILL.get(argument, "x")
        if converter == "UUIDConverter":
            values[argument] = FILL["attachment_id"]
        if converter == "IntegerConverter":
            values[argument] = 1
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, values, method=method(rule))
    return str(built)


def method(rule: Rule) -> str:
    return "GET" if "GET" in (rule.methods or ()) else "POST"


def staff_routes(app: Flask) -> list[Rule]:
    return [r for r in rules_of(app) if "/desk" in r.rule or r.rule.startswith("/ministry")]


@pytest.fixture
def people(app: Flask) -> dict[str, FlaskClient]:
    make_person(app, "wrong-operator", ("operator", OTHER), ("head", OTHER), ("mayor", OTHER))
    make_person(app, "wrong-citizen")
    return {word: sign_in(app, word) for word in ("wrong-operator", "wrong-citizen")}


def test_a_stranger_is_sent_to_sign_in_from_every_page_of_staff(
    app: Flask, client: FlaskClient
) -> None:
    for rule in staff_routes(app):
        answer = client.open(address(app, rule), method=method(rule))
        sent = answer.status_code in {302, 303} and "/sign-in" in str(answer.location)
        assert sent or answer.status_code in DENIED, (rule.rule, answer.status_code)


@pytest.mark.parametrize("word", ["wrong-operator", "wrong-citizen"])
def test_wrong_people_reach_no_page_of_staff(
    app: Flask, people: dict[str, FlaskClient], word: str
) -> None:
    for rule in staff_routes(app):
        for verb in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = people[word].open(address(app, rule), method=verb)
            assert answer.status_code in DENIED, (word, verb, rule.rule, answer.status_code)


def test_every_page_of_a_module_that_is_off_is_missing(app: Flask, client: FlaskClient) -> None:
    modules = app.extensions["mms_modules"].loaded
    assert modules
    for rule in rules_of(app):
        if rule.endpoint.partition(".")[0] in modules:
            for verb in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = client.open(address(app, rule), method=verb)
                assert answer.status_code == 404, (verb, rule.rule)


def test_a_module_in_trial_is_for_staff_only(
    app: Flask, client: FlaskClient, people: dict[str, FlaskClient]
) -> None:
    make_person(app, "right-operator", ("operator", HALL))
    registry = app.extensions["mms_modules"]
    with app.app_context():
        database.bind(HALL)
        for name in registry.loaded:
            switch(registry, HALL, module=name, decision=Decision(state="trial", decided_by="t"))
        database.commit()
    operator = sign_in(app, "right-operator")
    for loaded in registry.loaded.values():
        path = f"/{SLUG}/{loaded.module.path}/"
        assert operator.get(path).status_code == 200, path
        assert client.get(path).status_code == 404, path
        assert people["wrong-operator"].get(path).status_code == 404, path


def test_every_page_carries_the_strict_policy(app: Flask, client: FlaskClient) -> None:
    for rule in rules_of(app):
        answer = client.open(address(app, rule), method=method(rule))
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, rule.rule
        assert answer.status_code < 500, (rule.rule, answer.status_code)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", rule.rule
