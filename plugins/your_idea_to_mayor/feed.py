"""The newest ideas as an Atom feed (RFC 4287), for readers and for the hall's own site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from flask import url_for

from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.showing import beginning, state

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"
ET.register_namespace("", ATOM)


def write_feed(tenant: Any, rows: Sequence[Any]) -> bytes:
    """Write the feed of a hall from lines of the list, as UTF-8."""
    root = ET.Element(f"{{{ATOM}}}feed", {f"{{{XML}}}lang": locale()})
    home = url_for(f"{NAME}.index", _external=True)
    changed = max((_changed(row) for row in rows), default=datetime(2026, 1, 1, tzinfo=UTC))
    _add(root, "title", _("%(hall)s: ideas and answers", hall=tenant.hall))
    _add(root, "id", home)
    _add(root, "updated", changed.isoformat())
    ET.SubElement(root, f"{{{ATOM}}}link", href=home)
    own = url_for(f"{NAME}.feed", _external=True)
    ET.SubElement(root, f"{{{ATOM}}}link", rel="self", type="application/atom+xml", href=own)
    for row in rows:
        _entry(root, row, tenant)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, row: Any, tenant: Any) -> None:
    entry = ET.SubElement(root, f"{{{ATOM}}}entry")
    address = url_for(f"{NAME}.idea", number=row.number, _external=True)
    _add(entry, "title", _plain(row.title))
    _add(entry, "id", address)
    ET.SubElement(entry, f"{{{ATOM}}}link", href=address)
    _add(entry, "published", row.published_at.isoformat())
    _add(entry, "updated", _changed(row).isoformat())
    author = ET.SubElement(entry, f"{{{ATOM}}}author")
    _add(author, "name", tenant.name)
    ET.SubElement(entry, f"{{{ATOM}}}category", term=row.state, label=state(row.state)["word"])
    _add(entry, "summary", _plain(beginning(row.beginning)))


def _changed(row: Any) -> datetime:
    found: datetime = max(row.published_at, row.answered_at or row.published_at)
    return found


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _plain(text: str) -> str:
    """Leave out what XML cannot carry."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\t\n")
