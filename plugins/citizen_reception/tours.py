"""Decides on visits of groups: which hours are free, who gets one, when it is free again.

The hour is taken by the row itself: a unique index holds it, so that of two schools that send at
the same second one gets it and the other is told the next free hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from mms_core.cases.days_off import extra_days_off
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact, NewCase, open_case
from mms_core.clock import is_working_day, local_day
from mms_core.contributions import StepTaken
from mms_core.db import db
from mms_core.errors import Invalid, Refused
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.monitoring.counters import count
from plugins.citizen_reception.day_settings import BREAK, hours, weekdays
from plugins.citizen_reception.group_models import Tour
from plugins.citizen_reception.models import NAME

KIND = "group_visit"
AGES = (
    ("school_1_6", _("School, forms 1 to 6")),
    ("school_7_12", _("School, forms 7 to 12")),
    ("students", _("Students")),
    ("adults", _("Adults")),
    ("mixed", _("Mixed")),
)
OFFERED = 12  # free hours shown at a time
FREES = {"declined", "cancelled", "forwarded", "withdrawn"}
TOUR = Tour.__table__


@dataclass(frozen=True, kw_only=True)
class NewTour:
    """What a school or group asks for, already validated by the schema."""

    starts_at: datetime
    organisation: str
    size: int
    age: str
    language: str
    access: str
    words: str
    contact: Contact
    author_id: Any = None
    written_in: str = "ka"
    channel: str = "web"
    taken_at: int | None = None
    by: Any = None


def free_hours(
    tenant_id: int, settings: Mapping[str, Any], *, now: datetime, most: int = OFFERED
) -> list[datetime]:
    """Give the next free hours: on working days of visits, outside the break, not taken."""
    taken = set(_taken(tenant_id, now=now))
    found: list[datetime] = []
    for moment in _planned(tenant_id, settings, now=now):
        if moment not in taken:
            found.append(moment)
        if len(found) == most:
            break
    return found


def _taken(tenant_id: int, *, now: datetime) -> list[datetime]:
    mine = (TOUR.c.tenant_id == tenant_id) & TOUR.c.holds & (TOUR.c.starts_at > now)
    return list(db.session.scalars(select(TOUR.c.starts_at).where(mine)))


def _planned(tenant_id: int, settings: Mapping[str, Any], *, now: datetime) -> Iterator[datetime]:
    """Walk through the hours at which visits begin, the next first."""
    off, wanted = extra_days_off(tenant_id), weekdays(settings["tour_days"])
    length = timedelta(minutes=int(settings["tour_minutes"]))
    first = local_day(now) + timedelta(days=int(settings["tour_ahead"]))
    for step in range(int(settings["tour_horizon"]) + 1):
        day = first + timedelta(days=step)
        if day.isoweekday() in wanted and is_working_day(day, off):
            yield from (m for m in _hours_of(day, settings, length) if m > now)


def _hours_of(day: date, settings: Mapping[str, Any], length: timedelta) -> Iterator[datetime]:
    breaks = [datetime.combine(day, hour, TBILISI) for hour in BREAK]
    for hour in hours(settings["tour_hours"]):
        begin = datetime.combine(day, hour, TBILISI)
        if begin + length <= breaks[0] or begin >= breaks[1]:
            yield begin.astimezone(UTC)


def is_offered(
    tenant_id: int, settings: Mapping[str, Any], moment: datetime, *, now: datetime
) -> bool:
    """Tell whether a visit can begin at a moment at all, taken or not."""
    return moment in set(_planned(tenant_id, settings, now=now))


def too_large(size: int, settings: Mapping[str, Any]) -> Any:
    """Say at the field that the room is smaller than the group, and in how many parts it comes."""
    room = int(settings["tour_room"])
    if size <= room:
        return ""
    return _(
        "The room holds %(room)s people. Please come in %(parts)s groups, each at its own hour.",
        room=room,
        parts=-(-size // room),
    )


def ask(
    registry: Registry, tenant: Any, *, new: NewTour, settings: Mapping[str, Any], now: datetime
) -> Case:
    """Register a visit and hold its hour. Invalid names `size` or `slot`."""
    large = too_large(new.size, settings)
    if large:
        raise Invalid(large, fields={"size": [large]})
    if not is_offered(tenant.id, settings, new.starts_at, now=now):
        raise slot_gone(_("No visit can begin at this time. Choose one of the list."))
    case_type = registry.case_type(NAME, KIND)
    assert case_type is not None  # this very module has contributed it
    case = open_case(
        registry, case_type, module=NAME, tenant=tenant, new=_new_case(new, settings), now=now
    )
    values = {
        "tenant_id": tenant.id,
        "case_id": case.id,
        "starts_at": new.starts_at,
        "ends_at": new.starts_at + timedelta(minutes=int(settings["tour_minutes"])),
        "holds": True,
        "organisation": new.organisation,
        "size": new.size,
        "age": new.age,
        "language": new.language,
        "access": new.access,
        "guide": "",
    }
    taking = insert(TOUR).values(values).on_conflict_do_nothing().returning(TOUR.c.case_id)
    if db.session.execute(taking).first() is None:
        raise slot_gone(_("This time has just been taken by another group. Choose another one."))
    return case


def slot_gone(words: Any) -> Invalid:
    """Say at the field that an hour cannot be had."""
    return Invalid(words, fields={"slot": [words]})


def _new_case(new: NewTour, settings: Mapping[str, Any]) -> NewCase:
    local = new.starts_at.astimezone(TBILISI)
    return NewCase(
        title=f"{new.organisation}, {local:%d.%m.%Y, %H:%M}",  # so that lists and letters say when
        body=new.words,
        contact=new.contact,
        author_id=new.author_id,
        language=new.written_in,
        channel=new.channel,
        taken_at=new.taken_at,
        by=new.by,
        settings=settings,
    )


def keep_in_step(case: Case, taken: StepTaken) -> None:
    """Keep the visit's row in step with its case: the guide, who came, the hour given back."""
    own = (TOUR.c.tenant_id == case.tenant_id) & (TOUR.c.case_id == case.id)
    if taken.name == "confirm":
        db.session.execute(update(TOUR).where(own).values(guide=taken.data["guide"]))
    elif taken.name == "received":
        db.session.execute(update(TOUR).where(own).values(came=taken.data["came"]))
        counted = {"group_visits": 1, "group_people": int(taken.data["came"])}
        count(case.tenant_id, NAME, {local_day(case.updated_at): counted})
    elif taken.target in FREES:
        db.session.execute(update(TOUR).where(own).values(holds=False))


