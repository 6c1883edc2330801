"""An operator compares two ideas, joins them, answers once, and separates them again."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core.cases import reading
from mms_core.cases.rules import by_number
from mms_core.testing import page
from tests.stories.idea_kit import answer, followed, given, hall, person, turn

ANSWER = "გმადლობთ. ორი ლამპიონი მარტში დაიდგმება."


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """Give an operator's browser in a hall with ideas on."""
    turn(app, "on", publish="at_once")
    return person(app, "levan@hall.example", role="operator")


def act(client: FlaskClient, number: str, what: str, **typed: str) -> Any:
    return client.post(f"/zugdidi/desk/{number}/similar", data={"do": what, **typed})


def test_two_ideas_are_compared_joined_answered_once_and_separated(
    app: Flask, client: FlaskClient, desk: FlaskClient
) -> None:
    first = given(app.test_client())
    second = given(app.test_client(), title="ლამპიონები სკოლის გზაზე ჭალადიდში")
    followed(app)
    shown = page(desk.get(f"/zugdidi/desk/{second}/similar"))
    assert first in shown
    assert act(desk, second, "to", other=first.lower()).location.endswith(first)
    assert second in page(desk.get(f"/zugdidi/desk/{first}"))
    assert "პასუხი იქ გაიცემა" in page(desk.get(f"/zugdidi/desk/{second}"))
    moved = client.get(f"/zugdidi/ideas/{second}")
    assert moved.location.endswith(f"/ideas/{first}")  # readers find the one that is answered
    assert page(client.get("/zugdidi/ideas/")).count(second) == 0
    answer(app, first, "accept", ANSWER)
    with hall(app) as tenant:
        case = by_number(tenant.id, second)
        assert (case.answer, reading.letters(case)[0].template) == (ANSWER, "accepted")
    assert act(desk, second, "split", reason="სხვა ქუჩაა.").status_code == 303
    assert client.get(f"/zugdidi/ideas/{second}").status_code == 200


def test_what_cannot_be_joined_is_said_on_the_page(app: Flask, desk: FlaskClient) -> None:
    first = given(app.test_client())
    for what, other, status in (
        ("to", first, 409),
        ("to", "ZUG-2026-000001-1", 404),
        ("to", "", 404),
        ("split", "", 409),
        ("dance", first, 422),
    ):
        assert act(desk, first, what, other=other).status_code == status, (what, other)
    turn(app, "on", "tskaltubo")
    other = given(app.test_client(), "tskaltubo")
    assert act(desk, first, "to", other=other).status_code == 404
    stranger = app.test_client()
    assert "/sign-in" in stranger.get(f"/zugdidi/desk/{first}/similar").location
