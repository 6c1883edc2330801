"""Removes what has served its purpose: old marks of change, used keys, sent letters."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select

from mms_core.changes import PublicChange, changed
from mms_core.db import db
from mms_core.messages.models import NationalLetter
from mms_core.once import IdempotencyKey

SETTLED = timedelta(minutes=1)
MANY = 100  # trimming renders public pages anew, so it waits until it is worth it
KEYS_KEPT = timedelta(days=14)
SENT_KEPT = timedelta(days=1)


def trim_changes(tenant_id: int, *, now: datetime) -> int:
    """Replace a hall's old marks of public change by a fresh one each; gives how many went.

    The fresh row comes first, so that the pair (newest number, how many) never comes back.
    """
    table = PublicChange.__table__
    old = and_(table.c.tenant_id == tenant_id, table.c.at < now - SETTLED)
    many = select(table.c.module).where(old).group_by(table.c.module).having(func.count() > MANY)
    gone = 0
    for module in db.session.execute(many).scalars().all():
        changed(tenant_id, module)
        gone += len(
            db.session.execute(
                delete(table).where(old, table.c.module == module).returning(table.c.no)
            ).all()
        )
    return gone


def forget_keys(tenant_id: int, *, now: datetime) -> None:
    """Remove a hall's idempotency keys that nobody will send again."""
    table = IdempotencyKey.__table__
    db.session.execute(
        delete(table).where(table.c.tenant_id == tenant_id, table.c.at < now - KEYS_KEPT)
    )


def forget_national_letters(*, now: datetime) -> None:
    """Remove letters about accounts a day after sending, and those that never could be sent."""
    table = NationalLetter.__table__
    sent = and_(table.c.state == "sent", table.c.sent_at < now - SENT_KEPT)
    db.session.execute(delete(table).where(or_(sent, table.c.created_at < now - KEYS_KEPT)))
