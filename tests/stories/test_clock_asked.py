"""An operator asks, the citizen answers, the date moves; and is extended once with a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mms_core.cases import clockwork, reading
from mms_core.cases.keys import key_of
from mms_core.cases.log import SYSTEM
from mms_core.cases.models import Case, PersonCase
from mms_core.cases.rules import by_number
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.testing import page
from tests.stories.idea_kit import answer, given, hall, person, picture, turn

QUESTION = "გთხოვთ, მოგვწეროთ ლამპიონის ნომერი."
REASON = "საჭიროა ადგილზე შემოწმება."


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


@pytest.fixture
def citizen(app: Flask, desk: FlaskClient) -> FlaskClient:
    return person(app, "nino@posta.example")


@pytest.fixture
def number(citizen: FlaskClient) -> str:
    return given(citizen)


def do(client: FlaskClient, number: str, what: str, **fields: str) -> Any:
    return client.post(f"/zugdidi/desk/{number}", data={"do": what, **fields})


def ask(desk: FlaskClient, number: str, days: str = "10") -> Any:
    return do(desk, number, "ask", text_ask=QUESTION, days_ask=days)


def due(app: Flask, number: str) -> date:
    with hall(app) as tenant:
        found: date = by_number(tenant.id, number).due_on
        return found


def owed(app: Flask) -> dict[date, int]:
    """Give how many answers are owed on each day, as the counters have it."""
    with hall(app):
        rows = db.session.execute(
            sa.text("select day, sum(n)::int from mms.stat_delta where measure = 'due' group by 1")
        )
        return {day: n for day, n in rows if n}


def test_the_operator_asks_the_citizen_answers_and_the_date_moves(
    app: Flask, desk: FlaskClient, citizen: FlaskClient, number: str
) -> None:
    before = due(app, number)
    assert ask(desk, number).status_code == 303
    waiting = due(app, number)
    assert waiting > before
    assert owed(app) == {waiting: 1}
    shown = page(citizen.get(f"/zugdidi/cases/{number}"))
    assert QUESTION in shown
    assert "მერიას თქვენგან ინფორმაცია სჭირდება" in shown
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert [one.template for one in reading.letters(case)] == ["question", "receipt"]
        assert db.session.scalars(sa.select(PersonCase.due_on)).one() == waiting
    done = citizen.post(f"/zugdidi/cases/{number}", data={"text": "ნომერი 17."})
    assert done.status_code == 303
    answered = due(app, number)
    assert before <= answered < waiting  # the day of question and answer is not counted
    assert owed(app) == {answered: 1}
    assert "არ ითვლება: მერია მოქალაქის პასუხს ელოდა" in page(desk.get(f"/zugdidi/desk/{number}"))
    with hall(app) as tenant:
        assert by_number(tenant.id, number).waits_until is None


def test_a_document_is_an_answer_too(
    app: Flask, desk: FlaskClient, citizen: FlaskClient, number: str
) -> None:
    ask(desk, number)
    empty = citizen.post(f"/zugdidi/cases/{number}", data={"text": " "})
    assert empty.status_code == 422
    done = citizen.post(
        f"/zugdidi/cases/{number}",
        data={"text": "", "files": picture()},
        content_type="multipart/form-data",
    )
    assert done.status_code == 303
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert (case.waits_until, len(reading.files(case))) == (None, 1)
        assert [e.step for e in reading.events(case) if e.kind == "due"] == ["asked", "resumed"]


@pytest.mark.parametrize("days", ["4", "31", "", "-5", "zehn", "10.5"])
def test_a_term_outside_the_law_is_refused_at_its_field(
    app: Flask, desk: FlaskClient, number: str, days: str
) -> None:
    before = due(app, number)
    refused = ask(desk, number, days)
    assert refused.status_code == 422
    shown = page(refused)
    assert QUESTION in shown
    assert "5-დან 30 დღემდე" in shown
    assert due(app, number) == before
    assert QUESTION not in page(desk.get(f"/zugdidi/desk/{number}"))


def test_the_citizen_may_take_more_time_once(
    app: Flask, desk: FlaskClient, citizen: FlaskClient, number: str
) -> None:
    ask(desk, number)
    with hall(app) as tenant:
        first = by_number(tenant.id, number).waits_until
    wish = {"do": "more_time"}
    assert citizen.post(f"/zugdidi/cases/{number}", data=wish).status_code == 303
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert case.waits_until >= first + timedelta(days=15)
        assert case.due_on > case.waits_until
    again = citizen.post(f"/zugdidi/cases/{number}", data=wish)
    assert again.status_code == 409
    assert "I need more time" not in page(again)


def test_nobody_asks_twice_at_once_and_a_stranger_answers_for_nobody(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    ask(desk, number)
    assert ask(desk, number).status_code == 409
    stranger = app.test_client()
    assert stranger.post(f"/zugdidi/cases/{number}", data={"text": "ა"}).status_code == 404
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert case.waits_until
        key = key_of(app.extensions["mms_settings"], tenant.id, case.id)
    stranger.get(f"/zugdidi/cases/{number}?key={key}")
    assert stranger.post(f"/zugdidi/cases/{number}", data={"text": "ა"}).status_code == 303
    with hall(app) as tenant:
        assert by_number(tenant.id, number).waits_until is None


def test_an_extension_happens_once_with_a_reason_that_everybody_concerned_reads(
    app: Flask, desk: FlaskClient, citizen: FlaskClient, number: str
) -> None:
    before = due(app, number)
    assert do(desk, number, "extend", text_extend="", days_extend="5").status_code == 422
    long = do(desk, number, "extend", text_extend=REASON, days_extend="16")
    assert long.status_code == 422
    assert REASON in page(long)
    assert do(desk, number, "extend", text_extend=REASON, days_extend="5").status_code == 303
    assert due(app, number) > before
    assert owed(app) == {due(app, number): 1}
    assert REASON in page(citizen.get(f"/zugdidi/cases/{number}"))
    assert REASON in page(desk.get(f"/zugdidi/desk/{number}"))
    assert do(desk, number, "extend", text_extend=REASON, days_extend="5").status_code == 409
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert reading.letters(case)[0].template == "extended"


def test_an_answer_given_while_the_clock_stands_is_in_time(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    ask(desk, number)
    answer(app, number, "accept", "კარგი იდეაა.")
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert (case.waits_until, case.remind_on) == (None, None)
        with pytest.raises(clockwork.Refused):
            clockwork.extend(case, None, days=1, reason="ა", actor=SYSTEM, now=datetime.now(UTC))
    assert owed(app) == {}


def test_a_clock_that_went_back_or_was_looked_at_late_ends_no_pause_wrongly(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    ask(desk, number)
    now = datetime.now(UTC)
    with hall(app) as tenant:
        case: Case = by_number(tenant.id, number)
        until = case.waits_until
        clockwork.resume(case, actor=SYSTEM, now=now - timedelta(days=3))
        assert case.due_reason["pauses"] == [[local_day(now).isoformat()] * 2]
        db.session.rollback()
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        latest = case.due_on
        clockwork.resume(case, actor=SYSTEM, now=now + timedelta(days=60), why="term_over")
        assert case.due_reason["pauses"][0][1] == until.isoformat()
        assert case.due_on == latest
