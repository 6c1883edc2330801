"""The mail server is away: the idea is registered, its letter waits openly, and goes out once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask import Flask
from idea_kit import TITLE, answer, given, hall, person, turn
from procrastinate import PsycopgConnector
from real_site import free_port

from mms_core.config import Settings
from mms_core.db import admin_url, db, role_url
from mms_core.jobs import queue
from mms_core.left import bring_all
from mms_core.messages.delivery import deliver
from mms_core.messages.models import OutboxLetter
from mms_core.testing import page


@dataclass(kw_only=True)
class Post:
    """A mail server that can be away, and a worker that looks whenever it is told to."""

    app: Flask
    settings: Settings
    port: int
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, *asked: object) -> str:  # noqa: N802 - aiosmtpd looks for it
        from email import message_from_bytes, policy

        content = asked[2].original_content  # type: ignore[attr-defined]
        self.letters.append(message_from_bytes(content, policy=policy.default))
        return "250 taken"

    def open(self) -> Controller:
        """Let the server answer."""
        server = Controller(self, hostname="127.0.0.1", port=self.port)
        server.start()
        return server

    def work(self, *, later: bool = False) -> None:
        """Let a worker do what is due, or what will be due in a while."""
        if later:
            engine = sa.create_engine(admin_url(self.settings), poolclass=sa.NullPool)
            with engine.begin() as connection:
                connection.execute(sa.text("update procrastinate_jobs set scheduled_at = null"))
        url = role_url(self.settings, "mms_app").set(drivername="postgresql")
        bring_all(self.app)
        connector = PsycopgConnector(conninfo=url.render_as_string(hide_password=False))
        with queue.replace_connector(connector) as working:
            working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    settings: Settings = app.extensions["mms_settings"]
    port = free_port()
    monkeypatch.setitem(
        app.extensions, "mms_settings", replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")
    )
    turn(app, "on")
    return Post(app=app, settings=settings, port=port)


def letter(app: Flask) -> OutboxLetter:
    with hall(app):
        found = db.session.scalars(sa.select(OutboxLetter)).one()
        db.session.expunge_all()
        return found


def test_the_idea_is_registered_and_its_letter_goes_when_the_server_is_back(post: Post) -> None:
    number = given(post.app.test_client())
    post.work()
    desk = person(post.app, "op@posta.example", role="operator")
    shown = page(desk.get(f"/zugdidi/desk/{number}"))
    assert "გაგზავნის მოლოდინში" in shown
    assert "სისტემა თავად სცდის ხელახლა" in shown
    assert "the mail server does not answer" in shown
    post.work(later=True)
    assert (letter(post.app).state, letter(post.app).attempts) == ("waiting", 2)

    server = post.open()
    try:
        for _again in range(2):
            post.work(later=True)
    finally:
        server.stop()
    assert [number in mail["Subject"] for mail in post.letters] == [True]
    assert post.letters[0]["To"] == "nino@posta.example"
    shown = page(desk.get(f"/zugdidi/desk/{number}"))
    assert "გაგზავნილია" in shown
    assert "the mail server does not answer" not in shown


def test_two_workers_at_one_letter_send_it_once(post: Post) -> None:
    given(post.app.test_client())
    waiting = letter(post.app)

    def send(_worker: int) -> None:
        with hall(post.app):
            deliver(waiting.tenant_id, waiting.id)

    server = post.open()
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(send, range(4)))
    finally:
        server.stop()
    assert len(post.letters) == 1
    assert letter(post.app).attempts == 1


def test_a_letter_of_a_module_out_of_order_waits_with_the_reason(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = given(post.app.test_client())
    loaded = post.app.extensions["mms_modules"].loaded
    with monkeypatch.context() as broken:
        broken.delitem(loaded, "your_idea_to_mayor")
        post.work()
        desk = person(post.app, "op@posta.example", role="operator")
        assert "is out of order; the letter waits" in page(desk.get(f"/zugdidi/desk/{number}"))
    server = post.open()
    try:
        post.work(later=True)
    finally:
        server.stop()
    assert len(post.letters) == 1


def test_a_letter_says_what_was_answered_then_not_what_is_answered_now(post: Post) -> None:
    number = given(post.app.test_client())
    answer(post.app, number, "accept", "გზას გავანათებთ.")
    answer(post.app, number, "carry_out", "ლამპიონები დამონტაჟდა.")
    server = post.open()
    try:
        post.work()
    finally:
        server.stop()
    texts = [mail.get_body(("plain",)).get_content() for mail in post.letters]
    assert len(texts) == 3
    assert sum("გზას გავანათებთ." in text for text in texts) == 1
    assert sum("ლამპიონები დამონტაჟდა." in text for text in texts) == 1
    assert all(TITLE in text for text in texts)
    assert all(re.search(rf"/zugdidi/cases/{number}\?key=\w+", text) for text in texts)


def test_the_next_try_is_never_more_than_half_an_hour_away() -> None:
    from procrastinate.jobs import Job

    from mms_core.jobs import LETTER_RETRY

    def wait(attempts: int) -> float | None:
        job = Job(id=1, queue="", lock=None, queueing_lock=None, task_name="", attempts=attempts)
        asked = LETTER_RETRY.get_retry_decision(exception=OSError(), job=job)
        return asked.retry_at.timestamp() if asked and asked.retry_at else None

    import time

    now = time.time()
    waits = [int((wait(number) or 0) - now + 0.5) for number in range(LETTER_RETRY.max_attempts)]
    assert waits[:4] == [10, 20, 40, 80]
    assert max(waits) == 1800
    assert 40 * 3600 < sum(waits) < 60 * 3600
    assert wait(LETTER_RETRY.max_attempts) is None
