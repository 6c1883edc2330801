"""The header of whoever is signed in is their own, on each page and after each change."""

from __future__ import annotations

from flask import Flask

from mms_core import db as database
from mms_core.db import NATION
from mms_core.people import rules as people
from mms_core.tenancy import rules as tenancy
from mms_core.testing import page
from tests.stories.idea_kit import person, turn

ACCOUNT = "დავით ნიმუშაძე"
IDEAS = "/zugdidi/ideas/"


def header(text: str) -> str:
    return text[text.index("<header") : text.index("</header>")]


def test_one_person_never_sees_anothers_header(app: Flask) -> None:
    turn(app, "on")
    staff = person(app, "eka@hall.example", role="operator")
    citizen = person(app, "nino@posta.example")
    for _again in range(2):
        assert "/zugdidi/desk/" in header(page(staff.get(IDEAS)))
        assert "/zugdidi/desk/" not in header(page(citizen.get(IDEAS)))
        assert ACCOUNT in header(page(citizen.get(IDEAS)))
        assert ACCOUNT not in header(page(app.test_client().get(IDEAS)))


def test_the_switches_lead_back_to_the_very_page(app: Flask) -> None:
    turn(app, "on")
    staff = person(app, "eka@hall.example", role="operator")
    for query in ("", "?sort=supported", "?sort=waiting"):
        back = f"{IDEAS}{query}".replace("?", "%3F").replace("=", "%3D")
        assert f'/language/en?next={back}"' in page(staff.get(f"{IDEAS}{query}"))
    desk = header(page(staff.get("/zugdidi/desk/")))
    assert 'href="/zugdidi/desk/" aria-current="page"' in desk
    assert 'href="/zugdidi/desk/" aria-current="page"' not in header(page(staff.get(IDEAS)))


def test_a_role_that_was_given_opens_its_place_at_the_next_page(app: Flask) -> None:
    turn(app, "on")
    client = person(app, "nino@posta.example")
    assert "/zugdidi/desk/" not in header(page(client.get(IDEAS)))
    with app.app_context():
        database.bind(NATION)
        account = people.by_email("nino@posta.example")
        hall = tenancy.by_slug("zugdidi")
        assert hall is not None
        people.grant(account.id, "operator", tenant_id=hall.id)
        database.commit()
    assert "/zugdidi/desk/" in header(page(client.get(IDEAS)))


def test_signed_out_the_header_is_a_strangers(app: Flask) -> None:
    turn(app, "on")
    client = person(app, "nino@posta.example")
    assert ACCOUNT in header(page(client.get(IDEAS)))
    client.get("/sign-out")
    client.post("/sign-out")
    assert ACCOUNT not in header(page(client.get(IDEAS)))
