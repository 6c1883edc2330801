"""The session's cookie: signed as Flask signs it, with keys that may change while we run."""

from __future__ import annotations

from flask import Flask, session
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
