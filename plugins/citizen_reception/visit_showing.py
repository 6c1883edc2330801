"""Puts bookings into words: officials, times, and the calendar's entry of a visit."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from flask_babel import force_locale
from markupsafe import Markup

from mms_core.dates import named_moment
from mms_core.i18n import TBILISI, locale, marked
from mms_core.i18n import gettext as _
from plugins.citizen_reception import officials
from plugins.citizen_reception.booking_models import Hours, Official, Visit, VisitKind
from plugins.citizen_reception.slots import Slot

if TYPE_CHECKING:
    from plugins.citizen_reception.held import Held


def name_of(row: Official | VisitKind) -> Markup | str:
    """Give a name in the page's language, if the hall wrote it in it; else marked as Georgian."""
    if locale() != "ka" and row.name_en:
        return row.name_en
    return marked(row.name)


def days(found: list[Slot], who: dict[Any, Official]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Put free times under their days, as choices of a form."""
    made = []
    for day, of_day in groupby(found, key=lambda one: one.starts_at.astimezone(TBILISI).date()):
        title = format_date(day, "EEEE, d MMMM", locale=locale())
        made.append((title, [_choice(slot, who) for slot in of_day]))
    return made


def _choice(slot: Slot, who: dict[Any, Official]) -> dict[str, Any]:
    return {
        "key": slot.key,
        "hour": f"{slot.starts_at.astimezone(TBILISI):%H:%M}",
        "who": name_of(who[slot.official_id]),
        "way": officials.WAY_WORDS[slot.way],
        "place": marked(slot.place),
    }


def facts(tenant_id: int, row: Visit) -> list[tuple[Any, Any]]:
    """Say who receives, when, where and how."""
    official = officials.one(tenant_id, row.official_id)
    return [
        (_("When"), named_moment(row.starts_at)),
        (_("Who receives"), name_of(official)),
        (_("Kind of visit"), name_of(officials.kind(tenant_id, row.kind_id))),
        (_("How"), officials.WAY_WORDS[row.way]),
        (_("Place"), marked(row.place)),
    ]


def held(kept: Held) -> list[tuple[Any, Any]]:
    """Say what is kept for somebody who fills the form."""
    return [
        (_("When"), named_moment(kept.hold.starts_at)),
        (_("Who receives"), name_of(kept.official)),
        (_("Kind of visit"), name_of(kept.kind)),
    ]


def said(case: Any, row: Visit, official: Official | None = None) -> str:
    """Say in the visitor's language when, with whom and where; `official`, if they are at hand."""
    with nullcontext() if case.language == locale() else force_locale(case.language):
        official = official or officials.one(row.tenant_id, row.official_id)
        parts = (
            named_moment(row.starts_at),
            official.name,
            officials.WAY_WORDS[row.way],
            row.place,
        )
        return "\n".join(str(part) for part in parts if part)


def hours(lines: Any) -> list[str]:
    """Say the weekly hours of an official, a line a weekday."""
    return [line_words(line) for line in lines]


def line_words(line: Hours) -> str:
    """Say hours of a weekday: `Tuesday 10:00–18:00, break 13:00–14:00`."""
    monday = datetime(2024, 1, line.weekday, tzinfo=UTC)  # 1 January 2024 was a Monday
    day = format_date(monday, "EEEE", locale=locale())
    said = f"{day}, {line.opens:%H:%M}–{line.closes:%H:%M}"
    if line.break_from and line.break_to:
        pause = f"{line.break_from:%H:%M}–{line.break_to:%H:%M}"
        said += ", " + _("break %(hours)s", hours=pause)
    return said


def ics(tenant: Any, case: Any, row: Visit, *, link: str = "") -> bytes:
    """Write a visit as a calendar's entry; a moved one keeps its UID with a higher SEQUENCE."""
    return calendar(tenant, [(case, row)], link=link)


def calendar(tenant: Any, rows: list[tuple[Any, Visit]], *, link: str = "") -> bytes:
    """Write visits as a calendar."""
    from icalendar import Calendar, Event

    found = Calendar()
    found.add("prodid", "-//MMS//citizen reception//KA")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    for case, row in rows:
        entry = Event()
        entry.add("uid", f"{row.case_id}@{tenant.slug}.mms")
        entry.add("dtstamp", case.updated_at.astimezone(UTC))
        entry.add("dtstart", row.starts_at.astimezone(UTC))
        entry.add("dtend", row.ends_at.astimezone(UTC))
        entry.add("summary", str(_("Reception: %(hall)s", hall=tenant.hall)))
        entry.add("location", row.place)
        entry.add("description", f"{case.number} {link}".strip())
        entry.add("sequence", row.moved)
        entry.add("status", "CONFIRMED" if row.holds else "CANCELLED")
        found.add_component(entry)
    written: bytes = found.to_ical()
    return written


def local(moment: datetime) -> datetime:
    """Give a moment as clocks in Georgia show it."""
    return moment.astimezone(TBILISI)
