"""What ideas are about: the national list, or the hall's own with words, icons and what is retired.

A hall's list is one text of its settings, a category a line: `Georgian | English | icon | key |
retired`. What is left out has its default, so that a line may be a single word. The key never
changes, so ideas keep their category when it is renamed or retired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import force_locale

from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.letters import slug

RETIRED, DEFAULT_ICON = "retired", "lightbulb"
LONGEST_KEY = 40
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
ICONS: Mapping[str, Any] = {
    "construction": _("Road works"),
    "sun": _("Light"),
    "droplets": _("Water"),
    "recycle": _("Waste"),
    "trees": _("Trees"),
    "bus": _("Bus"),
    "school": _("School"),
    "star": _("Star"),
    "landmark": _("Monument"),
    "heart-pulse": _("Health"),
    "accessibility": _("Accessibility"),
    "briefcase": _("Work"),
    DEFAULT_ICON: _("Idea"),
    "house": _("House"),
    "building-2": _("Building"),
    "users": _("People"),
    "shield": _("Safety"),
    "wrench": _("Repair"),
    "zap": _("Electricity"),
    "book-open": _("Books"),
    "camera": _("Camera"),
    "banknote": _("Money"),
    "map": _("Map"),
}
NATIONAL_KEYS = frozenset(CATEGORIES)
NATIONAL_ICONS: Mapping[str, str] = dict(zip(CATEGORIES, ICONS, strict=False))


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category as a hall has written it."""

    key: str
    ka: str
    en: str = ""
    icon: str = DEFAULT_ICON
    retired: bool = False

    @property
    def words(self) -> str:
        """Its name in the language of the page."""
        return self.ka if locale() == "ka" else self.en or self.ka


def categories_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """Give what can be chosen now, as key to words in the language of the page, in order."""
    return {key: str(words) for key, words in choices_of(settings)}


def choices_of(settings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Give the same for a form, whose words are said when it is drawn."""
    own = own_categories(_typed(settings))
    if own:
        return [(one.key, one.words) for one in own if not one.retired]
    return list(CATEGORIES.items())


def keys_of(settings: Mapping[str, Any]) -> frozenset[str]:
    """Name what can be chosen now."""
    own = own_categories(_typed(settings))
    return frozenset(one.key for one in own if not one.retired) if own else NATIONAL_KEYS


def known_categories(settings: Mapping[str, Any]) -> dict[str, str]:
    """Give also what was retired, last: by it older ideas are still found."""
    retired = [one for one in own_categories(_typed(settings)) if one.retired]
    return categories_of(settings) | {one.key: one.words for one in retired}


def words_of(key: str, settings: Mapping[str, Any]) -> str:
    """Say a category in words, also one that the hall no longer offers."""
    own = next((one for one in own_categories(_typed(settings)) if one.key == key), None)
    return own.words if own else str(CATEGORIES.get(key, key))


def icon_of(key: str, settings: Mapping[str, Any]) -> str:
    """Name the icon of a category."""
    own = next((one for one in own_categories(_typed(settings)) if one.key == key), None)
    return own.icon if own else NATIONAL_ICONS.get(key, DEFAULT_ICON)


def _typed(settings: Mapping[str, Any]) -> str:
    return str(settings.get("categories") or "")


@lru_cache(maxsize=128)
def own_categories(typed: str) -> tuple[Category, ...]:
    """Read a hall's own list; a key that stands twice counts once."""
    found: dict[str, Category] = {}
    for line in typed.splitlines():
        parts = [part.strip() for part in line.split("|")]
        ka, en, icon, key, retired = (*parts, "", "", "", "", "")[:5]
        key = (key or slug(ka))[:LONGEST_KEY]
        if key and ka and key not in found:
            icon = icon if icon in ICONS else NATIONAL_ICONS.get(key, DEFAULT_ICON)
            found[key] = Category(key=key, ka=ka, en=en, icon=icon, retired=retired == RETIRED)
    return tuple(found.values())


def written(categories: Iterable[Category]) -> str:
    """Write a list as the settings keep it."""
    rows = ((c.ka, c.en, c.icon, c.key, RETIRED if c.retired else "") for c in categories)
    return "\n".join(" | ".join(row).rstrip(" |") for row in rows)


def listed(settings: Mapping[str, Any]) -> list[Category]:
    """Give the hall's whole list, to change it.

    A hall that never wrote one begins with the national list, so that its ideas keep theirs.
    """
    own = own_categories(_typed(settings))
    if own:
        return list(own)
    with force_locale("ka"):
        georgian = {key: str(words) for key, words in CATEGORIES.items()}
    with force_locale("en"):
        english = {key: str(words) for key, words in CATEGORIES.items()}
    return [
        Category(key=key, ka=georgian[key], en=english[key], icon=NATIONAL_ICONS[key])
        for key in CATEGORIES
    ]
