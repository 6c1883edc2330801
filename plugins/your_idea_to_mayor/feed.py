"""The newest ideas as feeds, for readers and for the hall's own site: Atom, RSS 2.0, JSON Feed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from flask import url_for

from mms_core.i18n import locale
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.showing import beginning, state

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"
VERSION = "https://jsonfeed.org/version/1.1"
ET.register_namespace("", ATOM)


def write_atom(tenant: Any, rows: Sequence[Any], *, title: str, own: str) -> bytes:
    """Write lines of the list as an Atom feed (RFC 4287), UTF-8; `own` is its address."""
    root = ET.Element(f"{{{ATOM}}}feed", {f"{{{XML}}}lang": locale()})
    home = url_for(f"{NAME}.index", _external=True)
    changed = max((_changed(row) for row in rows), default=datetime(2026, 1, 1, tzinfo=UTC))
    _add(root, "title", title)
    _add(root, "id", own)
    _add(root, "updated", changed.isoformat())
    ET.SubElement(root, f"{{{ATOM}}}link", href=home)
    ET.SubElement(root, f"{{{ATOM}}}link", rel="self", type="application/atom+xml", href=own)
    for row in rows:
        _entry(root, row, tenant)
    return _written(root)


def _entry(root: ET.Element, row: Any, tenant: Any) -> None:
    entry = ET.SubElement(root, f"{{{ATOM}}}entry")
    address = _address(row)
    _add(entry, "title", _plain(row.title))
    _add(entry, "id", address)
    ET.SubElement(entry, f"{{{ATOM}}}link", href=address)
    _add(entry, "published", row.published_at.isoformat())
    _add(entry, "updated", _changed(row).isoformat())
    author = ET.SubElement(entry, f"{{{ATOM}}}author")
    _add(author, "name", tenant.name)
    ET.SubElement(entry, f"{{{ATOM}}}category", term=row.state, label=state(row.state)["word"])
    _add(entry, "summary", _plain(beginning(row.beginning)))


def write_rss(tenant: Any, rows: Sequence[Any], *, title: str, own: str) -> bytes:
    """Write the same as RSS 2.0, which older readers and many sites ask for."""
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM})
    channel = ET.SubElement(root, "channel")
    home = url_for(f"{NAME}.index", _external=True)
    said = {"title": title, "link": home, "description": tenant.hall, "language": locale()}
    for name, words in said.items():
        ET.SubElement(channel, name).text = _plain(words)
    ET.SubElement(channel, "atom:link", rel="self", type="application/rss+xml", href=own)
    for row in rows:
        item = ET.SubElement(channel, "item")
        said = {
            "title": row.title,
            "link": _address(row),
            "guid": _address(row),
            "pubDate": format_datetime(row.published_at),
            "category": state(row.state)["word"],
            "description": beginning(row.beginning),
        }
        for name, words in said.items():
            ET.SubElement(item, name).text = _plain(words)
    return _written(root)


def write_json(tenant: Any, rows: Sequence[Any], *, title: str, own: str) -> bytes:
    """Write the same as JSON Feed 1.1 (jsonfeed.org); nobody's name is in it."""
    feed = {
        "version": VERSION,
        "title": title,
        "home_page_url": url_for(f"{NAME}.index", _external=True),
        "feed_url": own,
        "language": locale(),
        "authors": [{"name": tenant.hall}],
        "items": [_item(row) for row in rows],
    }
    return json.dumps(feed, ensure_ascii=False).encode()


def _item(row: Any) -> dict[str, Any]:
    return {
        "id": _address(row),
        "url": _address(row),
        "title": row.title,
        "content_text": beginning(row.beginning),
        "image": url_for(f"{NAME}.card", number=row.number, _external=True),
        "date_published": row.published_at.isoformat(),
        "date_modified": _changed(row).isoformat(),
        "tags": [state(row.state)["word"], *([row.settlement] if row.settlement else [])],
    }


def _address(row: Any) -> str:
    return url_for(f"{NAME}.idea", number=row.number, _external=True)


def _changed(row: Any) -> datetime:
    found: datetime = max(row.published_at, row.answered_at or row.published_at)
    return found


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _written(root: ET.Element) -> bytes:
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _plain(text: str) -> str:
    """Leave out what XML cannot carry."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\t\n")
