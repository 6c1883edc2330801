"""The words of commitments: status and assessment as two axes, values, goals, periods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale

SUSPENDED = "suspended"
STATUS: Mapping[str, Any] = {
    "planned": _("Not begun"),
    "running": _("In progress"),
    "ended": _("Ended"),
    SUSPENDED: _("Suspended"),
}
ASSESSMENT: Mapping[str, Any] = {
    "": _("Not assessed yet"),
    "not_done": _("Not fulfilled"),
    "partly": _("Fulfilled in part"),
    "mostly": _("Fulfilled for the most part"),
    "done": _("Fulfilled"),
}
TONES = {
    "running": "info",
    "ended": "success",
    SUSPENDED: "warning",
    "not_done": "danger",
    "partly": "warning",
    "mostly": "info",
    "done": "success",
}
VALUES: Mapping[str, Any] = {
    "transparency": _("Transparency"),
    "accountability": _("Accountability"),
    "innovation": _("Innovation and technology"),
    "participation": _("Participation"),
}
PERIODS: Mapping[str, Any] = {
    "year": _("Annual"),
    "half": _("Half a year"),
    "final": _("Final"),
}
SDG: Mapping[int, Any] = {
    1: _("No poverty"),
    2: _("Zero hunger"),
    3: _("Good health and well-being"),
    4: _("Quality education"),
    5: _("Gender equality"),
    6: _("Clean water and sanitation"),
    7: _("Affordable and clean energy"),
    8: _("Decent work and economic growth"),
    9: _("Industry, innovation and infrastructure"),
    10: _("Reduced inequalities"),
    11: _("Sustainable cities and communities"),
    12: _("Responsible consumption and production"),
    13: _("Climate action"),
    14: _("Life below water"),
    15: _("Life on land"),
    16: _("Peace, justice and strong institutions"),
    17: _("Partnerships for the goals"),
}


def tone(word: str) -> str:
    """Give the tone of a status or an assessment."""
    return TONES.get(word, "neutral")


def said(words: Mapping[str, str]) -> str:
    """Give words in the page's language, or in the other one where there are none."""
    return words.get(locale()) or words.get("ka") or words.get("en") or ""


def language(words: Mapping[str, str]) -> str:
    """Name the language in which `said` says them."""
    if words.get(locale()):
        return locale()
    return "ka" if words.get("ka") else "en"
