"""Beside an idea stand public ones that ask for the same, before and after the worker's round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import TITLE, followed, given, hall, turn

from mms_core.cases import near
from mms_core.testing import page
from plugins.your_idea_to_mayor import alike

SAME, APART = "სკოლასთან გზა ბნელია, განათება გვჭირდება", "ახალი ხიდი მდინარეზე რუხში"


@pytest.fixture(autouse=True)
def zugdidi(app: Flask) -> None:
    turn(app, "on")


def beside(app: Flask, number: str) -> str:
    """Give what a stranger reads under "ideas like this"."""
    shown = page(app.test_client().get(f"/zugdidi/ideas/{number}"))
    _before, _mark, after = shown.partition("მსგავსი იდეები")
    return after.partition("</section>")[0]


def round_of_the_worker(app: Flask) -> None:
    followed(app)
    with hall(app) as tenant:
        near.piece(tenant.id, now=datetime.now(UTC) + timedelta(hours=1))


def test_they_are_the_same_before_and_after_they_are_kept(
    app: Flask, author: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [given(author, title=title) for title in (TITLE, SAME, APART)]
    followed(app)
    before = [beside(app, number) for number in numbers]
    assert SAME in before[0]
    assert TITLE in before[1]
    assert APART not in before[0]
    round_of_the_worker(app)
    monkeypatch.delattr(alike, "similar")  # nobody looks for them any more
    assert [beside(app, number) for number in numbers] == before


def test_one_that_came_later_stands_on_the_older_page(app: Flask, author: FlaskClient) -> None:
    older = given(author)
    round_of_the_worker(app)
    assert SAME not in beside(app, older)
    given(author, title=SAME)
    round_of_the_worker(app)
    assert SAME in beside(app, older)


def test_one_that_is_public_no_more_is_not_shown(app: Flask, author: FlaskClient) -> None:
    number, gone = given(author), given(author, title=SAME)
    round_of_the_worker(app)
    assert SAME in beside(app, number)
    author.post(f"/zugdidi/ideas/{gone}/own", data={"go": "withdraw", "sure": "true"})
    assert SAME not in beside(app, number)
