"""A letter in the outbox: what becomes of it while the mail server is away, and after."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from mail_server import Mailbox, free_port, start

from mms_core import db as database
from mms_core.db import db
from mms_core.messages.channels import TemporaryFailure
from mms_core.messages.delivery import deliver_national
from mms_core.messages.models import NationalLetter


@pytest.fixture
def national(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Bind to no municipality, with a mail server set at the port that is given."""
    port = free_port()
    settings = app.extensions["mms_settings"]
    monkeypatch.setitem(
        app.extensions, "mms_settings", replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")
    )
    with app.app_context():
        database.bind(database.NATION)
        yield port


def written() -> uuid.UUID:
    letter = NationalLetter(
        id=uuid.uuid4(), recipient="citizen@mail.example", subject="შესვლა", body="ბმული"
    )
    db.session.add(letter)
    database.commit()
    return letter.id


def after(letter_id: uuid.UUID) -> NationalLetter:
    db.session.expire_all()
    return db.session.get_one(NationalLetter, letter_id)


def test_a_letter_waits_while_the_server_is_away_and_then_goes_once(national: int) -> None:
    letter_id = written()
    with pytest.raises(TemporaryFailure):
        deliver_national(letter_id)
    database.rollback()
    waiting = after(letter_id)
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert "does not answer" in waiting.error

    mailbox = Mailbox()
    server = start(mailbox, port=national)
    try:
        for _ in range(2):
            deliver_national(letter_id)
            database.commit()
    finally:
        server.stop()
    sent = after(letter_id)
    assert (sent.state, sent.error, sent.attempts) == ("sent", "", 2)
    assert [letter["Subject"] for letter in mailbox.letters] == ["შესვლა"]


def test_a_refused_recipient_is_told_to_the_office_and_not_tried_again(national: int) -> None:
    mailbox, letter_id = Mailbox(), written()
    mailbox.answers["RCPT"] = ["550 5.1.1 no such mailbox"]
    server = start(mailbox, port=national)
    try:
        deliver_national(letter_id)
        database.commit()
    finally:
        server.stop()
    assert after(letter_id).state == "failed"
    assert after(letter_id).error == "the mail server said 550 5.1.1 no such mailbox"
