"""A registered resident names a need, others support it, the hall groups needs into problems."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from feedback_kit import NUMBER, SLUG, YEAR, hall, person, turn
from flask import Flask
from flask.testing import FlaskClient

from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.testing import page
from plugins.citizen_feedback.need_models import Need, NeedMonth, Problem

BASE, HALL = f"/{SLUG}/feedback", 39
FORM = {
    "title": "გაიწმინდოს სადრენაჟე არხი ზედა უბანში",
    "body": "წვიმის დროს წყალი ეზოებში გადმოდის.",
    "category": "water",
    "settlement": "წყალტუბო",
}


@pytest.fixture(autouse=True)
def tskaltubo(app: Flask) -> None:
    turn(app, "on")


def resident(app: Flask, word: str = "nino", **more: Any) -> FlaskClient:
    given = {"number": NUMBER, "born": date(1990, 1, 2), "registered": HALL} | more
    return person(app, word, **given)


def name_a_need(client: FlaskClient, **changes: str) -> str:
    sent = client.post(f"{BASE}/needs/new", data=FORM | changes, content_type="multipart/form-data")
    assert sent.status_code == 303, page(sent)
    found = re.search(r"/cases/([A-Z]{3}-\d{4}-\d+-\d)", sent.location)
    assert found
    return found[1]


def case_ids(app: Flask) -> list[str]:
    with hall(app):
        return [
            str(i) for i in db.session.scalars(sa.select(Need.case_id).order_by(Need.opened_at))
        ]


def test_a_resident_names_a_need_and_the_hall_publishes_it(app: Flask, client: FlaskClient) -> None:
    number = name_a_need(resident(app), shown="on")
    assert FORM["title"] not in page(client.get(f"{BASE}/needs")), "the hall looks at it first"
    assert client.get(f"{BASE}/needs/{number}").status_code == 404
    operator = person(app, "operator", role="operator")
    assert "წყალი და წყალარინება" in page(operator.get(f"/{SLUG}/desk/{number}"))
    operator.post(f"/{SLUG}/desk/{number}", data={"do": "step", "step": "consider", "version": "1"})
    listed = page(client.get(f"{BASE}/needs?category=water"))
    assert FORM["title"] in listed
    assert FORM["title"] not in page(client.get(f"{BASE}/needs?category=light"))
    with hall(app):
        letters = db.session.scalars(sa.select(OutboxLetter.template)).all()
        assert sorted(letters) == ["need_considered", "need_receipt"]
        assert db.session.scalar(sa.select(NeedMonth.n)) == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"registered": 46}, "რეგისტრირებული"),
        ({"born": date(YEAR - 17, 1, 1)}, "18"),
        ({"born": None}, "მოქალაქე"),
    ],
)
def test_a_need_is_for_registered_citizens_of_18(
    app: Flask, more: dict[str, Any], said: str
) -> None:
    client = resident(app, **more)
    refused = client.post(f"{BASE}/needs/new", data=FORM)
    assert refused.status_code == 403
    assert said in page(refused)
    assert case_ids(app) == []


def test_a_mistake_is_named_and_every_word_is_kept(app: Flask) -> None:
    client = resident(app)
    for name in ("title", "body", "category", "settlement"):
        refused = client.post(f"{BASE}/needs/new", data=FORM | {name: ""})
        assert refused.status_code == 422
        assert f'href="#field-{name}"' in page(refused)
    refused = client.post(f"{BASE}/needs/new", data=FORM | {"settlement": "ატლანტიდა"})
    assert refused.status_code == 422
    assert FORM["body"] in page(refused)


def test_a_resident_supports_once_and_not_their_own(app: Flask) -> None:
    author = resident(app)
    number = name_a_need(author)
    operator = person(app, "operator", role="operator")
    operator.post(f"/{SLUG}/desk/{number}", data={"do": "step", "step": "consider", "version": "1"})
    neighbour = resident(app, "gio", number="")
    for _time in range(2):
        assert neighbour.post(f"{BASE}/needs/{number}/support").status_code == 303
    assert author.post(f"{BASE}/needs/{number}/support").status_code == 409
    stranger = resident(app, "ana", number="", registered=46)
    stranger.post(f"{BASE}/needs/{number}/support")
    with hall(app):
        assert db.session.scalar(sa.select(Need.supports)) == 1


def test_needs_are_grouped_with_those_that_say_the_same_split_and_merged(app: Flask) -> None:
    client = resident(app)
    first = name_a_need(client)
    name_a_need(client, title="სადრენაჟე არხის გაწმენდა სკოლასთან", settlement="გეგუთი")
    name_a_need(client, title="დილის ავტობუსი", body="პირველი რეისი გვიანაა", category="transport")
    operator = person(app, "operator", role="operator")
    like = page(operator.get(f"{BASE}/desk/needs?like={first}"))
    assert "სკოლასთან" in like, "what says the same is proposed"
    assert "ავტობუსი" not in like
    ids = case_ids(app)
    form = {"need": ids, "title": "არხები ამოვსებულია"}
    made = operator.post(f"{BASE}/desk/needs", data=form)
    assert made.status_code == 303
    problem = made.location.rpartition("/")[2]
    at = f"{BASE}/desk/problems/{problem}"
    split = operator.post(at, data={"do": "split", "need": ids[2:], "title": "ტრანსპორტი"})
    assert split.status_code == 303
    with hall(app):
        assert dict(db.session.execute(sa.select(Problem.title, Problem.needs)).all()) == {
            "არხები ამოვსებულია": 2,
            "ტრანსპორტი": 1,
        }
    other = split.location.rpartition("/")[2]
    assert operator.post(at, data={"do": "merge", "other": other}).status_code == 303
    assert operator.post(at, data={"do": "merge", "other": other}).status_code == 409
    with hall(app):
        rows = dict(db.session.execute(sa.select(Problem.code, Problem.needs)).all())
        assert rows == {problem: 3, other: 0}
        counted = sa.select(sa.func.count()).select_from(Case)
        assert db.session.scalar(counted) == 3
    assert operator.post(f"{BASE}/desk/needs", data={"title": "x"}).status_code == 409