def of_case(case: Case) -> Tour | None:
    """Give the visit of a case; None for one that came from another municipality."""
    return db.session.get(Tour, (case.tenant_id, case.id))


def of_day(tenant_id: int, day: date) -> list[tuple[Tour, Case]]:
    """List the groups of a day with their cases, by the hour."""
    begin = datetime.combine(day, datetime.min.time(), TBILISI)
    own = (Tour.tenant_id == tenant_id) & (Case.tenant_id == tenant_id) & Tour.holds
    that_day = (Tour.starts_at >= begin) & (Tour.starts_at < begin + timedelta(days=1))
    query = select(Tour, Case).join(Case, Case.id == Tour.case_id).where(own, that_day)
    rows = db.session.execute(query.order_by(Tour.starts_at)).all()
    return [(tour, case) for tour, case in rows]


def ahead(tenant_id: int, *, now: datetime, most: int = 50) -> list[tuple[Tour, Case]]:
    """List the groups that are to come, the next first."""
    own = (Tour.tenant_id == tenant_id) & (Case.tenant_id == tenant_id) & Tour.holds
    query = select(Tour, Case).join(Case, Case.id == Tour.case_id)
    rows = db.session.execute(
        query.where(own, Tour.ends_at > now).order_by(Tour.starts_at).limit(most)
    ).all()
    return [(tour, case) for tour, case in rows]


def check_held(case: Case, *, now: datetime) -> None:
    """Refuse to say what came of a visit that has not begun."""
    tour = of_case(case)
    if tour is not None and tour.starts_at > now:
        raise Refused(_("The visit has not begun yet."))
