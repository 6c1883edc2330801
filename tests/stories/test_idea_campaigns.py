"""A call for ideas: written at the desk, answered by ideas, closed at midnight, with its result."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import given, hall, person, picture, turn

from mms_core.clock import local_day
from mms_core.testing import page
from plugins.your_idea_to_mayor import campaigns

TODAY = local_day(datetime.now(UTC))
CALL = {
    "title": "იდეები მდინარის სანაპიროსთვის",
    "body": "გვითხარით, როგორი გინდათ სანაპირო: სად დავდგათ სკამები და სად დავრგოთ ხეები.",
    "place": "ზუგდიდი",
    "category": "greenery",
    "opens_on": (TODAY - timedelta(days=3)).isoformat(),
    "closes_on": (TODAY + timedelta(days=3)).isoformat(),
}
DESK = "/zugdidi/ideas/desk/campaigns/"


@pytest.fixture(autouse=True)
def open_hall(app: Flask) -> None:
    turn(app, "on", publish="at_once")


def test_a_call_is_written_answered_and_told(app: Flask, client: FlaskClient) -> None:
    officer = person(app, "op@posta.example", role="operator")
    wrong = officer.post(f"{DESK}new", data={**CALL, "closes_on": "2020-01-01"})
    assert wrong.status_code == 422
    assert "ბოლო დღე პირველ დღეზე ადრეა" in page(wrong)
    made = officer.post(
        f"{DESK}new", data={**CALL, "picture": picture()}, content_type="multipart/form-data"
    )
    assert made.status_code == 303
    call = made.location
    assert client.get(f"{call}/picture").mimetype == "image/webp"
    assert CALL["title"] in page(client.get("/zugdidi/ideas/"))
    slug = call.rpartition("/")[2]
    number = given(client, campaign=slug, title="სკამები ხეების ქვეშ სანაპიროზე")
    given(client, title="სულ სხვა იდეა სხვა ქუჩაზე")
    shown = page(client.get(call))
    assert number in shown
    assert "სულ სხვა იდეა" not in shown
    assert f"campaign={slug}" in shown
    over = {"opens_on": "2026-01-01", "closes_on": (TODAY - timedelta(days=1)).isoformat()}
    told = {**CALL, **over, "result": "ოცი სკამი დაიდგა."}
    assert officer.post(f"{DESK}{slug}", data=told).status_code == 303
    shown = page(client.get(call))
    assert shown.index("ოცი სკამი დაიდგა.") < shown.index(CALL["body"])
    assert f"campaign={slug}" not in shown
    late = given(client, campaign=slug, title="დაგვიანებული იდეა სანაპიროზე")
    assert late not in page(client.get(call))  # it is an idea like any other
    assert CALL["title"] not in page(client.get("/zugdidi/ideas/"))


def test_the_last_day_ends_at_midnight_in_tbilisi(app: Flask) -> None:
    with hall(app) as tenant:
        days = {"opens_on": date(2026, 5, 1), "closes_on": date(2026, 5, 31)}
        row = campaigns.make(tenant.id, {**CALL, **days}, picture=None)
        assert campaigns.is_open(row, now=datetime(2026, 5, 31, 19, 59, tzinfo=UTC))
        assert not campaigns.is_open(row, now=datetime(2026, 5, 31, 20, 0, tzinfo=UTC))
        again = campaigns.make(tenant.id, {**CALL, **days}, picture=None)
        assert again.slug == f"{row.slug}-2"


def test_only_the_hall_writes_calls(app: Flask, client: FlaskClient) -> None:
    citizen = person(app, "davit@posta.example")
    foreign = person(app, "op@posta.example", role="operator", slug="tskaltubo")
    assert client.get(DESK).status_code == 303
    for who in (citizen, foreign):
        assert who.get(DESK).status_code == 403
        assert who.post(f"{DESK}new", data=CALL).status_code == 403
