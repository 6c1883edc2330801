"""An operator finds a case on the desk and answers it, and what stands around that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mms_core.cases import reading
from mms_core.cases.keys import key_of
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.people.models import AccessLog
from mms_core.testing import page
from tests.stories.idea_kit import TITLE, given, hall, person, turn

ANSWER = "გმადლობთ. ორი ლამპიონი მარტში დაიდგმება."


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """Give an operator's browser in a hall with ideas on."""
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


@pytest.fixture
def number(app: Flask, desk: FlaskClient) -> str:
    """Give the number of an idea that somebody without an account has sent."""
    return given(app.test_client())


def case_of(number: str, tenant: Any) -> Case:
    return by_number(tenant.id, number)


def do(client: FlaskClient, number: str, what: str, **fields: str) -> Any:
    return client.post(f"/zugdidi/desk/{number}", data={"do": what, **fields})


def version(app: Flask, number: str) -> str:
    with hall(app) as tenant:
        return str(case_of(number, tenant).version)


def test_the_inbox_shows_what_came_and_finds_it_typed_in_latin(
    desk: FlaskClient, number: str
) -> None:
    assert number in page(desk.get("/zugdidi/desk/"))
    assert number in page(desk.get("/zugdidi/desk/?q=ganateba"))
    assert number not in page(desk.get("/zugdidi/desk/?q=stadioni"))
    found = desk.get("/zugdidi/desk/", query_string={"q": number.replace("-", " ").lower()})
    assert found.location.endswith(f"/zugdidi/desk/{number}")


def test_a_mistyped_number_is_named_as_such(desk: FlaskClient, number: str) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    found = desk.get("/zugdidi/desk/", query_string={"q": wrong})
    assert "ბოლო ციფრი" in page(found)


def test_an_answer_reaches_the_case_and_the_outbox(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    seen = version(app, number)
    done = do(desk, number, "step", step="accept", text_step=ANSWER, version=seen)
    assert done.status_code == 303
    shown = page(desk.get(done.location))
    assert ANSWER in shown
    with hall(app) as tenant:
        case = case_of(number, tenant)
        assert (case.answer, case.state) == (ANSWER, "accepted")
        assert [letter.template for letter in reading.letters(case)] == ["accepted", "receipt"]


def test_an_answer_without_words_is_refused_in_place(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    done = do(desk, number, "step", step="accept", text_step="  ", version=version(app, number))
    assert done.status_code == 422
    assert "დაწერეთ ტექსტი" in page(done)


def test_the_letter_is_previewed_and_nothing_is_sent(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    shown = do(desk, number, "preview", step="accept", text_step=ANSWER)
    assert shown.status_code == 200
    assert page(shown).count(ANSWER) == 3  # as e-mail, as text message, and still in the field
    with hall(app) as tenant:
        case = case_of(number, tenant)
        assert case.answer == ""
        key = key_of(app.extensions["mms_settings"], tenant.id, case.id)
        assert key not in page(shown)  # nobody but the citizen writes in the citizen's name
        assert len(reading.letters(case_of(number, tenant))) == 1


def test_of_two_officers_the_second_sees_what_changed_and_loses_nothing(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    seen = version(app, number)
    other = person(app, "nana@hall.example", role="head")
    do(desk, number, "step", step="accept", text_step=ANSWER, version=seen)
    late = do(
        other, number, "step", step="reject", text_step="ბიუჯეტში თანხა არ არის.", version=seen
    )
    assert late.status_code == 409
    shown = page(late)
    assert "ბიუჯეტში თანხა არ არის." in shown
    assert "სანამ წერდით, საქმე შეიცვალა" in shown
    assert "დავით ნიმუშაძე, ოპერატორი" in shown
    with hall(app) as tenant:
        assert case_of(number, tenant).answer == ANSWER


def test_a_colleagues_look_at_the_contact_makes_no_answer_stale(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    seen = version(app, number)
    other = person(app, "nana@hall.example", role="head")
    looked = do(other, number, "contact")
    assert "nino@posta.example" in page(looked)
    done = do(desk, number, "step", step="accept", text_step=ANSWER, version=seen)
    assert done.status_code == 303


def test_contacts_are_hidden_until_a_look_that_is_logged(
    app: Flask, desk: FlaskClient, number: str
) -> None:
    assert "nino@posta.example" not in page(desk.get(f"/zugdidi/desk/{number}"))
    do(desk, number, "contact")
    with hall(app) as tenant:
        events = reading.events(case_of(number, tenant))
        assert [(e.kind, e.public) for e in events if e.kind == "look"] == [("look", False)]


def test_a_look_at_somebody_with_an_account_stands_in_their_own_log(
    app: Flask, desk: FlaskClient
) -> None:
    citizen = person(app, "eka@posta.example")
    number = given(citizen)
    do(desk, number, "contact")
    with hall(app):
        row = db.session.scalars(select(AccessLog)).one()
        assert (row.reason, row.viewer_name) == (number, "დავით ნიმუშაძე")
    assert number in page(citizen.get("/my/looked-at"))


def test_a_note_stays_inside(app: Flask, desk: FlaskClient, number: str) -> None:
    do(desk, number, "note", text_note="დავურეკე ქსელების კომპანიას.")
    assert "დავურეკე ქსელების კომპანიას." in page(desk.get(f"/zugdidi/desk/{number}"))
    with hall(app) as tenant:
        case = case_of(number, tenant)
        assert [m.direction for m in reading.messages(case)] == ["note"]
        assert not any(e.public for e in reading.events(case) if e.kind == "note")
        assert len(reading.letters(case)) == 1  # the receipt alone


def test_a_case_is_taken_and_handed_over(app: Flask, desk: FlaskClient, number: str) -> None:
    do(desk, number, "take")
    assert number in page(desk.get("/zugdidi/desk/?whose=mine"))
    assert do(desk, number, "take").status_code == 409
    other = person(app, "nana@hall.example", role="head")
    with hall(app) as tenant:
        from mms_core.people.rules import staff_of

        mine = case_of(number, tenant).assignee_id
        to = next(one for one in staff_of(tenant.id) if one.id != mine)
    do(desk, number, "assign", to=str(to.id), text_assign="გთხოვთ, ნახოთ.")
    assert number in page(other.get("/zugdidi/desk/?whose=mine"))
    assert number not in page(desk.get("/zugdidi/desk/?whose=mine"))
    assert do(desk, number, "assign", to="somebody").status_code == 422


def test_whoever_is_no_officer_of_this_hall_stays_outside(app: Flask, number: str) -> None:
    stranger = app.test_client().get(f"/zugdidi/desk/{number}")
    assert "/sign-in" in stranger.location
    citizen = person(app, "eka@posta.example")
    elsewhere = person(app, "vano@hall.example", role="operator", slug="tskaltubo")
    for client in (citizen, elsewhere):
        assert client.get("/zugdidi/desk/").status_code == 403
        assert client.get(f"/zugdidi/desk/{number}").status_code == 403
        assert do(client, number, "note", text_note="x").status_code == 403
    assert elsewhere.get(f"/tskaltubo/desk/{number}").status_code == 404


def test_a_late_case_says_so(app: Flask, desk: FlaskClient, number: str) -> None:
    with hall(app) as tenant:
        case_of(number, tenant).due_on = datetime(2026, 1, 5, tzinfo=UTC).date()
    assert number in page(desk.get("/zugdidi/desk/?due=overdue"))
    shown = page(desk.get(f"/zugdidi/desk/{number}"))
    assert "ვადაგასულია" in shown
    assert TITLE in shown
