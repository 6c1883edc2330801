"""The worker's nightly round: sessions, links and failures that have served are forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from mms_core import jobs
from mms_core.db import db
from mms_core.people.models import AccountSession, SignInLink, SignInTrouble

KEPT = timedelta(days=7)  # so that a person can still ask what happened last week


@jobs.every("41 1 * * *", name="people.sweep")
def sweep() -> None:
    """Forget what ended more than a week ago."""
    before = datetime.now(UTC) - KEPT
    sessions, links, troubles = (
        model.__table__ for model in (AccountSession, SignInLink, SignInTrouble)
    )
    db.session.execute(
        delete(sessions).where((sessions.c.expires < before) | (sessions.c.revoked < before))
    )
    db.session.execute(delete(links).where(links.c.expires < before))
    db.session.execute(delete(troubles).where(troubles.c.since < before))
