"""Removes what this room needs no more: hashes of recent posts, and old reports of readers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from mms_core.db import db
from mms_core.moderation import screening
from mms_core.moderation.models import Report

REPORTS_KEPT = timedelta(days=365)


def trim(tenant_id: int, *, now: datetime) -> None:
    """Forget hashes after a week and reports after a year; hidings are never removed."""
    screening.trim(tenant_id, now=now)
    table = Report.__table__
    old = (table.c.tenant_id == tenant_id) & (table.c.at < now - REPORTS_KEPT)
    db.session.execute(delete(table).where(old))
