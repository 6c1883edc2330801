"""Decides on programmes: entered, published, carried to the next year, withdrawn, deleted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select

from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.letters import readings, search_key
from mms_core.monitoring.counters import count
from plugins.citizen_feedback.models import NAME, Programme, Rating, Urn

FIELDS = (
    "year", "kind", "title", "title_en", "summary", "entitled", "how_to_apply", "unit", "budget",
    "starts_on", "ends_on",
)  # fmt: skip
CARRIED = tuple(name for name in FIELDS if name not in {"year", "starts_on", "ends_on"})


def add(tenant_id: int, data: Mapping[str, Any]) -> Programme:
    """Enter a programme as a draft; its code is the budget year and a number within it."""
    year = int(data["year"])
    db.session.execute(select(func.pg_advisory_xact_lock(tenant_id, year)))  # one number each
    mine = (Programme.tenant_id == tenant_id) & (Programme.year == year)
    number = (db.session.scalar(select(func.max(Programme.no)).where(mine)) or 0) + 1
    row = Programme(
        tenant_id=tenant_id,
        no=number,
        code=f"{year}-{number:02}",
        state="draft",
        **{name: data.get(name) for name in FIELDS},
    )
    db.session.add(row)
    db.session.flush()
    return row


def edit(programme: Programme, data: Mapping[str, Any]) -> None:
    """Change what is said of a programme; its year stays, for its ratings belong to it."""
    for name in FIELDS:
        if name != "year" and name in data:
            setattr(programme, name, data[name])
    changed(programme.tenant_id, NAME)


def publish(programme: Programme, *, now: datetime) -> None:
    """Put a programme into the public catalogue (art. 2.1); the first time is counted."""
    if programme.state == "published":
        raise Refused(_("The programme is published already."))
    if programme.published_at is None:
        programme.published_at = now
        count(programme.tenant_id, NAME, {local_day(now): {"programmes_published": 1}})
    programme.state = "published"
    changed(programme.tenant_id, NAME)


def withdraw(programme: Programme) -> None:
    """Take a programme out of the catalogue; what was said of it stays."""
    programme.state = "withdrawn"
    changed(programme.tenant_id, NAME)


def delete(programme: Programme) -> None:
    """Delete a programme that nobody has rated; Refused for one that somebody has."""
    for table in (Rating, Urn):
        mine = (table.tenant_id == programme.tenant_id) & (table.programme_id == programme.id)
        if db.session.execute(select(table.id).where(mine).limit(1)).first():
            raise Refused(
                _("The programme has been rated, so it cannot be deleted. Withdraw it instead.")
            )
    changed(programme.tenant_id, NAME)
    db.session.delete(programme)


def carry_over(tenant_id: int, *, year: int) -> int:
    """Copy a year's programmes as drafts of the next one; gives how many. A second try adds none.

    Budgets are left out, since the next year's are not decided.
    """
    there = {row.title for row in of_year(tenant_id, year + 1, drafts=True)}
    old = [row for row in of_year(tenant_id, year, drafts=True) if row.title not in there]
    for row in old:
        data = {name: getattr(row, name) for name in CARRIED}
        period = {"starts_on": _next(row.starts_on), "ends_on": _next(row.ends_on)}
        add(tenant_id, data | period | {"year": year + 1, "budget": None})
    return len(old)


def _next(day: date) -> date:
    """Give the same day a year later; 29 February becomes the 28th."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def of_year(
    tenant_id: int, year: int, *, drafts: bool = False, kind: str = "", query: str = ""
) -> Sequence[Programme]:
    """Give a budget year's programmes in their order, all of them or those that match."""
    found = select(Programme).where(Programme.tenant_id == tenant_id, Programme.year == year)
    if not drafts:
        found = found.where(Programme.state == "published")
    if kind:
        found = found.where(Programme.kind == kind)
    rows = db.session.scalars(found.order_by(Programme.no)).all()
    return [row for row in rows if _fits(query, _words(row))] if query else rows


def _fits(query: str, text: str) -> bool:
    """Tell whether every typed word begins a word of the text, whatever the spelling."""
    have = search_key(text).split()
    asked = [[way for way in readings(word) if way] for word in query.split()]
    return all(any(word.startswith(tuple(ways)) for word in have) for ways in asked if ways)


def _words(row: Programme) -> str:
    return f"{row.title} {row.title_en} {row.summary} {row.entitled} {row.unit} {row.code}"


def years(tenant_id: int, *, drafts: bool = False) -> list[int]:
    """Name the budget years that have programmes, the newest first."""
    found = select(Programme.year).where(Programme.tenant_id == tenant_id).distinct()
    if not drafts:
        found = found.where(Programme.state == "published")
    return sorted(db.session.scalars(found), reverse=True)


def by_code(tenant_id: int, code: str, *, drafts: bool = False) -> Programme:
    """Find a programme by its code; NotFound for none, or for one the public may not see."""
    mine = (Programme.tenant_id == tenant_id) & (Programme.code == code)
    row = db.session.scalars(select(Programme).where(mine)).one_or_none()
    if row is None or not (drafts or row.state == "published"):
        raise NotFound(_("There is no such programme here."))
    return row


def by_id(tenant_id: int, programme_id: uuid.UUID) -> Programme:
    """Give a programme by its key; NotFound when there is none."""
    row = db.session.get(Programme, (tenant_id, programme_id))
    if row is None:
        raise NotFound(_("There is no such programme here."))
    return row


def present_year() -> int:
    """Give the budget year of today: by the Budget Code the calendar year in Georgia."""
    return int(local_day(datetime.now(UTC)).year)
