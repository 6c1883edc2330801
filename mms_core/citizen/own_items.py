"""What a person has in a hall that is no case; the modules know it, the person's page lists it."""

from __future__ import annotations

from typing import Any

from mms_core.contributions import OwnItem
from mms_core.db import scope
from mms_core.letters import LETTERS
from mms_core.modules import registry
from mms_core.people.current import Person
from mms_core.switching.rules import switched
from mms_core.tenancy import rules as tenancy


def of(person: Person) -> list[dict[str, Any]]:
    """List it, the newest first, in a session that is bound to this person."""
    known = registry()
    found = [
        (item, hall.name)
        for module, items in known.ask_all("mms_own", list(known.loaded), person=person)
        for item in items
        if (hall := tenancy.by_id(item.tenant_id)) and _serves(module, item)
    ]
    return [
        {"title": item.title, "lang": language(item.title), "url": item.url, "state": item.state,
         "hall": hall, "at": item.at}
        for item, hall in sorted(found, key=lambda one: one[0].at, reverse=True)
    ]  # fmt: skip


def _serves(module: str, item: OwnItem) -> bool:
    with scope(item.tenant_id):
        now = switched(item.tenant_id).get(module)
    return now is not None and now.serves


def language(words: str) -> str | None:
    """Tell a screen reader that a title is Georgian, whatever the page's language is."""
    return "ka" if any(sign in LETTERS for sign in words) else None
