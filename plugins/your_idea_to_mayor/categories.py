"""What ideas are about: the national list, which a hall can replace by its own in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.letters import slug

CATEGORIES: Mapping[str, Any] = {
    "roads": _("Roads and pavements"),
    "lighting": _("Street lighting"),
    "water": _("Water and sewerage"),
    "waste": _("Cleaning and waste"),
    "greenery": _("Parks and greenery"),
    "transport": _("Transport and parking"),
    "education": _("Schools and kindergartens"),
    "youth": _("Sport and youth"),
    "culture": _("Culture and tourism"),
    "social": _("Social programmes and health"),
    "accessibility": _("Accessibility for everyone"),
    "economy": _("Agriculture and economy"),
    "other": _("Something else"),
}


def categories_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """Give the hall's categories as key to words in the language of the page, in their order."""
    own = own_categories(str(settings.get("categories") or ""), language=locale())
    return own or {key: str(words) for key, words in CATEGORIES.items()}


def own_categories(typed: str, *, language: str) -> dict[str, str]:
    """Read a hall's own list: a line each, `Georgian` or `Georgian | English`."""
    found: dict[str, str] = {}
    for line in typed.splitlines():
        georgian, _bar, english = (part.strip() for part in line.partition("|"))
        key = slug(georgian)[:40]
        if key:
            found[key] = georgian if language == "ka" else english or georgian
    return found


def words_of(key: str, settings: Mapping[str, Any]) -> str:
    """Say a category in words, also one that the hall no longer offers."""
    own = str(settings.get("categories") or "")
    found = own_categories(own, language=locale()).get(key) if own else None
    return found or str(CATEGORIES.get(key, key))
