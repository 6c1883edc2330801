"""A hall writes texts of its own and adopts the ministry's; a letter never shows a brace."""

from __future__ import annotations

import re

import pytest
from answering_kit import PLACE, case_of, desk
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import TITLE, given, hall, person, turn
from sqlalchemy import select

from mms_core.answer_texts.models import AnswerText, SharedText
from mms_core.answer_texts.placeholders import fill
from mms_core.db import NATION, bind, db
from mms_core.people import rules as people
from mms_core.testing import page, sign_in

TEXTS = f"{PLACE}texts/"
BODY = "გამარჯობა, {name}! თქვენს იდეას „{title}“ ({number}) ვიხილავთ. {hall}"
FORM = {"name": "მადლობა", "place": "any", "language": "ka", "body": BODY}


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


@pytest.fixture
def ministry(app: Flask) -> FlaskClient:
    with app.app_context():
        bind(NATION)
        account = people.create_account(
            "ana@people.example", first_name="ანა", password="secret words of a test"
        )
        people.grant(account.id, "ministry")
        db.session.commit()
    return sign_in(app, "ana")


def texts(app: Flask) -> list[AnswerText]:
    with hall(app):
        found = list(db.session.scalars(select(AnswerText).order_by(AnswerText.name)))
        db.session.expunge_all()
        return found


def shared(app: Flask) -> SharedText:
    with hall(app):
        found = db.session.scalars(select(SharedText)).one()
        db.session.expunge_all()
        return found


def test_a_text_is_inserted_filled_below_what_was_typed(app: Flask, officer: FlaskClient) -> None:
    assert officer.post(f"{TEXTS}new", data=FORM).status_code == 303
    number = given(app.test_client())
    (text,) = texts(app)
    assert "მადლობა" in page(officer.get(f"{PLACE}{number}"))
    typed = {"text_step": "ჩემი სიტყვები.", "answer_text": str(text.id)}
    shown = page(desk(officer, number, "insert", **typed))
    inserted = shown.partition("ჩემი სიტყვები.\n\n")[2].partition("</textarea>")[0]
    assert inserted.startswith(f"გამარჯობა, ნინო! თქვენს იდეას „{TITLE}“ ({number}) ვიხილავთ.")
    assert "{" not in inserted


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("გამარჯობა, {nmae}!", "{nmae}"),
        ("თარიღი {due", "ზედმეტი ფრჩხილი"),
        ("თარიღი {Due}", "{Due}"),
        ("{}", "{}"),
    ],
)
def test_an_unknown_placeholder_is_named_at_its_field(
    app: Flask, officer: FlaskClient, body: str, said: str
) -> None:
    wrong = officer.post(f"{TEXTS}new", data=FORM | {"body": body})
    assert wrong.status_code == 422
    shown = page(wrong)
    assert said in shown.partition('id="field-body-error"')[2].partition("<textarea")[0]
    assert body in shown
    assert texts(app) == []


def test_what_is_missing_leaves_no_brace_and_no_comma() -> None:
    values = {"number": "ZUG-1", "title": "{due} ბაღი", "name": "", "due": "", "hall": "მერია"}
    assert fill("გამარჯობა, {name}!", values) == "გამარჯობა!"
    assert fill("{name}, გმადლობთ.", values) == "გმადლობთ."
    assert fill("ვადა {due}: {number}", values) == "ვადა: ZUG-1"
    assert fill("„{title}“", values) == "„(due) ბაღი“"  # a citizen's brace is no placeholder


def test_a_placeholder_typed_by_hand_is_filled_or_refused(app: Flask, officer: FlaskClient) -> None:
    number = given(app.test_client())
    refused = desk(officer, number, "step", step="accept", text_step="ბ-ნო {naem}, გმადლობთ.")
    assert refused.status_code == 422
    assert "ბ-ნო {naem}, გმადლობთ." in page(refused)
    assert (
        desk(officer, number, "step", step="accept", text_step="{number}: კი.").status_code == 303
    )
    with case_of(app, number) as case:
        assert case.answer == f"{number}: კი."


def test_the_ministrys_text_is_adopted_and_a_new_version_is_offered(
    app: Flask, officer: FlaskClient, ministry: FlaskClient
) -> None:
    assert ministry.post("/ministry/texts/new", data=FORM).status_code == 303
    text = shared(app)
    assert "მადლობა" in page(officer.get(TEXTS))
    assert officer.post(f"{TEXTS}shared/{text.id}").status_code == 303
    assert officer.post(f"{TEXTS}shared/{text.id}").status_code == 409
    (mine,) = texts(app)
    assert (mine.shared_id, mine.shared_version, mine.body) == (text.id, 1, BODY)
    officer.post(f"{TEXTS}{mine.id}", data=FORM | {"body": f"{BODY} ჩვენი."})
    changed = BODY.replace("ვიხილავთ", "განვიხილავთ")
    ministry.post(f"/ministry/texts/{text.id}", data=FORM | {"body": changed})
    offer = page(officer.get(f"{TEXTS}{mine.id}/update"))
    assert "<del>ვიხილავთ.</del><ins>განვიხილავთ.</ins>" in re.sub(r"\s+(?=<)", "", offer)
    stale = officer.post(f"{TEXTS}{mine.id}/update", data={"do": "accept", "version": "1"})
    assert stale.status_code == 409
    assert texts(app)[0].body == f"{BODY} ჩვენი."
    officer.post(f"{TEXTS}{mine.id}/update", data={"do": "keep", "version": "2"})
    assert texts(app)[0].body == f"{BODY} ჩვენი."
    assert officer.get(f"{TEXTS}{mine.id}/update").status_code == 409
    ministry.post(f"/ministry/texts/{text.id}", data=FORM | {"body": f"{changed} მესამე."})
    officer.post(f"{TEXTS}{mine.id}/update", data={"do": "accept", "version": "3"})
    assert (texts(app)[0].body, texts(app)[0].shared_version) == (f"{changed} მესამე.", 3)
    assert "ვერსია 3" in page(ministry.get(f"/ministry/texts/{text.id}"))


def test_a_retired_text_is_no_longer_offered(app: Flask, officer: FlaskClient) -> None:
    officer.post(f"{TEXTS}new", data=FORM)
    (text,) = texts(app)
    number = given(app.test_client())
    officer.post(f"{TEXTS}{text.id}", data={"do": "retire"})
    assert 'value="insert"' not in page(officer.get(f"{PLACE}{number}"))
    assert desk(officer, number, "insert", answer_text=str(text.id)).status_code == 422
    officer.post(f"{TEXTS}{text.id}", data={"do": "use"})
    assert 'value="insert"' in page(officer.get(f"{PLACE}{number}"))


def test_texts_of_one_hall_are_not_read_by_another(app: Flask, officer: FlaskClient) -> None:
    officer.post(f"{TEXTS}new", data=FORM)
    (text,) = texts(app)
    other = person(app, "vano@hall.example", role="operator", slug="tskaltubo")
    assert "მადლობა" not in page(other.get("/tskaltubo/desk/texts/"))
    assert other.get(f"/tskaltubo/desk/texts/{text.id}").status_code == 404
    assert officer.get("/ministry/texts/").status_code == 403
