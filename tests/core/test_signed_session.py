"""The session's cookie: signed as Flask signs it, with keys that may change while we run."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface

from mms_core.signed_session import SignedSessions

FLASKS = SecureCookieSessionInterface()


def make(key: str = "first", fallbacks: list[str] | None = None) -> Flask:
    app = Flask("sessions")
    app.session_interface = SignedSessions()
    app.config.update(SECRET_KEY=key, SECRET_KEY_FALLBACKS=fallbacks)

    @app.get("/")
    def count() -> str:
        session["n"] = session.get("n", 0) + 1
        return str(session["n"])

    return app


def test_a_stranger_begins_anew_and_comes_back_with_what_was_kept() -> None:
    app = make()
    one, other = app.test_client(), app.test_client()
    assert [one.get("/").text, one.get("/").text, other.get("/").text] == ["1", "2", "1"]


def test_a_forged_cookie_is_no_session() -> None:
    client = make().test_client()
    client.set_cookie("session", "eyJuIjo5fQ.forged.signature")
    assert client.get("/").text == "1"


def test_flask_itself_reads_our_cookie_and_we_read_flasks() -> None:
    app = make()
    ours = SignedSessions().get_signing_serializer(app)
    flasks = FLASKS.get_signing_serializer(app)
    assert ours is not None
    assert flasks is not None
    assert flasks.loads(ours.dumps({"n": 4})) == {"n": 4}
    assert ours.loads(flasks.dumps({"n": 5})) == {"n": 5}


def test_a_new_key_counts_at_once_and_an_old_one_as_long_as_it_is_named() -> None:
    app = make()
    client = app.test_client()
    assert client.get("/").text == "1"
    app.config.update(SECRET_KEY="second", SECRET_KEY_FALLBACKS=["first"])
    assert client.get("/").text == "2"
    app.config.update(SECRET_KEY="third", SECRET_KEY_FALLBACKS=None)
    assert client.get("/").text == "1"


def test_a_cookie_that_was_read_before_can_be_too_old_or_of_tomorrow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = make()
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=1)
    client = app.test_client()
    assert client.get("/").text == "1"
    kept, now = client.get_cookie("session"), time.time()
    assert kept is not None
    for later, said in ((0, "2"), (3590, "2"), (3605, "1"), (-60, "1")):
        monkeypatch.setattr("time.time", lambda later=later: now + later)
        client.set_cookie("session", kept.value)
        assert client.get("/").text == said


def test_what_one_page_changes_in_place_no_other_page_finds() -> None:
    app = make()

    @app.get("/list")
    def grow() -> str:
        session.setdefault("seen", []).append(1)  # in place, so that no new cookie is sent
        session.modified = "seen" not in request.args
        return str(len(session["seen"]))

    client = app.test_client()
    assert client.get("/list").text == "1"
    assert [client.get("/list?seen").text for _again in range(3)] == ["2", "2", "2"]
