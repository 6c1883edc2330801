"""An operator works through the day: filters kept under a name, cases found by a caller's words."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core.testing import page
from tests.stories.idea_kit import MODULE, given, person, turn

DESK = "/zugdidi/desk/"


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """Give an operator's browser in a hall with ideas on."""
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


def test_a_caller_names_a_part_of_the_number_and_then_a_name(app: Flask, desk: FlaskClient) -> None:
    citizen = person(app, "eka@posta.example")
    number = given(citizen)
    digits = number.split("-")[2][3:]
    assert number in page(desk.get(DESK, query_string={"q": digits}))
    assert number not in page(desk.get(DESK, query_string={"q": "ნიმუშაძე"}))
    assert desk.get(f"{DESK}by-name").status_code == 200
    short = desk.post(f"{DESK}by-name", data={"name": "ქე"})
    assert short.status_code == 422
    found = page(desk.post(f"{DESK}by-name", data={"name": "nimush"}))
    assert number in found
    assert "დავით ნიმუშაძე" in found
    assert "დავით ნიმუშაძე" in page(citizen.get("/my/looked-at"))
    assert citizen.post(f"{DESK}by-name", data={"name": "nimush"}).status_code == 403


def test_a_filter_is_kept_shared_and_removed(app: Flask, desk: FlaskClient) -> None:
    number = given(app.test_client())
    given(app.test_client(), title="წიგნები ბიბლიოთეკას", category="culture")
    asked = f"module={MODULE}&topic={MODULE}:lighting&due=any"
    shown = page(desk.get(f"{DESK}?{asked}"))
    assert number in shown
    assert "წიგნები" not in shown
    done = desk.post(f"{DESK}filters?{asked}", data={"name": "ნათურები", "shared": "true"})
    assert done.status_code == 303
    assert "topic=" in done.location
    other = person(app, "nana@hall.example", role="head")
    for reader in (desk, other):
        assert "ნათურები" in page(reader.get(DESK))
    row = re.search(r"/desk/filters/([0-9a-f-]{36})/remove", page(desk.get(DESK)))
    assert row
    assert other.post(f"{DESK}filters/{row[1]}/remove").status_code == 403
    assert desk.post(f"{DESK}filters/{row[1]}/remove").status_code == 303
    assert "ნათურები" not in page(other.get(DESK))


def test_a_filter_without_a_name_is_refused_and_one_of_a_gone_module_says_so(
    app: Flask, desk: FlaskClient
) -> None:
    number = given(app.test_client())
    assert desk.post(f"{DESK}filters?due=any", data={"name": " "}).status_code == 422
    desk.post(f"{DESK}filters?module=lost_property&due=any", data={"name": "ძველი"})
    shown = page(desk.get(DESK))
    assert "ამ მოდულს აქ ვეღარ ნახავთ" in shown
    strange = desk.get(f"{DESK}?module=lost_property&whose=x&unit=y&sort=z&state=w&due=any&topic=q")
    assert strange.status_code == 200
    assert "ამ ფილტრის მოდული აქ აღარ არის" in page(strange)
    assert number not in page(desk.get(f"{DESK}?place=nowhere"))
    assert number in page(desk.get(f"{DESK}?place=ჭალადიდი"))


def test_one_state_of_a_module_is_a_filter(app: Flask, desk: FlaskClient) -> None:
    number = given(app.test_client())
    assert number in page(desk.get(f"{DESK}?module={MODULE}&state=received"))
    assert number not in page(desk.get(f"{DESK}?module={MODULE}&state=under_review"))
    assert number not in page(desk.get(f"{DESK}?module={MODULE}&state=rejected"))
