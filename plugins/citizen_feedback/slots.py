"""The reporting slots of a budget year (art. 4.4: at least two), their due days and the duties."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from mms_core.db import db, uuid7
from mms_core.monitoring.counters import count
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.report_models import Report

DEFAULT = "06-30 | 07-31\n12-31 | 01-31"
REPORT = Report.__table__
DONE = ("sent", "discussed", "published")


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A period of a budget year and the day by which its report goes to the mayor."""

    first_day: date
    last_day: date
    due_on: date


def read(text: str, year: int) -> list[Slot]:
    """Read a hall's slots: a line each, `last day | due day`, as in 06-30 | 07-31.

    A due day that lies before the last day is one of the next year. ValueError for fewer than two
    slots, for an order that goes back, or for a last day that ends no month.
    """
    found: list[Slot] = []
    first = date(year, 1, 1)
    for line in text.split("\n"):
        if not line.strip():
            continue
        last_typed, _bar, due_typed = (part.strip() for part in line.partition("|"))
        last = date.fromisoformat(f"{year}-{last_typed}")
        due = date.fromisoformat(f"{year}-{due_typed}")
        due = due if due > last else date.fromisoformat(f"{year + 1}-{due_typed}")
        if last < first or last.day != monthrange(last.year, last.month)[1]:
            raise ValueError(line)
        found.append(Slot(first_day=first, last_day=last, due_on=due))
        first = last + timedelta(days=1)
    if len(found) < 2:
        raise ValueError(text)
    return found


def plan(tenant_id: int, year: int, settings: Mapping[str, Any]) -> Sequence[Report]:
    """Give a year's reports, planned by the settings where they are not yet there."""
    rows = [
        {
            "tenant_id": tenant_id,
            "id": uuid7(),
            "code": f"{year}-{number}",
            "year": year,
            "slot": number,
            "first_day": slot.first_day,
            "last_day": slot.last_day,
            "due_on": slot.due_on,
            "state": "planned",
            "progress": 0,
            "analysis": {},
            "sent_by": "",
            "participants": "",
            "decisions": "",
        }
        for number, slot in enumerate(read(str(settings["report_slots"]), year), start=1)
    ]
    have = set(db.session.scalars(select(REPORT.c.code).where(REPORT.c.tenant_id == tenant_id)))
    missing = [row for row in rows if row["code"] not in have]
    if missing:
        db.session.execute(insert(REPORT).on_conflict_do_nothing(), missing)
    mine = (Report.tenant_id == tenant_id) & (Report.year == year)
    return db.session.scalars(select(Report).where(mine).order_by(Report.slot)).all()


def is_late(report: Report, *, today: date) -> bool:
    """Tell whether a report is overdue: its day has passed and the mayor does not have it."""
    return report.state not in DONE and report.due_on < today


def count_due(tenant_id: int, *, today: date) -> int:
    """Count the due days that have passed, once each, for the ministry; gives how many were new."""
    due = (Report.tenant_id == tenant_id) & (Report.due_on < today) & Report.counted_on.is_(None)
    rows = db.session.scalars(select(Report).where(due).with_for_update()).all()
    for row in rows:
        count(tenant_id, NAME, {row.due_on: {"reports_due": 1}})
        row.counted_on = today
    return len(rows)
