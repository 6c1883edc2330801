"""Who receives and when: the hall's officials, their weekly hours, and the days they are away."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select

from mms_core.asking import ask_whole, whole
from mms_core.changes import changed
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception.booking_models import Away, Hours, Official, Visit, VisitKind
from plugins.citizen_reception.models import NAME

POSTS = (
    ("mayor", _("Mayor")),
    ("deputy", _("Deputy mayor")),
    ("head", _("Head of a service")),
    ("council", _("Member of the municipal council")),
    ("specialist", _("Specialist")),
    ("representative", _("Mayor's representative in a village")),
)
WAYS = (
    ("place", _("In person")),
    ("phone", _("By telephone")),
    ("video", _("By video link")),
)
POST_WORDS, WAY_WORDS = dict(POSTS), dict(WAYS)
MOST = 200  # officials of a hall
PAIR = (
    whole(Official, VisitKind)
    .join(VisitKind, (VisitKind.tenant_id == bindparam("tenant"))
          & (VisitKind.id == bindparam("kind")))
    .where(Official.tenant_id == bindparam("tenant"), Official.id == bindparam("official"))
)  # fmt: skip
ACTIVE = (
    whole(Official)
    .where(Official.tenant_id == bindparam("tenant"), Official.active)
    .order_by(Official.rank, Official.id)
    .limit(MOST)
)
RECEIVING = {True: ACTIVE, False: ACTIVE.where(~Official.by_hall)}  # by whom they are booked
KINDS = (
    whole(VisitKind)
    .where(VisitKind.tenant_id == bindparam("tenant"), VisitKind.active)
    .order_by(VisitKind.rank, VisitKind.id)
)


def receiving(tenant_id: int, *, by_hall: bool = False) -> Sequence[Official]:
    """List who receives, the highest first; those whom the hall alone books only if asked.

    The rows are to be read; no session knows them.
    """
    return [row for (row,) in ask_whole(RECEIVING[by_hall], {"tenant": tenant_id}, Official)]


def every(tenant_id: int) -> Sequence[Official]:
    """List all officials, those who no longer receive included."""
    query = select(Official).where(Official.tenant_id == tenant_id)
    return db.session.scalars(query.order_by(Official.rank, Official.id).limit(MOST)).all()


def one(tenant_id: int, official_id: uuid.UUID) -> Official:
    """Find an official; NotFound when the hall has none such."""
    row = db.session.get(Official, (tenant_id, official_id))
    if row is None:
        raise NotFound(_("There is nobody such who receives."))
    return row


def pair(
    tenant_id: int, official_id: uuid.UUID, kind_id: uuid.UUID
) -> tuple[Official, VisitKind] | None:
    """Find an official and a kind of visit in one question; None when one of them is none such."""
    asked = {"tenant": tenant_id, "official": official_id, "kind": kind_id}
    found = ask_whole(PAIR, asked, Official, VisitKind)
    return (found[0][0], found[0][1]) if found else None


def kinds(tenant_id: int) -> Sequence[VisitKind]:
    """List the kinds of visits that can be booked, to be read."""
    return [row for (row,) in ask_whole(KINDS, {"tenant": tenant_id}, VisitKind)]


def every_kind(tenant_id: int) -> Sequence[VisitKind]:
    """List all kinds of visits, those that are retired included."""
    query = select(VisitKind).where(VisitKind.tenant_id == tenant_id)
    return db.session.scalars(query.order_by(VisitKind.rank, VisitKind.id)).all()


def kind(tenant_id: int, kind_id: uuid.UUID) -> VisitKind:
    """Find a kind of visit; NotFound when there is none."""
    row = db.session.get(VisitKind, (tenant_id, kind_id))
    if row is None:
        raise NotFound(_("There is no such kind of visit."))
    return row


def hours_of(tenant_id: int, official_id: uuid.UUID) -> Sequence[Hours]:
    """List an official's weekly hours."""
    mine = (Hours.tenant_id == tenant_id) & (Hours.official_id == official_id)
    return db.session.scalars(select(Hours).where(mine).order_by(Hours.weekday, Hours.opens)).all()


