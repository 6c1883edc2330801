"""A commitment is written, suspended with its reason, filled from live figures, talked about."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import MODULE, hall, turn

from mms_core.modules import Registry
from mms_core.switching.grounds import lay
from mms_core.testing import make_person, page, sign_in

FORM: dict[str, Any] = {
    "plan_ka": "გეგმა",
    "title_ka": "შენი იდეა მერს",
    "title_en": "Your idea to the mayor",
    "starts": "2018-06-01",
    "ends": "2019-12-31",
    "status": "running",
    "assessment": "partly",
    "sdg": "16",
    "values": ["transparency", "participation"],
    "modules": ["your_idea_to_mayor"],
    "tenants": ["46", "39"],
    "published": "true",
}
STEP = {
    "number": "5.2",
    "title_ka": "ამოქმედება",
    "title_en": "It works",
    "starts": "2018-10-01",
    "ends": "2019-06-30",
    "status": "suspended",
    "assessment": "not_done",
}
PLACE = "/ministry/commitments/"
ADDRESS = "your-idea-to-the-mayor"


@pytest.fixture
def ministry(app: Flask) -> FlaskClient:
    make_person(app, "ministry", ("ministry", 0))
    browser = sign_in(app, "ministry")
    browser.set_cookie("mms_language", "en")
    return browser


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    browser = app.test_client()
    browser.set_cookie("mms_language", "en")
    return browser


def write(ministry: FlaskClient, **changes: Any) -> None:
    assert ministry.get(f"{PLACE}new").status_code == 200
    answer = ministry.post(f"{PLACE}new", data=FORM | changes)
    assert answer.status_code == 303, page(answer)
    assert answer.location == f"{PLACE}{ADDRESS}"


def test_status_and_assessment_stand_as_two_things(
    ministry: FlaskClient, reader: FlaskClient
) -> None:
    write(ministry, published="")
    assert reader.get(f"/commitments/{ADDRESS}").status_code == 404, "a draft is the ministry's"
    assert ministry.post(f"{PLACE}{ADDRESS}", data=FORM).status_code == 303
    shown = page(reader.get(f"/commitments/{ADDRESS}"))
    for words in ("Status: In progress", "Assessment: Fulfilled in part", "June 2018", "16: Peace"):
        assert words in shown
    assert "Your idea to the mayor" in page(reader.get("/commitments/"))


def test_a_suspended_one_keeps_why_by_whom_and_what_follows(
    ministry: FlaskClient, reader: FlaskClient
) -> None:
    write(ministry)
    suspended = FORM | {"status": "suspended"}
    refused = ministry.post(f"{PLACE}{ADDRESS}", data=suspended)
    assert refused.status_code == 422
    assert "A suspended commitment keeps its reason and who decided so." in page(refused)
    why = {
        "suspended_why_ka": "ორი პლატფორმა",
        "suspended_by_ka": "მერია",
        "successor_ka": "მოდული",
    }
    assert ministry.post(f"{PLACE}{ADDRESS}", data=suspended | why).status_code == 303
    shown = page(reader.get(f"/commitments/{ADDRESS}"))
    assert all(words in shown for words in why.values())
    wrong = ministry.post(f"{PLACE}{ADDRESS}", data=FORM | {"ends": "2017-01-01"})
    assert "The end lies before the beginning." in page(wrong)


def listening(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what the modules are asked from now on."""
    asked: list[str] = []
    ask = Registry.ask_all

    def heard(self: Registry, hook: str, *given: Any, **named: Any) -> Any:
        asked.append(hook)
        return ask(self, hook, *given, **named)

    monkeypatch.setattr(Registry, "ask_all", heard)
    return asked


def test_a_milestone_is_filled_from_what_halls_have_switched_on(
    app: Flask, ministry: FlaskClient, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(ministry)
    for live in ("on", "residents_informed"):
        answer = ministry.post(f"{PLACE}{ADDRESS}/milestones/new", data=STEP | {"live": live})
        assert answer.status_code == 303, page(answer)
    assert page(reader.get(f"/commitments/{ADDRESS}")).count("in 0 of 2 municipalities") == 2
    told = {"told_on": date(2019, 3, 5), "told_where": "https://zugdidi.example/news/7"}
    with hall(app) as tenant:
        lay(tenant.id, MODULE, told, by="ტესტი")
    turn(app, "on")
    shown = page(reader.get(f"/commitments/{ADDRESS}"))
    assert shown.count("in 1 of 2 municipalities") == 2
    assert re.search(r"missing:\s*Tskaltubo", shown)
    asked = listening(monkeypatch)
    assert page(reader.get(f"/commitments/{ADDRESS}")).count("in 1 of 2 municipalities") == 2
    assert "mms_readiness" not in asked, "what was found is kept for a minute"
    for reading in (ministry.get("/ministry/"), reader.get("/figures/")):
        told = page(reading).partition("What was promised")[2]
        assert re.search(r"Milestones fulfilled.*0 / 2 .*>late: 2<.*>1 / 2<", told, re.DOTALL)
    turn(app, "on", slug="tskaltubo")
    assert "True everywhere" in page(reader.get(f"/commitments/{ADDRESS}")), "a switch is seen"
    assert ">2 / 2<" in page(ministry.get("/ministry/"))


def test_a_period_keeps_what_was_said_then(ministry: FlaskClient, reader: FlaskClient) -> None:
    write(ministry)
    period = {"year": "2019", "kind": "year", "words_ka": "წლის ანგარიში"}
    assert ministry.post(f"{PLACE}{ADDRESS}/periods/new", data=period).status_code == 303
    ministry.post(f"{PLACE}{ADDRESS}", data=FORM | {"assessment": "done"})
    shown = page(reader.get(f"/commitments/{ADDRESS}"))
    assert "წლის ანგარიში" in shown
    assert "Assessment: Fulfilled</span>" in shown
    assert "Assessment: Fulfilled in part" in shown, "the period keeps its own"


def test_a_comment_waits_and_its_address_is_never_shown(
    ministry: FlaskClient, reader: FlaskClient
) -> None:
    write(ministry)
    typed = {"name": "ნინო", "email": "nino@posta.example", "body": "როდის დაიწყება?"}
    wrong = reader.post(f"/commitments/{ADDRESS}", data=typed | {"email": "no"})
    assert wrong.status_code == 422
    assert "როდის დაიწყება?" in page(wrong), "what was typed stays"
    assert reader.post(f"/commitments/{ADDRESS}", data=typed).status_code == 303
    assert typed["body"] not in page(reader.get(f"/commitments/{ADDRESS}"))
    waits = page(ministry.get(PLACE))
    found = re.search(r'action="(/ministry/commitments/comments/[^"]+)"', waits)
    assert found
    assert reader.post(found[1], data={"do": "show"}).status_code == 401
    assert ministry.post(found[1], data={"do": "show"}).status_code == 303
    shown = page(reader.get(f"/commitments/{ADDRESS}"))
    assert typed["body"] in shown
    assert typed["email"] not in shown
    assert reader.get("/commitments/challenge").get_json()["algorithm"] == "SHA-256"
