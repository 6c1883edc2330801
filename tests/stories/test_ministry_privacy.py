"""A citizen leaves a name everywhere, and no page of the ministry shows or reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import MODULE, give, turn

from mms_core import db as database
from mms_core.commitments.models import CommitmentComment
from mms_core.db import NATION, db
from mms_core.messages.models import NationalLetter
from mms_core.monitoring.reader import reader
from mms_core.testing import make_person, page, sign_in

COMMITMENT = {
    "plan_ka": "გეგმა", "title_ka": "გეგმა", "title_en": "Plan", "starts": "2018-06-01",
    "ends": "2019-12-31", "status": "running", "sdg": "16", "published": "true",
}  # fmt: skip
NAME, MAIL, SAID = "ნინო საიდუმლოძე", "hidden-nino@posta.example", "ეს მხოლოდ მერიას ეხება"


@contextmanager
def listening(app: Flask) -> Iterator[list[str]]:
    """Collect what the application and the ministry's reader send to PostgreSQL."""
    sent: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    with app.app_context():
        engines = [db.engine, reader(app)]
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", hear)
    yield sent
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", hear)


@pytest.fixture
def ministry(app: Flask) -> FlaskClient:
    """Let a citizen leave a name everywhere, and give the ministry's browser."""
    turn(app, "on", publish="at_once")
    citizen = app.test_client()
    left = {"name": NAME, "email": MAIL, "title": SAID, "body": f"{SAID}: {NAME}, {MAIL}"}
    assert give(citizen, shown="none", **left).status_code == 303
    make_person(app, "ministry", ("ministry", 0))
    browser = sign_in(app, "ministry")
    assert browser.post("/ministry/commitments/new", data=COMMITMENT).status_code == 303
    comment = {"name": "მკითხველი", "email": MAIL, "body": "როდის?"}
    assert citizen.post("/commitments/plan", data=comment).status_code == 303
    letter = {"subject": "შეხსენება", "body": "როდის?", "answer_by": "2999-01-01"}
    assert browser.post("/ministry/letters/write/zugdidi", data=letter).status_code == 303
    return browser


def addresses(app: Flask, browser: FlaskClient) -> list[str]:
    """Give every page of the ministry, with each place in it filled."""
    letter = re.search(r"/ministry/letters/[0-9a-f-]{36}", page(browser.get("/ministry/letters/")))
    assert letter
    fill: dict[str, Any] = {
        "hall": "zugdidi", "name": MODULE, "module": MODULE, "address": "plan",
        "letter_id": letter[0].rpartition("/")[2],
    }  # fmt: skip
    rules = [r for r in app.url_map.iter_rules() if r.rule.startswith(("/ministry", "/figures"))]
    pages = [r for r in rules if "GET" in (r.methods or ()) and set(r.arguments) <= {*fill}]
    assert len(pages) > 15
    with app.test_request_context():
        urls = app.url_map.bind("localhost")
        return [urls.build(r.endpoint, {a: fill[a] for a in r.arguments}) for r in pages]


def test_no_page_of_the_ministry_names_a_citizen_or_reads_a_citizens_table(
    app: Flask, ministry: FlaskClient
) -> None:
    people = re.compile(r"\bmms\.(cases|case_\w+|attachment|person_case|outbox_letter)\b")
    modules = [*app.extensions["mms_modules"].loaded]
    for address in addresses(app, ministry):
        with listening(app) as sent:
            answer = ministry.get(f"{address}?hall=zugdidi")
            shown = answer.get_data().decode(errors="replace")
        assert answer.status_code < 400, address
        for told in (NAME, MAIL, SAID):
            assert told not in shown, f"{address} shows {told}"
        for statement in sent:
            tables = statement.replace(".alembic_version", "_")  # numbers of versions, no rows
            read = people.search(tables) or any(f" {m}." in tables for m in modules)
            assert not read, f"{address} reads {statement}"


def test_the_author_of_a_comment_is_answered_without_being_seen(
    app: Flask, ministry: FlaskClient
) -> None:
    shown = page(ministry.get("/ministry/commitments/"))
    found = re.search(r"/ministry/commitments/comments/([0-9a-f-]{36})", shown)
    assert found
    typed = {"do": "show", f"answer-{found[1]}": "გაზაფხულზე."}
    assert ministry.post(found[0], data=typed).status_code == 303
    with app.app_context():
        database.bind(NATION)
        letters = db.session.scalars(sa.select(NationalLetter).filter_by(recipient=MAIL)).all()
        assert [letter.body for letter in letters] == ["გაზაფხულზე."]
        kept = db.session.scalars(sa.select(CommitmentComment.email)).all()
        assert kept == [""], "an address that has done its work is forgotten"
