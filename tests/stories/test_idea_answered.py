"""The hall answers an idea; everybody reads it, and none is closed without an answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import BODY, TITLE, answer, given, hall, person, picture, turn
from sqlalchemy import select

from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.errors import Invalid, NotAllowed, Refused
from mms_core.messages.models import OutboxLetter
from mms_core.messages.words import compose
from mms_core.testing import page
from plugins.your_idea_to_mayor.models import Idea

WORDS = "ლამპიონებს 20 დეკემბრამდე დავამონტაჟებთ.\nგმადლობთ იდეისთვის."


@pytest.fixture
def number(app: Flask, client: FlaskClient) -> str:
    turn(app, "on")
    return given(client, files=[picture()])


def test_the_answer_stands_on_top(app: Flask, client: FlaskClient, number: str) -> None:
    answer(app, number, "review")
    listed = page(client.get("/zugdidi/ideas/"))
    assert TITLE in listed
    assert "განხილვის პროცესში" in listed
    answer(app, number, "accept", WORDS)
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    assert WORDS in shown
    assert shown.index("მერიის პასუხი") < shown.rindex(BODY)
    assert "შეთანხმებული" in shown
    assert "მერიამ იდეა მიიღო და დაარეგისტრირა" in shown
    assert "ნინო" in shown
    assert "ნიმუშაძე" not in shown
    assert "nino@posta.example" not in shown
    assert "ოპერატორი" not in shown, "the hall answers, not one officer"


def test_the_citizen_is_told(app: Flask, number: str) -> None:
    answer(app, number, "accept", WORDS)
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        letters = db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.created_at)).all()
        assert [letter.template for letter in letters] == ["receipt", "accepted"]
        assert WORDS in compose(letters[1], case).text


def test_every_step_has_its_letter_in_both_languages(app: Flask, number: str) -> None:
    from plugins.your_idea_to_mayor.cases import STEPS

    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        for step in STEPS:
            for language in ("ka", "en"):
                letter = OutboxLetter(
                    tenant_id=tenant.id,
                    module=case.module,
                    template=step.message,
                    language=language,
                    context={"text": WORDS},
                )
                words = compose(letter, case)
                assert words.language == language, (step.message, language)
                assert number in words.subject
                assert f"/cases/{number}?key=" in words.text


def test_no_idea_is_closed_without_an_answer(app: Flask, number: str) -> None:
    for step in ("accept", "answer", "reject", "block"):
        with pytest.raises(Invalid):
            answer(app, number, step, "   ")
    with pytest.raises(Refused):
        answer(app, number, "carry_out", "შესრულდა")
    with pytest.raises(NotAllowed):
        answer(app, number, "reject", "არა", role="citizen")


def test_what_was_promised_is_reported(app: Flask, client: FlaskClient, number: str) -> None:
    answer(app, number, "accept", WORDS)
    answer(app, number, "carry_out", "ლამპიონები დამონტაჟდა.", now=later(30))
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    shown = shown.partition("<main")[2]
    assert shown.index("ლამპიონები დამონტაჟდა.") < shown.index(BODY) < shown.index(WORDS)
    assert "შესრულებული" in shown


def later(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def test_a_blocked_idea_is_seen_by_its_author_alone(
    app: Flask, client: FlaskClient, number: str
) -> None:
    answer(app, number, "review")
    answer(app, number, "block", "ტექსტში სხვისი ტელეფონის ნომერია.")
    assert client.get(f"/zugdidi/ideas/{number}").status_code == 404
    assert TITLE not in page(client.get("/zugdidi/ideas/"))
    with hall(app) as tenant:
        letter = db.session.scalars(select(OutboxLetter)).first()
        assert letter
        link = compose(letter, by_number(tenant.id, number)).text
    key = re.search(r"key=(\w+)", link)
    assert key
    own = client.get(f"/zugdidi/ideas/{number}?key={key.group(1)}")
    assert "ტექსტში სხვისი ტელეფონის ნომერია." in page(own)


def test_files_are_public_after_an_officer_has_looked(
    app: Flask, client: FlaskClient, number: str
) -> None:
    address = re.compile(r"/zugdidi/files/[0-9a-f-]+")
    answer(app, number, "review")
    found = address.search(page(client.get(f"/zugdidi/ideas/{number}")))
    assert found
    sent = client.get(found.group())
    assert (sent.status_code, sent.mimetype) == (200, "image/jpeg")
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    answer(app, number, "block", "არ შეიძლება.")
    assert client.get(found.group()).status_code == 404


def test_a_hall_can_keep_files_to_itself(app: Flask, client: FlaskClient, number: str) -> None:
    turn(app, "on", show_files=False)
    answer(app, number, "review")
    assert "/files/" not in page(client.get(f"/zugdidi/ideas/{number}"))


def test_another_hall_knows_nothing_of_it(app: Flask, client: FlaskClient, number: str) -> None:
    answer(app, number, "review")
    turn(app, "on", slug="tskaltubo")
    assert client.get(f"/tskaltubo/ideas/{number}").status_code == 404
    with hall(app, "tskaltubo"):
        assert db.session.scalars(select(Idea)).all() == []


def test_an_erased_person_leaves_no_name(app: Flask, client: FlaskClient) -> None:
    turn(app, "on")
    number = given(person(app, "davit@posta.example"), shown="full", name="", email="")
    assert "დავით ნიმუშაძე" in page(client.get(f"/zugdidi/ideas/{number}"))
    with hall(app) as tenant:
        author = by_number(tenant.id, number).author_id
    with app.app_context():
        from mms_core import db as database

        database.bind(database.NATION)
        registry = app.extensions["mms_modules"]
        who = type("Person", (), {"id": author})
        registry.ask("mms_erase", "your_idea_to_mayor", person=who)
        database.commit()
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    assert TITLE in shown
    assert "დავით" not in shown


def test_a_late_answer_is_said_openly(app: Flask, client: FlaskClient, number: str) -> None:
    answer(app, number, "review")
    with hall(app) as tenant:
        by_number(tenant.id, number).due_on = later(-3).date()
    assert "პასუხი იგვიანებს" in page(client.get(f"/zugdidi/ideas/{number}?fresh"))
    assert "პასუხი იგვიანებს" in page(client.get("/zugdidi/ideas/?fresh"))
