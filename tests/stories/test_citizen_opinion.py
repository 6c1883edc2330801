"""After the answer: one tap, a few words, was it solved, and another look within its time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from mms_core.cases import reading
from mms_core.cases.keys import key_of
from mms_core.cases.rules import by_number
from mms_core.citizen.models import Opinion
from mms_core.db import db
from mms_core.monitoring.models import StatDelta
from mms_core.promises.models import Promise
from mms_core.testing import page
from tests.stories.idea_kit import answer, given, hall, person, turn

WORDS = "ლამპიონი ისევ არ ანათებს."


@pytest.fixture
def number(app: Flask) -> str:
    """Give the number of an answered idea, sent without an account."""
    turn(app, "on", publish="at_once")
    found = given(app.test_client())
    answer(app, found, "answer", "ლამპიონი შეკეთდა.")
    return found


@pytest.fixture
def citizen(app: Flask, client: FlaskClient, number: str) -> FlaskClient:
    """Give the author's browser, which came by the link of the letter."""
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        key = key_of(app.extensions["mms_settings"], tenant.id, case.id)
    client.get(f"/zugdidi/cases/{number}?key={key}")
    return client


def tap(client: FlaskClient, number: str, what: str, **typed: Any) -> Any:
    return client.post(f"/zugdidi/cases/{number}/opinion", data={"do": what, **typed})


def said(app: Flask) -> Any:
    """Give the rating and the words that are kept, or None."""
    with hall(app):
        return db.session.execute(select(Opinion.score, Opinion.words)).first()


def figures(app: Flask) -> dict[str, int]:
    with hall(app):
        row = StatDelta
        query = select(row.measure, func.sum(row.n)).group_by(row.measure)
        return {found[0]: found[1] for found in db.session.execute(query)}


def test_opening_the_link_rates_nothing_and_the_first_tap_counts(
    app: Flask, citizen: FlaskClient, number: str
) -> None:
    assert "როგორ განიხილეს" in page(citizen.get(f"/zugdidi/cases/{number}?score=1"))
    assert citizen.get(f"/zugdidi/cases/{number}/opinion?do=rate&score=1").status_code == 405
    assert said(app) is None
    assert tap(citizen, number, "say", text="კარგი").status_code == 409
    assert tap(citizen, number, "rate", score="9").status_code == 422
    assert tap(citizen, number, "rate", score="4").status_code == 303
    assert tap(citizen, number, "rate", score="1").status_code == 409
    assert tap(citizen, number, "say", text="სწრაფად მიპასუხეს.").status_code == 303
    assert said(app) == (4, "სწრაფად მიპასუხეს.")
    assert figures(app)["rated"] == 1
    assert figures(app)["rating_points"] == 4
    operator = person(app, "levan@hall.example", role="operator")
    assert "სწრაფად მიპასუხეს." in page(operator.get(f"/zugdidi/desk/{number}"))
    assert "სწრაფად მიპასუხეს." not in page(app.test_client().get(f"/zugdidi/ideas/{number}"))


def test_another_look_within_its_time(app: Flask, citizen: FlaskClient, number: str) -> None:
    assert "ხელახალი განხილვის მოთხოვნა" not in page(citizen.get(f"/zugdidi/cases/{number}"))
    assert tap(citizen, number, "solved", solved="no").status_code == 303
    assert tap(citizen, number, "solved", solved="yes").status_code == 409
    assert "ხელახალი განხილვის მოთხოვნა" in page(citizen.get(f"/zugdidi/cases/{number}"))
    assert tap(citizen, number, "reopen", reason="mood").status_code == 422
    kept = tap(citizen, number, "reopen", reason="other", text=" ")
    assert kept.status_code == 422
    assert tap(citizen, number, "reopen", reason="not_done", text=WORDS).status_code == 303
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert (case.state, case.is_open, case.assignee_id) == ("under_review", True, None)
        assert [m.body for m in reading.messages(case)] == [WORDS]
        assert WORDS not in {e.text for e in reading.events(case)}  # the log has no citizen's words
        promised = db.session.scalars(select(Promise)).one()
        assert promised.due_on > case.opened_at.date()
    assert figures(app)["reopened_by_citizen"] == 1
    answer(app, number, "answer", "ახლა კი შეკეთდა.")
    tap(citizen, number, "solved", solved="yes")
    assert "გვიხარია" in page(citizen.get(f"/zugdidi/cases/{number}"))
    assert figures(app)["solved_yes"] == 1


def test_after_the_period_and_a_third_time_it_is_refused(
    app: Flask, citizen: FlaskClient, number: str
) -> None:
    for _round in range(2):
        assert tap(citizen, number, "reopen", reason="unclear").status_code == 303
        answer(app, number, "answer", "კიდევ ერთხელ აგიხსენით.")
    assert tap(citizen, number, "reopen", reason="unclear").status_code == 409
    late = given(app.test_client())
    answer(app, late, "answer", "პასუხი.")
    with hall(app) as tenant:
        case = by_number(tenant.id, late)
        case.answered_at -= timedelta(days=60)
        case.closed_at -= timedelta(days=60)
        key = key_of(app.extensions["mms_settings"], tenant.id, case.id)
    citizen.get(f"/zugdidi/cases/{late}?key={key}")
    shown = tap(citizen, late, "reopen", reason="not_done", text=WORDS)
    assert shown.status_code == 409
    assert "ვადა გასულია" in page(shown)


def test_a_first_voice_is_a_figure_and_nothing_is_rated_before_the_answer(
    app: Flask, citizen: FlaskClient
) -> None:
    fresh = given(app.test_client())
    with hall(app) as tenant:
        case = by_number(tenant.id, fresh)
        key = key_of(app.extensions["mms_settings"], tenant.id, case.id)
    citizen.get(f"/zugdidi/cases/{fresh}?key={key}")
    assert tap(citizen, fresh, "first_time", first="maybe").status_code == 422
    assert tap(citizen, fresh, "first_time", first="yes").status_code == 303
    assert tap(citizen, fresh, "first_time", first="no").status_code == 409
    assert tap(citizen, fresh, "rate", score="5").status_code == 409
    assert tap(citizen, fresh, "solved", solved="yes").status_code == 409
    assert figures(app)["first_voices"] == 1
    assert tap(app.test_client(), fresh, "rate", score="5").status_code == 404
    assert tap(citizen, fresh, "dance").status_code == 422


def test_the_citizen_can_ask_without_being_asked(app: Flask, client: FlaskClient) -> None:
    turn(app, "on")
    author = person(app, "eka@posta.example")
    number = given(author)
    sent = author.post(f"/zugdidi/cases/{number}", data={"text": "ვინ განიხილავს?"})
    assert sent.status_code == 303
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert [m.direction for m in reading.messages(case)] == ["in"]
