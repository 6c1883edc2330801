"""What programmes are about and what is asked of them: national lists that a hall can replace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.letters import slug

OVERALL = "overall"  # asked of every rating
# Article 2.2 names social, youth and infrastructure programmes, "and so on".
KINDS: Mapping[str, Any] = {
    "social": _("Social"),
    "health": _("Health"),
    "youth": _("Youth"),
    "culture": _("Culture"),
    "sport": _("Sport"),
    "infrastructure": _("Infrastructure"),
    "other": _("Other"),
}
DIMENSIONS: Mapping[str, Any] = {
    "access": _("How easy was it to get?"),
    "quality": _("How good was it?"),
    "staff": _("How were you treated?"),
    "timeliness": _("Did it come in time?"),
    "effect": _("Did it help you?"),
}
NEEDS: Mapping[str, Any] = {
    "roads": _("Roads"),
    "water": _("Water and drainage"),
    "light": _("Street lighting"),
    "care": _("Care and social help"),
    "health": _("Health"),
    "children": _("Children and youth"),
    "transport": _("Public transport"),
    "waste": _("Waste"),
    "other": _("Other"),
}
OVERALL_WORDS = _("All in all")
MARKS = (
    (1, _("very bad")),
    (2, _("bad")),
    (3, _("middling")),
    (4, _("good")),
    (5, _("very good")),
)


def kinds_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """Give the hall's kinds of programmes as key to words, in their order."""
    return _own(settings, "kinds") or {key: str(words) for key, words in KINDS.items()}


def dimensions_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """Give what the hall asks of a programme beside the mark for the whole."""
    return _own(settings, "dimensions") or {key: str(words) for key, words in DIMENSIONS.items()}


def needs_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """Give the hall's categories of needs."""
    return _own(settings, "need_kinds") or {key: str(words) for key, words in NEEDS.items()}


def _own(settings: Mapping[str, Any], name: str) -> dict[str, str]:
    """Read a hall's own list: a line each, `Georgian` or `Georgian | English`."""
    found: dict[str, str] = {}
    for line in str(settings.get(name) or "").splitlines():
        georgian, _bar, english = (part.strip() for part in line.partition("|"))
        key = slug(georgian)[:40]
        if key:
            found[key] = georgian if locale() == "ka" else english or georgian
    return found


def words_of(key: str, choices: Mapping[str, str]) -> str:
    """Say a key in words, also one that the hall no longer offers."""
    known = KINDS.get(key) or NEEDS.get(key) or DIMENSIONS.get(key) or key
    return choices.get(key) or str(OVERALL_WORDS if key == OVERALL else known)
