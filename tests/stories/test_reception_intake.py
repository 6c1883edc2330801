"""A clerk in a village centre books for a citizen of another municipality and prints the slip."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from reception_kit import ABOUT, free, open_reception
from reception_kit_day import BASE, hall

from mms_core import db as database
from mms_core.cases.models import Case, CaseContact
from mms_core.centre.models import CaseIntake
from mms_core.clock import local_day
from mms_core.db import NATION, db
from mms_core.i18n import TBILISI
from mms_core.people import rules as people
from mms_core.tenancy import rules as tenancy
from mms_core.testing import make_person, page, sign_in
from plugins.citizen_reception.booking_models import Visit

CITIZEN = {"first_name": "ელენე", "last_name": "ნიმუშაძე", "identified_by": "none",
           "received_on": local_day(datetime.now(UTC)).isoformat(), "consent": "on",
           "phone": "599 12 34 56"}  # fmt: skip
AT = f"{BASE}/visits/intake"


def clerk_of_a_village(app: Flask) -> tuple[FlaskClient, int]:
    found = make_person(app, "clerk-of-a-village")
    with app.app_context():
        database.bind(NATION)
        centre_id = tenancy.all_centres()[0].id
        people.grant(found, "clerk", centre_id=centre_id)
        database.commit()
    return sign_in(app, "clerk-of-a-village"), centre_id


def slip_of(client: FlaskClient, number: str) -> str:
    paper = PdfReader(io.BytesIO(client.get(f"{BASE}/visits/{number}/slip.pdf").data))
    assert len(paper.pages) == 1
    assert round(float(paper.pages[0].mediabox.width)) == 420, "A5"
    return paper.pages[0].extract_text()


def test_a_clerk_books_for_a_citizen_of_another_municipality(app: Flask) -> None:
    kind, _who = open_reception(app, charge_phone="(0436) 22 00 00")
    clerk, centre_id = clerk_of_a_village(app)
    assert f'href="{AT}"' in page(clerk.get("/centre/for/tskaltubo"))
    assert ABOUT not in clerk.get(AT).text
    led = clerk.post(AT, data={"about": ABOUT, "kind": kind, "matters": "1", "go": "times"})
    assert led.status_code == 303
    assert ABOUT not in led.location, "no address says why"
    shown = page(clerk.get(led.location))
    slots = re.findall(r'name="slot" id="[^"]+" value="([^"]+)"', shown)
    given = {"about": ABOUT, "kind": kind, "matters": "2", "slot": slots[0], "more": "ორი საკითხი"}
    wrong = clerk.post(AT, data=given | CITIZEN | {"first_name": "", "consent": ""})
    assert wrong.status_code == 422
    assert {"first_name", "consent"} <= set(re.findall(r'id="field-(\w+)-error"', page(wrong)))
    assert "599 12 34 56" in page(wrong), "nothing that was typed is lost"
    assert re.search(rf'value="{re.escape(slots[0])}" required checked', page(wrong))

    booked = clerk.post(AT, data=given | CITIZEN)
    assert booked.status_code == 303, page(booked)
    clerk.get(booked.location)
    with hall(app):
        case = db.session.scalars(sa.select(Case)).one()
        row = db.session.scalars(sa.select(Visit)).one()
        assert (case.channel, case.taken_at) == ("centre", centre_id)
        assert db.session.scalars(sa.select(CaseContact.name)).one() == "ელენე ნიმუშაძე"
        assert db.session.scalars(sa.select(CaseIntake.clerk_name)).one()
        assert (row.ends_at - row.starts_at).total_seconds() == 3600, "two matters, one visit"
        number = case.number
    said = slip_of(clerk, number)
    hour = datetime.fromisoformat(slots[0].split("|")[1])
    for words in (number, "მერია", "(0436) 22 00 00", f"{hour.astimezone(TBILISI):%H:%M}"):
        assert words in said, words
    assert slots[0] not in free(app.test_client(), kind)
    assert app.test_client().get(f"{BASE}/visits/{number}/slip.pdf").status_code == 404
