"""Figures are counted where they happen: a delta row in the business transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mms_core import together
from mms_core.db import uuid7
from mms_core.monitoring.models import StatDelta

# Results that a module publishes beside its answers, such as a report or the words on a year. The
# nightly recount leaves them alone, for the log of events cannot tell them.
RESULTS = "published_results"
# Uses of a module that are no cases, such as a mark that somebody gave.
USES = "uses"
Days = Mapping[date, Mapping[str, int]]


def count(tenant_id: int, module: str, days: Days) -> None:
    """Add to figures of a module, by day in Asia/Tbilisi: {day: {"opened": 1, "answered": 1}}."""
    rows = [
        {"tenant_id": tenant_id, "id": uuid7(), "day": day, "module": module, "measure": m, "n": n}
        for day, measures in days.items()
        for m, n in measures.items()
        if n
    ]
    if rows:
        together.insert(StatDelta.__table__, *rows)
