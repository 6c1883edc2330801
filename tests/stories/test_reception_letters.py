"""A citizen writes to the city hall step by step, prints the letter or sends it, is answered."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from babel.dates import format_date
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from reception_kit_day import BASE, SLUG, WHO, hall, number_in, person, state_of, step, turn

from mms_core import clock
from mms_core.cases import clock_demo, reading
from mms_core.cases.days_off import HallDayOff
from mms_core.cases.models import Attachment, Case
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.messages.words import compose
from mms_core.testing import page

WHY = {"kind": "application", "addressee": "mayor"}
TEXT = {
    "title": "საბავშვო ბაღის სახურავის შეკეთება",
    "facts": "გეგუთის საბავშვო ბაღში სახურავიდან წვიმის წყალი ჩამოდის.",
    "request": "გთხოვთ, შეაკეთოთ სახურავი #1 კორპუსში.",
}


@pytest.fixture(autouse=True)
def tskaltubo(app: Flask) -> None:
    turn(app)


def write(client: FlaskClient, **changes: str) -> None:
    for name, data in (("why", WHY), ("text", TEXT), ("you", WHO)):
        answer = client.post(f"{BASE}/letters/new/{name}", data=data | changes)
        assert answer.status_code == 303, page(answer)


def words_of(pdf: Any) -> str:
    found = PdfReader(io.BytesIO(pdf.data))
    assert len(found.pages) == 1
    return found.pages[0].extract_text()


def test_a_letter_is_promised_the_day_that_its_case_will_have(
    app: Flask, client: FlaskClient
) -> None:
    """The last day itself is declared a day off while the letter is written."""
    write(client)
    with hall(app) as tenant:
        due = clock.due(datetime.now(UTC), clock.policies()["application"]).date
        row = HallDayOff(tenant_id=tenant.id, day=due, name_ka="ქალაქობა", name_en="Town day")
        db.session.add(row)
    checked = page(client.get(f"{BASE}/letters/new/check"))
    number = number_in(client.post(f"{BASE}/letters/new/check"))
    with hall(app):
        case = db.session.scalars(sa.select(Case).where(Case.number == number)).one()
        assert case.due_on > due
        assert format_date(case.due_on, "d MMMM y", locale="ka") in checked


def test_a_letter_is_sent_answered_within_a_month_and_read_as_a_paper(
    app: Flask, client: FlaskClient
) -> None:
    write(client)
    checked = page(client.get(f"{BASE}/letters/new/check"))
    assert TEXT["request"] in checked
    assert "ქალაქის" in checked or "მერი" in checked
    sent = client.post(f"{BASE}/letters/new/check")
    number = number_in(sent)
    client.get(sent.location)
    with hall(app):
        case = db.session.scalars(sa.select(Case).where(Case.number == number)).one()
        assert case.due_on == clock.due(case.opened_at, clock.policies()["application"]).date
    assert number in words_of(client.get(f"{BASE}/letters/{number}/paper.pdf"))
    operator = person(app, "operator", role="operator")
    assert "მერი" in page(operator.get(f"/{SLUG}/desk/{number}"))
    step(operator, app, number, "answer", text_step="სახურავი ზაფხულში შეკეთდება.")
    assert state_of(app, number) == "answered"
    assert "სახურავი ზაფხულში შეკეთდება." in page(client.get(f"/{SLUG}/cases/{number}"))
    assert app.test_client().get(f"{BASE}/letters/{number}/paper.pdf").status_code == 404


def test_a_refusal_says_how_to_complain_and_where(app: Flask, client: FlaskClient) -> None:
    write(client)
    sent = client.post(f"{BASE}/letters/new/check")
    number = number_in(sent)
    client.get(sent.location)
    operator = person(app, "operator", role="operator")
    step(operator, app, number, "refuse", text_step="შენობა მერიის არ არის.", reason="other")
    assert state_of(app, number) == "refused"
    assert "ერთი თვის განმავლობაში" in page(client.get(f"/{SLUG}/cases/{number}"))
    with hall(app):
        case = db.session.scalars(sa.select(Case).where(Case.number == number)).one()
        letter = next(one for one in reading.letters(case) if one.template == "letter_refused")
        assert "ადმინისტრაციული საჩივრის შეტანა" in compose(letter, case).text


def test_a_refusal_of_public_information_names_the_law_and_the_last_day_of_a_complaint(
    app: Flask, client: FlaskClient
) -> None:
    write(client, kind="information")
    sent = client.post(f"{BASE}/letters/new/check")
    number = number_in(sent)
    client.get(sent.location)
    operator = person(app, "operator", role="operator")
    said = {"text_step": "ცნობა სხვა პირის მონაცემებს შეიცავს.", "reason": "other"}
    assert step(operator, app, number, "refuse", **said).status_code == 409, "not for this kind"
    without = step(operator, app, number, "refuse_information", **said)
    assert without.status_code == 422
    assert "სამართლებრივი საფუძველი" in page(without)
    law = {"ground": "სზაკ-ის 44-ე მუხლი", "consulted": "იურიდიული სამსახური"}
    step(operator, app, number, "refuse_information", **said, **law)
    assert state_of(app, number) == "information_refused"
    with hall(app):
        case = db.session.scalars(sa.select(Case).where(Case.number == number)).one()
        ends = clock.due(case.answered_at, clock.policies()["complaint_filing"]).date
        letter = next(one for one in reading.letters(case) if one.template == "information_refused")
        written = compose(letter, case).text
    for words in (*law.values(), "მუხლი 41", "სამ დღეში", f"ბოლო დღეა {ends.isoformat()}"):
        assert words in written, words
    shown = page(client.get(f"/{SLUG}/cases/{number}"))
    for words in (*law.values(), "მუხლი 41", f"საჩივრის ბოლო დღეა {ends.day} "):
        assert words in shown, words


def test_public_information_is_owed_in_ten_days(app: Flask, client: FlaskClient) -> None:
    write(client, kind="information")
    number = number_in(client.post(f"{BASE}/letters/new/check"))
    with hall(app):
        case = db.session.scalars(sa.select(Case).where(Case.number == number)).one()
        assert case.due_reason["policy"] == "public_information"
        assert (case.due_on - case.opened_at.date()).days in range(9, 16), "10, and days off behind"
    mayor = person(app, "mayor", role="mayor")
    assert "მუხლი 40" in page(mayor.get(f"/{SLUG}/desk/clock/"))


def test_the_demo_extends_no_date_that_the_law_lets_nobody_extend(
    app: Flask, client: FlaskClient
) -> None:
    """Public information is owed the soonest here, and its term has no extension."""
    numbers = []
    for kind in ("application", "information"):
        write(client, kind=kind)
        numbers.append(number_in(client.post(f"{BASE}/letters/new/check")))
    with hall(app) as tenant:
        clock_demo.move_some(app.extensions["mms_modules"], tenant, now=datetime.now(UTC))
        cases = {case.number: case for case in db.session.scalars(sa.select(Case))}
        moved = [bool(cases[n].due_reason.get("extended") or cases[n].waits_until) for n in numbers]
    assert moved == [True, False]


def test_a_letter_is_printed_for_signature_and_nothing_is_registered(
    app: Flask, client: FlaskClient
) -> None:
    write(client)
    words = words_of(client.get(f"{BASE}/letters/new/paper.pdf"))
    assert "#1" in words, "what was typed is no markup"
    with hall(app):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_every_step_says_what_is_missing_and_keeps_the_words(
    app: Flask, client: FlaskClient
) -> None:
    assert client.get(f"{BASE}/letters/new/you").status_code == 302, "it begins at the first"
    refused = client.post(f"{BASE}/letters/new/why", data={"kind": "application"})
    assert refused.status_code == 422
    client.post(f"{BASE}/letters/new/why", data=WHY)
    refused = client.post(f"{BASE}/letters/new/text", data=TEXT | {"request": ""})
    assert refused.status_code == 422
    assert 'href="#field-request"' in page(refused)
    assert TEXT["facts"] in page(refused)
    client.post(f"{BASE}/letters/new/text", data=TEXT)
    refused = client.post(f"{BASE}/letters/new/you", data={"name": "ნინო"})
    assert 'href="#field-email"' in page(refused)
    assert client.get(f"{BASE}/letters/new/check").location.endswith("/you")


def test_a_file_goes_along_and_the_letter_can_be_withdrawn(app: Flask, client: FlaskClient) -> None:
    client.post(f"{BASE}/letters/new/why", data=WHY)
    file = {"files": (io.BytesIO("ოქმი".encode()), "oqmi.txt")}
    taken = client.post(f"{BASE}/letters/new/text", data=TEXT | file,
                        content_type="multipart/form-data")  # fmt: skip
    assert taken.status_code == 303, page(taken)
    client.post(f"{BASE}/letters/new/you", data=WHO)
    assert "oqmi.txt" in page(client.get(f"{BASE}/letters/new/check"))
    sent = client.post(f"{BASE}/letters/new/check")
    number = number_in(sent)
    client.get(sent.location)
    with hall(app):
        assert db.session.scalars(sa.select(Attachment.name)).all() == ["oqmi.txt"]
    for _tap in range(2):
        assert client.post(f"{BASE}/letters/{number}/own").status_code == 303
    assert state_of(app, number) == "withdrawn"


def test_a_clerk_registers_a_letter_that_was_signed_on_paper(app: Flask) -> None:
    clerk, today = person(app, "clerk", role="clerk"), local_day(datetime.now(UTC))
    citizen = {"first_name": "ელენე", "last_name": "ნიმუშაძე", "identified_by": "none",
               "received_on": today.isoformat(), "consent": "on"}  # fmt: skip
    refused = clerk.post(f"{BASE}/letters/intake", data=WHY | TEXT | citizen | {"title": ""})
    assert refused.status_code == 422
    assert TEXT["facts"] in page(refused)
    filed = clerk.post(f"{BASE}/letters/intake", data=WHY | TEXT | citizen | {"signed": "true"})
    number = number_in(filed)
    operator = person(app, "operator", role="operator")
    assert TEXT["title"] in page(operator.get(f"/{SLUG}/desk/{number}"))
