"""A post goes by how its module stood last, and is done again where that has changed meanwhile."""

from __future__ import annotations

import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import FORM, cases, hall, picture, proof, turn
from sqlalchemy import func, select

from mms_core.cases.models import Attachment
from mms_core.db import db
from mms_core.once import FIELD, IdempotencyKey
from mms_core.testing import page


@pytest.fixture(autouse=True)
def known(app: Flask, client: FlaskClient) -> None:
    """Let this process know how the hall's modules stand, as after its first post."""
    turn(app, "on", why_required=False)
    assert post(client).status_code == 303


def form(client: FlaskClient, **changes: Any) -> dict[str, Any]:
    """Fill the form, with a key of its own."""
    return {**FORM, "altcha": proof(client), FIELD: str(uuid.uuid4()), **changes}


def sent(client: FlaskClient, filled: dict[str, Any]) -> Any:
    """Send the form as a browser does, with an empty file where none was chosen."""
    whole = {"files": [(io.BytesIO(b""), "")], **filled}
    return client.post("/zugdidi/ideas/new", data=whole, content_type="multipart/form-data")


def post(client: FlaskClient, **changes: Any) -> Any:
    return sent(client, form(client, **changes))


def test_it_waits_for_the_database_twice(client: FlaskClient, ways: list[int]) -> None:
    filled = form(client)
    ways.clear()
    assert sent(client, filled).status_code == 303
    assert len(ways) == 2, "what is asked, and what is written"


def test_one_that_brings_a_file_keeps_it_whatever_has_changed(
    app: Flask, client: FlaskClient
) -> None:
    turn(app, "on", why_required=True)
    turn(app, "on", why_required=False)
    assert post(client, files=[picture()]).status_code == 303
    with hall(app):
        assert db.session.scalar(select(func.count()).select_from(Attachment)) == 1


def test_switched_off_meanwhile_it_finds_no_page_and_leaves_nothing(
    app: Flask, client: FlaskClient
) -> None:
    before, filled = cases(app), form(client)
    turn(app, "off")
    answer = sent(client, filled)
    assert answer.status_code == 404
    assert "ეს სერვისი ამ მუნიციპალიტეტში ჩართული არ არის." in page(answer)
    assert cases(app) == before
    turn(app, "on")
    assert sent(client, filled).status_code == 303, "and once it is on again the form is taken"
    assert len(cases(app)) == len(before) + 1


def test_settings_of_this_moment_count_and_not_those_of_before(
    app: Flask, client: FlaskClient
) -> None:
    before, filled = cases(app), form(client)
    turn(app, "on", why_required=True)
    assert sent(client, filled).status_code == 422, "it was not asked for when the form was opened"
    assert cases(app) == before
    turn(app, "on", why_required=False)
    assert sent(client, filled).status_code == 303, "what refused it holds no longer"


def test_the_same_form_leads_to_the_same_receipt(app: Flask, client: FlaskClient) -> None:
    before, filled, start = len(cases(app)), form(client), Barrier(5)

    def send(_place: int) -> Any:
        start.wait()
        return sent(app.test_client(), filled)

    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(send, range(5)))
    assert [answer.status_code for answer in answers] == [303] * 5
    assert len({answer.location for answer in answers}) == 1
    assert sent(client, filled).location == answers[0].location
    assert len(cases(app)) == before + 1


def test_a_refused_one_frees_its_key(app: Flask, client: FlaskClient) -> None:
    keys, wrong = select(func.count()).select_from(IdempotencyKey), form(client, title="")
    with hall(app):
        before = db.session.scalar(keys)
    assert sent(client, wrong).status_code == 422
    with hall(app):
        assert db.session.scalar(keys) == before
    right = form(client) | {FIELD: wrong[FIELD]}
    assert sent(client, right).status_code == 303
