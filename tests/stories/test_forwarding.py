"""A case of another body's competence is forwarded with reasons, and the citizen follows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mms_core.cases import reading
from mms_core.cases.forwarding import forward_by
from mms_core.cases.models import Case, CaseContact, PersonCase
from mms_core.cases.rules import by_number
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.messages.words import compose
from mms_core.testing import page
from plugins.your_idea_to_mayor.models import Idea
from tests.stories.idea_kit import TITLE, answer, given, hall, person, picture, turn

WHY = "ეს გზა წყალტუბოს მუნიციპალიტეტის საკუთრებაა."
TSKALTUBO = "39"


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


def forward(client: FlaskClient, number: str, **fields: str) -> Any:
    return client.post(f"/zugdidi/desk/{number}/forward", data={"text": WHY, **fields})


def newest(slug: str, app: Flask) -> str:
    with hall(app, slug):
        return str(db.session.scalars(sa.select(Case.number).order_by(Case.opened_at)).all()[-1])


def test_a_case_goes_to_the_other_municipality_with_all_that_belongs_to_it(
    app: Flask, desk: FlaskClient
) -> None:
    turn(app, "on", "tskaltubo")
    citizen = person(app, "nino@posta.example")
    number = given(citizen, files=picture())
    assert "სხვა ორგანოში გადაგზავნა" in page(desk.get(f"/zugdidi/desk/{number}"))
    assert forward(desk, number, to=TSKALTUBO).status_code == 303
    there = newest("tskaltubo", app)
    with hall(app, "tskaltubo") as tenant:
        case = by_number(tenant.id, there)
        assert (case.title, case.state, case.channel) == (TITLE, "received", "forwarded")
        assert case.due_on > local_day(case.opened_at)
        assert len(reading.files(case)) == 1
        assert db.session.scalars(sa.select(CaseContact.email)).one() == "nino@posta.example"
        assert db.session.scalars(sa.select(Idea.is_public)).one() is False
        assert [row.template for row in reading.letters(case)] == ["receipt"]
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert (case.state, case.is_open, case.answer) == ("forwarded", False, WHY)
        assert [row.template for row in reading.letters(case)] == ["forwarded", "receipt"]
        assert there in compose(reading.letters(case)[0], case).text
        owed = sa.text("select sum(n) from mms.stat_delta where measure = 'due'")
        assert db.session.scalar(owed) == 0
    shown = page(citizen.get(f"/zugdidi/cases/{number}"))
    assert there in shown
    assert WHY in shown
    mine = page(citizen.get("/my/"))
    assert there in mine
    assert number in mine
    other = person(app, "nana@hall.example", role="operator", slug="tskaltubo")
    assert f"ზუგდიდის მუნიციპალიტეტი, ნომერი {number}" in page(
        other.get(f"/tskaltubo/desk/{there}")
    )


def test_a_hall_without_the_service_and_another_body_get_a_letter(
    app: Flask, desk: FlaskClient
) -> None:
    first, second, third = (
        given(app.test_client(), email=f"{name}@posta.example") for name in ("a", "b", "c")
    )
    assert forward(desk, first, to=TSKALTUBO).status_code == 303
    body = {"body": "გზების დეპარტამენტი", "email": "info@roads.example"}
    assert forward(desk, second, **body).status_code == 303
    assert forward(desk, third, body="გზების დეპარტამენტი").status_code == 303
    with hall(app) as tenant:
        sent = sa.select(OutboxLetter).where(OutboxLetter.template == "to_body")
        letters = {row.recipient: row for row in db.session.scalars(sent)}
        assert set(letters) == {"info@tskaltubo.example", "info@roads.example"}
        case = by_number(tenant.id, second)
        words = compose(letters["info@roads.example"], case).text
        assert "b@posta.example" in words
        assert WHY in words
        assert "key=" not in words  # nobody but the citizen opens the case with the key
        told = compose(reading.letters(by_number(tenant.id, third))[0], case).text
        assert "გზების დეპარტამენტი" in told
    with hall(app, "tskaltubo"):
        assert db.session.scalars(sa.select(Case.id)).all() == []
        assert db.session.scalars(sa.select(PersonCase.case_id)).all() == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": WHY}, "აირჩიეთ მუნიციპალიტეტი ან დაასახელეთ ორგანო"),
        ({"text": " ", "to": TSKALTUBO}, "დაწერეთ დასაბუთება"),
        ({"to": "46"}, "აირჩიეთ სხვა მუნიციპალიტეტი"),  # its own number
        ({"to": "9999"}, "აირჩიეთ სხვა მუნიციპალიტეტი"),
        ({"body": "უწყება", "email": "nobody"}, "ელ. ფოსტის მისამართ"),
    ],
)
def test_a_forward_without_place_or_reasons_is_refused_and_loses_no_word(
    app: Flask, desk: FlaskClient, fields: dict[str, str], said: str
) -> None:
    number = given(app.test_client())
    refused = forward(desk, number, **fields)
    assert refused.status_code == 422
    assert said in page(refused)
    assert fields.get("body", WHY) in page(refused) or not fields.get("text", WHY).strip()
    with hall(app) as tenant:
        assert by_number(tenant.id, number).state == "received"


def test_an_answered_case_and_a_strangers_wish_go_nowhere(app: Flask, desk: FlaskClient) -> None:
    number = given(app.test_client())
    answer(app, number, "answer", "პასუხი.")
    assert "გადაგზავნა შეუძლებელია" in page(desk.get(f"/zugdidi/desk/{number}/forward"))
    assert forward(desk, number, to=TSKALTUBO).status_code == 409
    waiting = given(app.test_client(), email="b@posta.example")
    step = {"do": "step", "step": "forward", "text_step": WHY, "version": "1"}
    assert desk.post(f"/zugdidi/desk/{waiting}", data=step).status_code == 409
    other = person(app, "nana@hall.example", role="operator", slug="tskaltubo")
    assert forward(other, waiting, to=TSKALTUBO).status_code == 403


def test_after_five_days_the_history_says_that_it_was_late(app: Flask, desk: FlaskClient) -> None:
    number = given(app.test_client())
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert forward_by(case) >= local_day(case.opened_at) + timedelta(days=5)
        case.opened_at -= timedelta(days=12)
    assert "ხუთი დღე გასულია" in page(desk.get(f"/zugdidi/desk/{number}/forward"))
    forward(desk, number, body="გზების დეპარტამენტი")
    with hall(app) as tenant:
        assert reading.events(by_number(tenant.id, number))[-1].data["late"] is True
