"""Puts meetings, materials and the centre's work into words of the page's language."""

from __future__ import annotations

from typing import Any

from mms_core.dates import named_moment
from mms_core.i18n import TBILISI, locale
from mms_core.i18n import gettext as _
from mms_core.i18n import lazy_gettext as _later
from plugins.citizen_reception import meetings
from plugins.citizen_reception.info_models import Meeting

# What an engagement centre is for, as the decision that founded the first one says it (R3).
WORK = (
    ("users", _later("Reception of citizens"),
     _later("It finds the official for your matter, books a time and sees that you are heard.")),
    ("mail", _later("Help in writing to the city hall"),
     _later("It helps you to write a letter, to the right addressee and with all it needs.")),
    ("building-2", _later("Visits to the building"),
     _later("It plans excursions for schools and groups, with a guide in your language.")),
    ("megaphone", _later("News of what is planned"),
     _later("It tells of meetings, hearings and events before they are held.")),
    ("handshake", _later("Taking part in decisions"),
     _later("In public consultations on drafts it receives opinions, remarks and proposals.")),
    ("gavel", _later("How a decision is made"),
     _later("It explains how the council decides, and how you can have your say on the way.")),
    ("book-open", _later("What the city hall does"),
     _later("It prepares leaflets and books about the city hall's work and gives them out.")),
    ("globe", _later("Services on the internet"),
     _later("It shows how to use the city hall's online services, and helps with them.")),
)  # fmt: skip


def title(row: Meeting) -> str:
    """Give the meeting's title in the page's language, if the hall wrote it in it."""
    return row.title_en if locale() != "ka" and row.title_en else row.title


def full_title(row: Meeting) -> str:
    """Give the title, marked where the meeting is cancelled."""
    return _("Cancelled: %(title)s", title=title(row)) if row.state == "cancelled" else title(row)


def text(row: Meeting) -> str:
    """Give the meeting's words, or why it is cancelled."""
    if row.state == "cancelled":
        return row.why
    return row.text_en if locale() != "ka" and row.text_en else row.text


def line(row: Meeting) -> dict[str, Any]:
    """Put a meeting into a line of a list."""
    return {
        "code": row.code,
        "title": title(row),
        "lang": _lang(row.title_en),
        "text": text(row),
        "text_lang": _lang(row.text_en if row.state != "cancelled" else ""),
        "kind": dict(meetings.KINDS).get(row.kind, row.kind),
        "when": hours(row),
        "at": row.starts_at,
        "place": row.place,
        "state": row.state,
        "seats": row.seats,
        "free": meetings.free(row),
        "taken": row.taken,
    }


def _lang(english: str) -> str | None:
    """Say that Georgian words stand on a page of another language."""
    return "ka" if locale() != "ka" and not english else None


def hours(row: Meeting) -> str:
    """Say from when to when: `Friday, 5 December 2026, 15:00-17:00`."""
    return f"{named_moment(row.starts_at)}–{row.ends_at.astimezone(TBILISI):%H:%M}"


STATES = {
    "draft": (_later("Draft"), "neutral"),
    "published": (_later("Published"), "success"),
    "cancelled": (_later("Cancelled"), "danger"),
}
