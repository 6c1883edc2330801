"""The logs tell what happened and to whom nobody: no name, no address, no number."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import structlog
from flask import Flask
from sqlalchemy.exc import IntegrityError

from mms_core import db as database
from mms_core import logs
from mms_core.config import Settings
from mms_core.db import db
from mms_core.logs import configure, note
from mms_core.messages.models import NationalLetter
from mms_core.people.rules import create_account

EMAIL = "nino.nimushadze@mail.example"
NUMBER = "01001012345"
PHONE = "+995 555 12 34 56"


class Lines:
    """What this process has written to stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys, self.text = capsys, ""

    def getvalue(self) -> str:
        self.text += self.capsys.readouterr().err
        return self.text


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """Catch what production would write."""
    configure(readable=False)
    yield Lines(capsys)
    configure(readable=True)


def read(lines: Lines) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_line_is_json_with_time_level_and_request(app: Flask, lines: Lines) -> None:
    answer = app.test_client().post(
        "/sign-in", data={"email": "no"}, headers={"X-Request-Id": "abcdef-12345678"}
    )
    assert answer.headers["X-Request-Id"] == "abcdef-12345678"
    (line,) = (found for found in read(lines) if found["event"] == "request")
    assert line["request_id"] == "abcdef-12345678"
    assert line["method"] == "POST"
    assert line["level"] == "info"
    assert str(line["timestamp"]).endswith("Z")


def test_a_line_of_a_request_is_written_like_every_other(app: Flask, lines: Lines) -> None:
    said = {"by": EMAIL, "ms": 3, "hall": None, "at": ["იდეა", {"number": NUMBER}], "way": "a/b"}
    with app.test_request_context("/sign-in"):
        app.preprocess_request()
        logs.write_line("request", **said)
        logs.log.info("request", **said)
    quick, usual = read(lines)
    assert EMAIL not in str(quick)
    assert quick["at"] == ["იდეა", {"number": "[number]"}]
    stamps = [datetime.fromisoformat(str(line.pop("timestamp"))) for line in (quick, usual)]
    assert quick == usual
    assert abs(stamps[1] - stamps[0]) < timedelta(minutes=1)


def test_what_a_request_did_stands_on_its_line_and_elsewhere_on_its_own(
    app: Flask, lines: Lines
) -> None:
    with app.test_request_context("/sign-in"):
        app.preprocess_request()
        note("case.moved", case="1", by=EMAIL)
        note("case.moved", case="2")
        app.process_response(app.response_class())
    with app.app_context():
        note("case.moved", case="3")
    request, alone = read(lines)
    assert (request["event"], request["method"]) == ("request", "GET")
    assert request["noted"] == [
        {"event": "case.moved", "case": "1", "by": "[e-mail]"},
        {"event": "case.moved", "case": "2"},
    ]
    assert (alone["event"], alone["case"]) == ("case.moved", "3")


@pytest.mark.parametrize(
    ("demo", "terminal", "readable"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_lines_are_for_eyes_where_the_demo_runs_in_a_terminal(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    *,
    demo: bool,
    terminal: bool,
    readable: bool,
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(logs, "configure", lambda *, readable: asked.append(readable))
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: terminal))
    another = Flask("another")
    another.extensions["mms_settings"] = replace(settings, demo=demo)
    logs.init_app(another)
    assert asked == [readable]


@pytest.mark.parametrize("problem", [BrokenPipeError(), ValueError("closed")])
def test_nothing_fails_where_nobody_takes_the_lines(
    app: Flask, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def write(_line: str) -> None:
        raise problem

    configure(readable=False)
    before = app.test_client().post("/sign-in", data={"email": "no"})
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(write=write, isatty=lambda: False))
    assert (
        app.test_client().post("/sign-in", data={"email": "no"}).status_code == before.status_code
    )


def test_a_strange_request_id_is_replaced(app: Flask) -> None:
    given = "x" * 200
    answer = app.test_client().get("/language/en", headers={"X-Request-Id": given})
    assert answer.headers["X-Request-Id"] != given


def test_what_looks_like_personal_data_is_blotted_out(lines: Lines) -> None:
    log = structlog.get_logger("test")
    log.info("said", to=EMAIL, text=f"{NUMBER} or {PHONE}", deep={"list": [EMAIL]})
    logging.getLogger("library").warning("mail to %s failed", EMAIL)
    text = lines.getvalue()
    for word in (EMAIL, NUMBER, "555 12 34 56", "nimushadze"):
        assert word not in text
    assert "[e-mail]" in text
    assert "[number]" in text


def test_what_is_no_personal_data_is_left(lines: Lines) -> None:
    kept = {"case": "0193f1a2-1234-7123-8123-123456789012", "number": "TSK-2026-000001-7"}
    structlog.get_logger("test").info("said", **kept, day="2026-11-21", n=123456789012)
    (line,) = read(lines)
    assert {name: line[name] for name in kept} == kept
    assert line["n"] == 123456789012


def test_a_database_error_quotes_no_row(app: Flask, lines: Lines) -> None:
    with app.app_context():
        database.bind(database.NATION)
        letter = NationalLetter(recipient=EMAIL, subject="A", body="ნინო ნიმუშაძე")
        db.session.add(letter)
        db.session.flush()
        twice = NationalLetter(id=letter.id, recipient=EMAIL, subject="A", body="ნინო ნიმუშაძე")
        db.session.expunge(letter)
        db.session.add(twice)
        try:
            db.session.flush()
        except IntegrityError:
            structlog.get_logger("test").exception("broken")
        db.session.rollback()
    text = lines.getvalue()
    assert "duplicate key" in text
    assert EMAIL not in text
    assert "ნიმუშაძე" not in text


def test_an_account_from_making_to_wrong_password_leaves_no_trace(
    app: Flask, settings: Settings, lines: Lines
) -> None:
    with app.app_context():
        database.bind(database.NATION)
        create_account(EMAIL, first_name="ნინო", last_name="ნიმუშაძე", password="long-enough-1")
        db.session.commit()
    client = app.test_client()
    for password in ("wrong", "wrong again", "long-enough-1"):
        client.post("/sign-in", data={"email": EMAIL, "password": password})
    client.post("/my/profile", data={"personal_number": NUMBER, "phone": PHONE})
    text = lines.getvalue()
    assert '"event": "request"' in text
    for word in (EMAIL, NUMBER, "ნიმუშაძე", "wrong again", "long-enough-1"):
        assert word not in text
