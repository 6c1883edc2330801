"""Planned meetings for calendars (ICS, RFC 5545) and readers (RSS 2.0)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from flask import url_for

from mms_core.dates import moment
from mms_core.i18n import locale
from plugins.citizen_reception import info_showing
from plugins.citizen_reception.info_models import Meeting
from plugins.citizen_reception.models import NAME

ATOM = "http://www.w3.org/2005/Atom"


def write_ics(tenant: Any, rows: Sequence[Meeting]) -> bytes:
    """Write meetings as a calendar; a moved one keeps its UID with a higher SEQUENCE."""
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", "-//MMS//citizen reception//KA")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", tenant.hall)
    found.add("x-wr-timezone", "Asia/Tbilisi")
    for row in rows:
        found.add_component(_entry(tenant, row))
    written: bytes = found.to_ical()
    return written


def _entry(tenant: Any, row: Meeting) -> Any:
    from icalendar import Event

    entry = Event()
    entry.add("uid", f"{row.id}@{tenant.slug}.mms")
    entry.add("dtstamp", row.changed_at.astimezone(UTC))
    entry.add("dtstart", row.starts_at.astimezone(UTC))
    entry.add("dtend", row.ends_at.astimezone(UTC))
    entry.add("summary", info_showing.title(row))
    entry.add("location", row.place)
    entry.add("description", info_showing.text(row))
    entry.add("url", _address(row))
    entry.add("sequence", row.sequence)
    entry.add("status", "CANCELLED" if row.state == "cancelled" else "CONFIRMED")
    return entry


def write_rss(tenant: Any, rows: Sequence[Meeting], *, title: str) -> bytes:
    """Write the same as RSS, newest changes first."""
    ET.register_namespace("atom", ATOM)
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    own = url_for(f"{NAME}.events_rss", _external=True)
    home = url_for(f"{NAME}.events", _external=True)
    _say(channel, title=title, link=home, description=tenant.hall, language=locale())
    ET.SubElement(channel, f"{{{ATOM}}}link", href=own, rel="self", type="application/rss+xml")
    for row in sorted(rows, key=lambda one: one.changed_at, reverse=True):
        said = f"{moment(row.starts_at)}. {row.place}. {info_showing.text(row)[:500]}"
        _say(
            ET.SubElement(channel, "item"),
            title=info_showing.full_title(row),
            link=_address(row),
            guid=f"{_address(row)}#{row.sequence}",
            pubDate=format_datetime(row.changed_at.astimezone(UTC)),
            description=said,
        )
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _address(row: Meeting) -> str:
    return url_for(f"{NAME}.event", code=row.code, _external=True)


def _say(parent: ET.Element, **said: str) -> None:
    for name, words in said.items():
        plain = "".join(sign for sign in words if sign.isprintable() or sign in "\t\n")
        ET.SubElement(parent, name).text = plain