def away_of(tenant_id: int, official_id: uuid.UUID, *, today: date) -> Sequence[Away]:
    """List the days to come on which an official does not receive."""
    mine = (Away.tenant_id == tenant_id) & (Away.official_id == official_id)
    return db.session.scalars(
        select(Away).where(mine, Away.until >= today).order_by(Away.since)
    ).all()


def substitute_of(official: Official, *, today: date) -> uuid.UUID | None:
    """Give who receives instead of somebody who is away, where the hall has named one."""
    gone = away_of(official.tenant_id, official.id, today=today)
    return next((row.substitute_id for row in gone if row.substitute_id), None)


def add(tenant_id: int, data: Mapping[str, Any], *, rank: int = 0) -> Official:
    """Enter somebody who receives."""
    row = Official(tenant_id=tenant_id, id=uuid7(), rank=rank, active=True, **data)
    db.session.add(row)
    db.session.flush()
    changed(tenant_id, NAME)
    return row


def add_kind(tenant_id: int, data: Mapping[str, Any], *, rank: int = 0) -> VisitKind:
    """Enter a kind of visit."""
    row = VisitKind(tenant_id=tenant_id, id=uuid7(), rank=rank, active=True, **data)
    db.session.add(row)
    db.session.flush()
    changed(tenant_id, NAME)
    return row


def change(row: Official | VisitKind | Hours, data: Mapping[str, Any]) -> None:
    """Change what was entered of a person, a kind or hours; what is booked refers to it further."""
    for name, value in data.items():
        setattr(row, name, value)
    db.session.flush()
    changed(row.tenant_id, NAME)


def one_of_hours(official: Official, hours_id: uuid.UUID) -> Hours:
    """Find hours of an official; NotFound when they have none such."""
    row = db.session.get(Hours, (official.tenant_id, hours_id))
    if row is None or row.official_id != official.id:
        raise NotFound(_("These hours are entered no more."))
    return row


def change_hours(official: Official, row: Hours, data: Mapping[str, Any]) -> None:
    """Change hours; visits that are booked in them stay until somebody moves them."""
    _check_overlap(official, data, but=row.id)
    change(row, data)


def _check_overlap(
    official: Official, data: Mapping[str, Any], *, but: uuid.UUID | None = None
) -> None:
    for other in hours_of(official.tenant_id, official.id):
        if other.id != but and _overlaps(other, data):
            words = _("These hours overlap hours that are entered already.")
            raise Invalid(words, fields={"opens": [words]})


def add_hours(official: Official, data: Mapping[str, Any]) -> Hours:
    """Give an official hours on a weekday; Invalid (field `opens`) where they overlap others."""
    _check_overlap(official, data)
    row = Hours(tenant_id=official.tenant_id, id=uuid7(), official_id=official.id, **data)
    db.session.add(row)
    db.session.flush()
    changed(official.tenant_id, NAME)
    return row


def _overlaps(other: Hours, data: Mapping[str, Any]) -> bool:
    begin, end = data.get("valid_from"), data.get("valid_to")
    apart = (end and other.valid_from and end < other.valid_from) or (
        begin and other.valid_to and begin > other.valid_to
    )
    same_day = other.weekday == data["weekday"]
    return bool(
        same_day and not apart and other.opens < data["closes"] and data["opens"] < other.closes
    )


def remove_hours(official: Official, hours_id: uuid.UUID) -> None:
    """Take hours away; visits that are booked in them stay until somebody moves them."""
    row = db.session.get(Hours, (official.tenant_id, hours_id))
    if row is not None and row.official_id == official.id:
        db.session.delete(row)
        changed(official.tenant_id, NAME)


def add_away(official: Official, data: Mapping[str, Any]) -> Away:
    """Say that an official does not receive on some days."""
    row = Away(tenant_id=official.tenant_id, id=uuid7(), official_id=official.id, **data)
    db.session.add(row)
    db.session.flush()
    changed(official.tenant_id, NAME)
    return row


def booked(tenant_id: int, official_id: uuid.UUID, *, now: datetime) -> Sequence[Visit]:
    """List the visits to come of an official."""
    mine = (Visit.tenant_id == tenant_id) & (Visit.official_id == official_id)
    query = select(Visit).where(mine, Visit.holds, Visit.starts_at > now)
    return db.session.scalars(query.order_by(Visit.starts_at).limit(500)).all()
