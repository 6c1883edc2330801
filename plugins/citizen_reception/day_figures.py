"""What is counted and published of groups, meetings and letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select

from mms_core.cases.models import Case
from mms_core.contributions import Dataset, Impact, Indicator
from mms_core.db import db
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception import expected
from plugins.citizen_reception.group_models import Tour
from plugins.citizen_reception.info_models import Meeting
from plugins.citizen_reception.letters import KIND as LETTER
from plugins.citizen_reception.models import NAME

CASE, MEETING, TOUR = Case.__table__, Meeting.__table__, Tour.__table__

INDICATORS = [
    Indicator(
        name="held",
        title=_("Receptions held"),
        measure="held",
        definition=_("People who were received in the period, with a booking or without."),
    ),
    Indicator(
        name="walk_ins",
        title=_("Came without a booking"),
        measure="walk_ins",
        definition=_("People who were given a number without a booking."),
    ),
    Indicator(
        name="waited_minutes",
        title=_("Minutes of waiting"),
        measure="waited_minutes",
        of="held",
        mean=True,
        definition=_("From coming, or from the booked hour if that is later, to going in; a mean."),
    ),
    Indicator(
        name="no_show",
        title=_("Nobody came"),
        measure="no_show",
        of="visits",
        definition=_("Of the visits that ended in the period, those to which nobody came."),
    ),
    Indicator(
        name="outcomes",
        title=_("Outcomes recorded"),
        measure="outcomes",
        of="held",
        definition=_("Of the people received, those of whom it is written what came of it."),
    ),
    Indicator(
        name="result_solved",
        title=_("Solved at once"),
        measure="result_solved",
        of="outcomes",
        definition=_("Of what came of visits, what was solved at the visit itself."),
    ),
    Indicator(
        name="answered_in_time",
        title=_("Answered in time"),
        measure="answered_in_time",
        of="answered",
        definition=_("Of what was answered in the period, letters included, that by its date."),
    ),
    Indicator(
        name="group_visits",
        title=_("Groups received"),
        measure="group_visits",
        definition=_("Visits of schools and groups that were held in the period."),
    ),
    Indicator(
        name="group_people",
        title=_("People in groups"),
        measure="group_people",
        definition=_("How many people came with those groups."),
    ),
    Indicator(
        name="meetings",
        title=_("Meetings announced"),
        measure="meetings",
        definition=_("Meetings and events that were published in the period."),
    ),
]

OFFERS = [
    Indicator(
        name="offered",
        title=_("Receptions offered"),
        measure="offered",
        definition=_("Visits that could be booked for the days of the period, taken or not."),
    ),
    Indicator(
        name="first_free",
        title=_("Days to the next free hour"),
        measure="first_free_days",
        of="first_free_asked",
        mean=True,
        definition=_("Looked at each evening, for everybody who receives; a mean."),
    ),
]


def indicators() -> list[Indicator]:
    """Give the figures; those of offers where bookings are taken."""
    return [*INDICATORS, *(OFFERS if expected.OFFERED else ())]


def impact(tenant: Any) -> list[Impact]:
    """Say what switching off would touch: groups that are expected, letters, meetings ahead."""
    now = func.now()
    tours = (TOUR.c.tenant_id == tenant.id) & TOUR.c.holds & (TOUR.c.starts_at > now)
    ours = (CASE.c.tenant_id == tenant.id) & (CASE.c.module == NAME) & CASE.c.is_open
    planned = (MEETING.c.tenant_id == tenant.id) & (MEETING.c.state == "published")
    counts = (
        ("groups", _("Groups that are expected"), TOUR, tours),
        ("letters", _("Letters that wait for an answer"), CASE, ours & (CASE.c.kind == LETTER)),
        ("meetings", _("Meetings ahead"), MEETING, planned & (MEETING.c.starts_at > now)),
    )
    return [Impact(name=name, title=title, count=_count(table, where))
            for name, title, table, where in counts]  # fmt: skip


def _count(table: Any, where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(where)) or 0


COLUMNS = (
    "code",
    "kind",
    "title",
    "title_en",
    "place",
    "begins",
    "ends",
    "seats",
    "taken",
    "state",
)


def rows(tenant: Any, since: date | None) -> Iterator[tuple[Any, ...]]:
    """Give a hall's planned and held meetings, the next first."""
    shown = (MEETING.c.tenant_id == tenant.id) & (MEETING.c.state != "draft")
    query = select(
        MEETING.c.code, MEETING.c.kind, MEETING.c.title, MEETING.c.title_en, MEETING.c.place,
        MEETING.c.starts_at, MEETING.c.ends_at, MEETING.c.seats, MEETING.c.taken, MEETING.c.state,
    ).where(shown)  # fmt: skip
    if since:
        query = query.where(MEETING.c.starts_at >= datetime.combine(since, time(), TBILISI))
    ordered = query.order_by(MEETING.c.starts_at.desc()).execution_options(yield_per=500)
    for row in db.session.execute(ordered):
        yield tuple(_local(value) for value in row)


def _local(value: Any) -> Any:
    is_moment = isinstance(value, datetime)
    return value.astimezone(TBILISI).isoformat(timespec="minutes") if is_moment else value


DATASETS = [
    Dataset(name="meetings", title=_("Meetings and events"), rows=rows, columns=COLUMNS),
]
