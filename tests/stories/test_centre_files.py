"""A clerk of a community centre files an idea for a citizen of another municipality."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import BODY, TITLE, cases, hall, turn
from sqlalchemy import select

from mms_core import db as database
from mms_core.cases.log import CaseEvent
from mms_core.cases.models import Case, CaseContact
from mms_core.centre.models import CaseIntake
from mms_core.clock import local_day
from mms_core.db import NATION, db
from mms_core.people import rules as people
from mms_core.people.models import AccessLog, AccountProfile
from mms_core.tenancy import rules as tenancy
from mms_core.testing import make_person, page, sign_in

AT = "/zugdidi/ideas/intake"
TODAY = local_day(datetime.now(UTC))
FORM = {
    "title": TITLE,
    "body": BODY,
    "category": "lighting",
    "settlement": "რუხი",
    "shown": "first",
    "first_name": "ელენე",
    "last_name": "ნიმუშაძე",
    "identified_by": "id_card",
    "personal_number": "01005012345",
    "phone": "",
    "email": "",
    "received_on": TODAY.isoformat(),
    "consent": "true",
}


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    turn(app, "on")
    found = make_person(app, "clerk-of-a-test")
    with app.app_context():
        database.bind(NATION)
        centre = tenancy.all_centres()[0]
        people.grant(found, "clerk", centre_id=centre.id)
        database.commit()
    return sign_in(app, "clerk-of-a-test")


def file(clerk: FlaskClient, **changes: Any) -> Any:
    return clerk.post(AT, data=FORM | changes, content_type="multipart/form-data")


def test_from_the_municipality_to_the_receipt(app: Flask, clerk: FlaskClient) -> None:
    assert 'href="/centre/for/zugdidi"' in page(clerk.get("/centre/?q=zugdidi"))
    assert f'href="{AT}"' in page(clerk.get("/centre/for/zugdidi"))
    form = page(clerk.get(AT))
    assert "თქვენ წინ მყოფი მოქალაქე" in form
    assert '<option value="lighting">' in form
    sent = file(clerk)
    assert sent.status_code == 303, page(sent)
    receipt = page(clerk.get(sent.location))
    number = cases(app)[0]
    with app.app_context():
        database.bind(NATION)
        centre = tenancy.all_centres()[0]
    for words in (number, "clerk-of-a-test", centre.name_ka, 'role="img"', "სამუშაო დღე"):
        assert words in receipt, words
    assert "style=" not in receipt
    with hall(app):
        case, intake = (
            db.session.scalars(select(Case)).one(),
            db.session.scalars(select(CaseIntake)).one(),
        )
        assert (case.channel, case.taken_at) == ("centre", centre.id)
        assert (intake.identified_by, intake.received_on) == ("id_card", TODAY)
        assert "თანახმაა" in intake.consent
        event = db.session.scalars(select(CaseEvent)).one()
        assert (event.actor_role, event.actor_name) == ("clerk", "clerk-of-a-test")
        assert case.author_id is not None, "the citizen is the author"
        author = people.account(case.author_id)
        assert (author.name, author.email) == ("ელენე ნიმუშაძე", None)
        assert (
            db.session.scalars(
                select(AccountProfile.identity_level).where(AccountProfile.account_id == author.id)
            ).one()
            == 2
        )
    assert number in page(clerk.get("/centre/")), "taken here today"


def test_the_citizen_follows_with_number_and_key_and_so_does_the_clerk(
    app: Flask, clerk: FlaskClient
) -> None:
    sent = file(clerk)
    number, key = cases(app)[0], re.search(r"key=(\w+)", sent.location)
    assert key
    door = clerk.get(f"/centre/case?number={number}&key={key[1]}")
    assert door.location == f"/zugdidi/cases/{number}?key={key[1]}"
    assert TITLE in page(clerk.get(door.location, follow_redirects=True))
    log = page(clerk.get("/centre/log"))
    assert ("ნანახია" in log, "შეტანილია" in log) == (True, True)
    assert number not in page(clerk.get("/centre/log?day=2020-01-01"))


def test_the_next_time_it_is_the_same_person_who_sees_who_acted(
    app: Flask, clerk: FlaskClient
) -> None:
    file(clerk)
    file(clerk, title="ახალი ხიდი მდინარეზე", body="ძველი ხიდი საშიშია, ბავშვები ზედ გადადიან.")
    with hall(app):
        authors = set(db.session.scalars(select(Case.author_id)))
        assert len(authors) == 1
        looks = db.session.scalars(select(AccessLog)).all()
        assert [look.subject_id for look in looks] == list(authors)
    refused = file(clerk, last_name="სხვაძე")
    assert refused.status_code == 422
    assert 'href="#field-personal_number"' in page(refused)
    assert "ნიმუშაძე" not in page(refused), "the other name is not told"


def test_without_number_phone_and_e_mail_it_is_an_idea_too(app: Flask, clerk: FlaskClient) -> None:
    assert file(clerk, personal_number="", identified_by="none").status_code == 303
    with hall(app):
        contact = db.session.scalars(select(CaseContact)).one()
        assert (contact.name, contact.email, contact.phone) == ("ელენე ნიმუშაძე", "", "")
        assert db.session.scalars(select(Case.author_id)).one() is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"consent": ""}, "consent"),
        ({"received_on": (TODAY + timedelta(days=1)).isoformat()}, "received_on"),
        ({"received_on": (TODAY - timedelta(days=90)).isoformat()}, "received_on"),
        ({"personal_number": "0100501234a"}, "personal_number"),
        ({"identified_by": ""}, "identified_by"),
        ({"first_name": ""}, "first_name"),
        ({"phone": "12"}, "phone"),
        ({"title": ""}, "title"),
    ],
)
def test_a_mistake_is_named_and_every_word_is_kept(
    app: Flask, clerk: FlaskClient, changes: dict[str, str], field: str
) -> None:
    refused = file(clerk, **changes)
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in page(refused)
    assert BODY in page(refused)
    assert cases(app) == []


def test_a_bad_line_makes_no_second_idea_and_loses_no_word(app: Flask, clerk: FlaskClient) -> None:
    first, second = (file(clerk, _key="the-same") for _try in range(2))
    assert first.location == second.location
    assert len(cases(app)) == 1
    kept = file(clerk, go="keep", consent="", title="ნახევარი")
    assert kept.status_code == 303
    assert BODY in page(clerk.get(AT))
    assert file(clerk).status_code == 303
    assert BODY not in page(clerk.get(AT)), "what was sent is no draft"


def test_only_clerks_file_on_behalf_and_only_where_the_module_takes_new(
    app: Flask, clerk: FlaskClient, client: FlaskClient
) -> None:
    make_person(app, "citizen-of-a-test")
    citizen = sign_in(app, "citizen-of-a-test")
    assert citizen.get(AT).status_code == 403
    assert citizen.post(AT, data=FORM).status_code == 403
    assert "/sign-in" in str(client.get(AT).location)
    assert AT not in page(clerk.get("/centre/for/tskaltubo")), "switched off there"
    assert clerk.get("/centre/for/atlantis").status_code == 404
    turn(app, "closing")
    assert AT not in page(clerk.get("/centre/for/zugdidi"))
    assert file(clerk).status_code == 409
