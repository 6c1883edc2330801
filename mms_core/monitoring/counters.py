"""Figures are counted where they happen: a delta row in the business transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import insert

from mms_core.db import db, uuid7
from mms_core.monitoring.models import StatDelta


def count(tenant_id: int, module: str, *, day: date, measures: Mapping[str, int]) -> None:
    """Add to figures of a module on a day (Asia/Tbilisi): {"opened": 1, "answered": 1}."""
    rows = [
        {"tenant_id": tenant_id, "id": uuid7(), "day": day, "module": module, "measure": m, "n": n}
        for m, n in measures.items()
        if n
    ]
    if rows:
        db.session.execute(insert(StatDelta.__table__), rows)
