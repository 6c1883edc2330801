"""A letter that never arrived is a task at the desk, until somebody has reached the citizen."""

from __future__ import annotations

import subprocess
import sys

import pytest
from answering_kit import ANSWER, PLACE, case_of, desk
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import given, hall, person, turn
from sqlalchemy import select

from mms_core.cases import reading
from mms_core.config import Settings
from mms_core.db import db
from mms_core.messages import bounces
from mms_core.messages.delivery import deliver
from mms_core.messages.models import OutboxLetter
from mms_core.testing import page

WAITING = "ვერ მივიდა"


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


@pytest.fixture
def number(app: Flask, officer: FlaskClient) -> str:
    """Give an answered case whose letter has left."""
    number = given(app.test_client())
    desk(officer, number, "step", step="accept", text_step=ANSWER)
    with case_of(app, number) as case:
        for letter in reading.letters(case):
            deliver(case.tenant_id, letter.id)
    return number


def letter_of(app: Flask, number: str, *, newest: bool = True) -> OutboxLetter:
    with case_of(app, number) as case:
        found = [one for one in reading.letters(case) if one.template == "accepted"]
        db.session.expunge_all()
        return found[0] if newest else found[-1]


def report(letter: OutboxLetter, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """Write a report as mail servers do (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@mail.example\nSubject: Undelivered Mail Returned to Sender\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nI could not deliver your message.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example\n\n"
        f"Final-Recipient: rfc822; nino@posta.example\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <nino@posta.example> User unknown\n"
        "--b\nContent-Type: message/rfc822\n\n"
        f"Message-ID: <{letter.id}@hall.example>\nSubject: x\n\nx\n--b--\n"
    ).encode()


def come_back(app: Flask, raw: bytes) -> bool:
    found = bounces.read(raw)
    assert found is not None
    with app.app_context():
        return bounces.take_in(found)


def test_a_bounce_becomes_a_task_that_names_nobody(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    letter = letter_of(app, number)
    assert letter.state == "sent"
    assert come_back(app, report(letter))
    marked = letter_of(app, number)
    assert marked.state == "failed"
    assert "5.1.1" in marked.error
    assert "nino@" not in marked.error
    assert "მოქალაქესთან დაკავშირება" in page(officer.get(PLACE))
    listed = page(officer.get(f"{PLACE}letters/"))
    assert number in listed
    assert "nino@posta.example" not in listed
    assert f"letters/{letter.id}" in page(officer.get(f"{PLACE}{number}"))


def test_a_better_address_sends_it_again_and_the_case_keeps_it(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    letter = letter_of(app, number)
    come_back(app, report(letter))
    place = f"{PLACE}letters/{letter.id}"
    for wrong in ("nino@", "12", "nino at posta"):
        refused = officer.post(place, data={"do": "again", "to": wrong})
        assert refused.status_code == 422, wrong
        assert f'value="{wrong}"' in page(refused)
    assert officer.post(place, data={"do": "again", "to": "eka@posta.example"}).status_code == 303
    again = letter_of(app, number)
    assert (again.recipient, again.state) == ("eka@posta.example", "waiting")
    assert again.context == letter.context
    assert letter_of(app, number, newest=False).state == "replaced"
    with case_of(app, number) as case:
        contact = reading.contact(case)
        assert contact is not None
        assert contact.email == "eka@posta.example"
    assert number not in page(officer.get(f"{PLACE}letters/"))
    assert officer.post(place, data={"do": "again"}).status_code == 409


def test_a_telephone_call_ends_the_task_with_a_trace(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    letter = letter_of(app, number)
    come_back(app, report(letter))
    place = f"{PLACE}letters/{letter.id}"
    assert officer.post(place, data={"do": "told", "how": " "}).status_code == 422
    assert officer.post(place, data={"do": "told", "how": "დავურეკე, იცის."}).status_code == 303
    assert "დავურეკე, იცის." in page(officer.get(f"{PLACE}{number}"))
    author = page(app.test_client().get(f"/zugdidi/ideas/{number}"))
    assert "დავურეკე" not in author
    assert come_back(app, report(letter))  # a second report changes nothing
    assert letter_of(app, number).state == "told"


def test_a_delay_is_no_failure_and_other_mail_is_no_report(app: Flask, number: str) -> None:
    letter = letter_of(app, number)
    assert come_back(app, report(letter, action="delayed", status="4.4.1"))
    assert letter_of(app, number).state == "sent"
    assert bounces.read(b"Subject: hello\n\nGood day.") is None
    assert bounces.read(b"\xff\x00 no mail at all") is None
    strange = report(letter).replace(
        str(letter.id).encode(), b"0" * 8 + str(letter.id).encode()[8:]
    )
    assert not come_back(app, strange)


def test_the_mail_servers_door_reads_standard_input(
    app: Flask, settings: Settings, number: str
) -> None:
    letter = letter_of(app, number)
    env = {
        "DATABASE_URL": settings.database_url or "",
        "MMS_DATA": str(settings.data_dir),
        "MMS_SECRET_KEY": settings.secret_key or "",
        "MMS_DEMO": "1",
    }
    command = [sys.executable, "-m", "mms_core.cli", "bounce"]
    done = subprocess.run(command, input=report(letter), env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert letter_of(app, number).state == "failed"


def test_a_letter_of_another_hall_is_no_task_here(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    letter = letter_of(app, number)
    come_back(app, report(letter))
    elsewhere = person(app, "vano@hall.example", role="operator", slug="tskaltubo")
    assert elsewhere.get(f"/tskaltubo/desk/letters/{letter.id}").status_code == 404
    assert number not in page(elsewhere.get("/tskaltubo/desk/letters/"))
    with hall(app, "tskaltubo"):
        assert not db.session.scalars(select(OutboxLetter)).all()
