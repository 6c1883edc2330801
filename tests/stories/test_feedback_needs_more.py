"""A clerk files a need, readers report one, an officer hides it, pictures follow, people go."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from feedback_kit import SLUG, YEAR, hall, person, turn
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import picture

from mms_core import db as database
from mms_core.cases import reading
from mms_core.cases.models import Attachment, Case
from mms_core.cases.rules import by_number
from mms_core.centre.models import CaseIntake
from mms_core.clock import local_day
from mms_core.db import NATION, db
from mms_core.people import rules as people
from mms_core.people.models import AccountProfile
from mms_core.tenancy import rules as tenancy
from mms_core.testing import make_person, page, sign_in
from plugins.citizen_feedback import plugin
from plugins.citizen_feedback.need_models import Need, NeedSupport
from tests.stories.test_feedback_needs import BASE, FORM, name_a_need, resident

INTAKE = FORM | {
    "first_name": "ელენე",
    "last_name": "ნიმუშაძე",
    "identified_by": "id_card",
    "personal_number": "01005012345",
    "received_on": local_day(datetime.now(UTC)).isoformat(),
    "consent": "true",
    "birth_date": "1950-03-04",
    "seen": "true",
    "shown": "true",
}


@pytest.fixture(autouse=True)
def tskaltubo(app: Flask) -> None:
    turn(app, "on")


@pytest.fixture
def operator(app: Flask) -> FlaskClient:
    return person(app, "operator", role="operator")


def clerk(app: Flask) -> FlaskClient:
    found = make_person(app, "clerk-of-a-test")
    with app.app_context():
        database.bind(NATION)
        people.grant(found, "clerk", centre_id=tenancy.all_centres()[0].id)
        database.commit()
    return sign_in(app, "clerk-of-a-test")


def step(operator: FlaskClient, number: str, name: str, **typed: str) -> None:
    seen = re.search(r'name="version" value="(\d+)"', page(operator.get(f"/{SLUG}/desk/{number}")))
    assert seen
    form = {"do": "step", "step": name, "version": seen[1], **typed}
    assert operator.post(f"/{SLUG}/desk/{number}", data=form).status_code == 303


def publish(operator: FlaskClient, number: str) -> None:
    step(operator, number, "consider")


def moderate(operator: FlaskClient, where: str, what: str, **typed: str) -> int:
    said = {"reason": "ტექსტი სხვას ამხელს.", "rule": "personal_data"}
    said |= {f"{name}_part": words for name, words in said.items()}
    form = {"do": what, **said, **typed}
    return operator.post(f"/{SLUG}/desk/moderation/{where}", data=form).status_code


def where_of(app: Flask, number: str) -> str:
    with hall(app) as tenant:
        return f"citizen_feedback/need/{by_number(tenant.id, number).id}"


def test_a_clerk_files_a_need_for_a_citizen_and_attests(app: Flask) -> None:
    office = clerk(app)
    at = f"{BASE}/needs/intake"
    assert f'href="{at}"' in page(office.get(f"/centre/for/{SLUG}"))
    wrong = {
        "birth_date": f"{YEAR - 17}-01-01", "seen": "", "identified_by": "none", "consent": "",
        "settlement": "ატლანტიდა",
    }  # fmt: skip
    for name, value in wrong.items():
        refused = office.post(at, data=INTAKE | {name: value}, content_type="multipart/form-data")
        assert refused.status_code == 422, name
        assert f'href="#field-{name}"' in page(refused), name
        assert FORM["body"] in page(refused), name
    sent = office.post(at, data=INTAKE, content_type="multipart/form-data")
    assert sent.status_code == 303, page(sent)
    with hall(app):
        case = db.session.scalars(sa.select(Case)).one()
        assert (case.channel, case.author_id is not None) == ("centre", True)
        intake = db.session.scalars(sa.select(CaseIntake)).one()
        assert intake.identified_by == "id_card"
        first, note = reading.events(case)
        assert (first.actor_role, first.actor_name) == ("clerk", "clerk-of-a-test")
        assert (note.kind, note.public, "18" in note.text) == ("note", False, True)
        born = db.session.scalars(sa.select(AccountProfile.birth_date)).all()
        assert date(1950, 3, 4) not in born, "the day of birth is looked at, not kept"
        assert db.session.scalars(sa.select(Need.is_public)).one() is False
    stranger = person(app, "stranger")
    assert stranger.post(at, data=INTAKE).status_code == 403


def test_a_reported_need_is_hidden_with_a_stub_and_no_answer_shows_it_again(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    number = name_a_need(resident(app))
    where = where_of(app, number)
    publish(operator, number)
    assert f"moderation/report/{where}" in page(client.get(f"{BASE}/needs/{number}"))
    assert moderate(operator, where, "hide") == 303
    stub = page(client.get(f"{BASE}/needs/{number}"))
    assert "მერიამ ეს საჭიროება დაფარა" in stub
    assert FORM["title"] not in stub
    assert FORM["title"] not in page(client.get(f"{BASE}/needs?v=2"))
    step(operator, number, "answer", text_step="გავწმინდეთ.")
    assert FORM["title"] not in page(client.get(f"{BASE}/needs/{number}?v=3"))
    assert moderate(operator, where, "restore") == 303
    assert FORM["title"] in page(client.get(f"{BASE}/needs/{number}?v=4"))


def test_a_part_of_a_need_is_struck_out(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    number = name_a_need(resident(app))
    publish(operator, number)
    where = where_of(app, number)
    assert moderate(operator, where, "strike", passages="წყალი ეზოებში") == 303
    shown = page(client.get(f"{BASE}/needs/{number}"))
    assert "წყალი ეზოებში" not in shown
    assert "[დაფარულია]" in shown
    assert moderate(operator, where, "restore") == 303
    assert "წყალი ეზოებში" in page(client.get(f"{BASE}/needs/{number}?v=2"))


def test_a_need_that_nobody_has_published_is_not_published_by_the_moderation(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    number = name_a_need(resident(app))
    where = where_of(app, number)
    assert moderate(operator, where, "hide") == 303
    assert moderate(operator, where, "restore") == 303
    assert client.get(f"{BASE}/needs/{number}").status_code == 404


def test_pictures_of_a_need_are_seen_with_it_and_a_hidden_one_never(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    files: Any = [picture("arkhi.jpg"), picture("quche.jpg")]
    number = name_a_need(resident(app), files=files)
    with hall(app):
        first, second = db.session.scalars(sa.select(Attachment.id).order_by(Attachment.at)).all()
    assert client.get(f"/{SLUG}/files/{first}").status_code == 404, "nobody has looked at it"
    assert moderate(operator, f"cases/file/{second}", "hide") == 303
    publish(operator, number)
    assert client.get(f"/{SLUG}/files/{first}").status_code == 200
    assert client.get(f"/{SLUG}/files/{second}").status_code == 404
    assert str(first) in page(client.get(f"{BASE}/needs/{number}"))


def test_who_is_erased_takes_their_support_along(app: Flask, operator: FlaskClient) -> None:
    number = name_a_need(resident(app))
    publish(operator, number)
    neighbour = resident(app, "gio", number="")
    neighbour.post(f"{BASE}/needs/{number}/support")
    with hall(app):
        assert db.session.scalar(sa.select(Need.supports)) == 1
    with app.app_context():
        database.bind(NATION)
        gone = people.by_email("gio@posta.example")
        assert gone is not None
        with hall(app):
            plugin.mms_erase(gone)
    with hall(app):
        assert db.session.scalar(sa.select(Need.supports)) == 0
        assert db.session.scalars(sa.select(NeedSupport.case_id)).all() == []
