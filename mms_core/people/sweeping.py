"""The worker's nightly round: sessions, links and failures that have served are forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from mms_core import jobs
from mms_core.db import db, scope
from mms_core.people.models import AccountSession, ContactCode, SignInLink, SignInTrouble

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
    _forget_codes(before)


def _forget_codes(before: datetime) -> None:
    """Forget the codes of all halls; the worker is bound to each in turn."""
    from mms_core.tenancy.rules import all_tenants

    codes = ContactCode.__table__
    for tenant in all_tenants():
        with scope(tenant.id):
            mine = (codes.c.tenant_id == tenant.id) & (codes.c.sent_at < before)
            db.session.execute(delete(codes).where(mine))
