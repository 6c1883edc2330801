"""Removes the files of exports that have served, and choices that led to nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from mms_core.batches.models import DRAFT, Batch
from mms_core.db import db
from mms_core.files.views import storage

CHOICES_KEPT = timedelta(days=1)


def trim(tenant_id: int, *, now: datetime) -> int:
    """Remove a hall's expired files and old choices; gives how many files went."""
    own = Batch.tenant_id == tenant_id
    old = select(Batch).where(own, Batch.file_key != "", Batch.expires_at < now)
    gone = list(db.session.scalars(old))
    for batch in gone:
        storage().delete(batch.file_key)
        batch.file_key = ""
    table = Batch.__table__
    left = (table.c.tenant_id == tenant_id) & (table.c.state == DRAFT)
    db.session.execute(delete(table).where(left, table.c.at < now - CHOICES_KEPT))
    return len(gone)
