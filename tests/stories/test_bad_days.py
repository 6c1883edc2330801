"""Bad days in the middle of a page: what the person sees, and that nothing half-done stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import BODY, FORM, TITLE, cases, give, given, hall, turn
from psycopg import sql

from mms_core.config import Settings
from mms_core.db import db
from mms_core.once import FIELD
from mms_core.session import ScopedSession
from mms_core.testing import page

OUTAGE = "სისტემა მცირე ხნით მიუწვდომელია"
FAULT = "რაღაც შეფერხდა"


@pytest.fixture(autouse=True)
def zugdidi(app: Flask) -> None:
    turn(app, "on")


@pytest.fixture
def cut(settings: Settings) -> Iterator[Any]:
    """Give a way to end a connection, once, as a restart does: at a statement or the commit."""
    url = str(settings.database_url).replace("+psycopg", "")
    heard: list[tuple[Any, str, Any]] = []

    def end(connection: Any) -> None:
        if "cut" not in connection.info:
            connection.info["cut"] = True
            pid = connection.connection.driver_connection.info.backend_pid
            with psycopg.connect(url) as admin:
                admin.execute("select pg_terminate_backend(%s, 5000)", [pid])

    def at(moment: str) -> None:
        def sent(connection: Any, _cursor: Any, statement: str, *_more: object) -> None:
            if moment in statement:
                end(connection)

        def committed(session: Any) -> None:
            if session.in_transaction():
                end(session.connection())

        if moment == "commit":
            heard.append((ScopedSession, "before_commit", committed))
        else:
            heard.append((sa.Engine, "before_cursor_execute", sent))
        sa.event.listen(*heard[-1])

    yield at
    for listening in heard:
        sa.event.remove(*listening)


@pytest.mark.parametrize("moment", ["nextval", "commit"])
def test_the_database_goes_in_the_middle_of_a_submission(
    app: Flask, client: FlaskClient, cut: Any, moment: str
) -> None:
    """Also when only the commit meets it: the person reads what happened, and sends it again."""
    cut(moment)
    refused = give(client, **{FIELD: "once"})
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "5"
    words = page(refused)
    assert OUTAGE in words
    assert "არაფერი დარეგისტრირდება ორჯერ" in words
    assert BODY in words, "what was typed can be copied"


def test_after_the_outage_the_same_form_is_one_idea(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    with psycopg.connect(str(settings.database_url).replace("+psycopg", "")) as admin:
        limit = sql.SQL("alter database {} connection limit {}")
        own = sql.Identifier(admin.info.dbname)
        admin.execute(limit.format(own, 0))
        admin.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where usename = 'mms_app' and datname = current_database()"
        )
        admin.commit()
        try:
            assert [give(client, **{FIELD: "once"}).status_code for _ in range(2)] == [503, 503]
            assert client.get("/zugdidi/ideas/").status_code == 503
            assert client.get("/livez").status_code == 200
            assert client.get("/readyz").status_code == 503
        finally:
            admin.execute(limit.format(own, -1))
    places = {give(client, **{FIELD: "once"}).location for _ in range(2)}
    assert len(places) == 1
    assert len(cases(app)) == 1
    assert client.get("/readyz").get_json()["database"] == "ok"


def test_a_fault_of_ours_is_no_outage_and_asks_nobody_to_try_in_five_seconds(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plugins.your_idea_to_mayor import list_views

    def broken(*_asked: object, **_more: object) -> None:
        db.session.execute(sa.text("select no_such_column from mms.cases where tenant_id = 46"))

    monkeypatch.setattr(list_views, "first_lines", broken)
    answer = client.get("/zugdidi/ideas/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    assert FAULT in page(answer)
    assert "no_such_column" not in page(answer), "the person is shown no statement"
    monkeypatch.undo()
    assert client.get("/zugdidi/ideas/").status_code == 200, "the next page works"


def test_a_sign_that_cannot_be_kept_is_dropped_from_words_and_unclear_in_addresses(
    app: Flask, client: FlaskClient
) -> None:
    number = given(client, title=f"{TITLE}\x00", body=f"\x00{BODY}")
    with hall(app):
        assert db.session.execute(sa.text("select title from mms.cases")).scalar() == TITLE
    for address in ("/zugdidi/ideas/%00", "/zugdidi/ideas/?q=%00", f"/zugdidi/cases/{number}%00",
                    "/zugdidi/ideas/?q=%ff%fe", "/%00/", "/?q=%00"):  # fmt: skip
        assert client.get(address).status_code in {200, 303, 400, 404}, address


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff" * 3000, b"--x\r\n", b"a=" + b"%" * 5000, b"&".join([b"title=a"] * 2000)],
)
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json"]
)
def test_a_body_that_is_no_form_is_answered_and_never_an_error(
    app: Flask, client: FlaskClient, body: bytes, kind: str
) -> None:
    answer = client.post("/zugdidi/ideas/new", data=body, content_type=kind)
    assert 400 <= answer.status_code < 500
    assert cases(app) == []


def test_a_form_of_a_hundred_megabytes_is_refused_with_words(
    app: Flask, client: FlaskClient
) -> None:
    answer = client.post(
        "/zugdidi/ideas/new",
        data=b"",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(100 * 1024 * 1024)},
    )
    assert answer.status_code == 413
    assert "ფაილები ძალიან დიდია" in page(answer)


def test_words_far_too_long_are_refused_and_kept(app: Flask, client: FlaskClient) -> None:
    long = "ვრცელი " * 100_000
    answer = give(client, body=long)
    assert answer.status_code in {413, 422}
    assert cases(app) == []
    assert FORM["title"] in page(give(client, body="გ" * 10_000))


def test_a_submission_that_fails_half_way_leaves_nothing(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case, event, contact, figures and letter are written; then something breaks."""
    from mms_core.cases import rules

    def broken(*_asked: object, **_more: object) -> None:
        raise RuntimeError("a bad day")

    monkeypatch.setattr(rules, "changed", broken)
    refused = give(client, **{FIELD: "once"})
    assert refused.status_code == 500
    assert FAULT in page(refused)
    assert BODY in page(refused), "what was typed can be copied"
    with hall(app):
        for table in ("cases", "case_event", "case_contact", "stat_delta", "outbox_letter",
                      "idempotency_key"):  # fmt: skip
            query = sa.select(sa.func.count()).select_from(db.metadata.tables[f"mms.{table}"])
            assert db.session.scalar(query) == 0, table
        jobs = sa.text("select count(*) from public.procrastinate_jobs")
        assert db.session.scalar(jobs) == 0
    monkeypatch.undo()
    assert give(client, **{FIELD: "once"}).status_code == 303
