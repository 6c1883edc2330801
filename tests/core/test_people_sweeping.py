"""The nightly round forgets sessions and links that ended long ago, and no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select, update

from mms_core import db as database
from mms_core import jobs
from mms_core.db import NATION, db
from mms_core.people import rules, sessions, sign_in
from mms_core.people.models import AccountSession, SignInLink


def test_what_ended_last_month_is_forgotten(app: Flask) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=30)
    with app.app_context():
        database.bind(NATION)
        account = rules.create_account("nino@posta.example")
        for _ in range(2):
            old = sessions.open_session(account, sessions.Browser(), via="link", second=False)
        sign_in.make_link("nino@posta.example", purpose="sign-in")
        db.session.flush()
        db.session.execute(update(SignInLink.__table__).values(expires=long_ago))
        old.expires = long_ago
        database.commit()
    rounds = jobs.queue.periodic_registry.periodic_tasks.values()
    (nightly,) = (found for found in rounds if found.task.name == "people.sweep")
    nightly.task(timestamp=0)
    with app.app_context():
        database.bind(NATION)
        assert len(db.session.scalars(select(AccountSession)).all()) == 1
        assert db.session.scalars(select(SignInLink)).all() == []
