"""What a hall can set for groups, letters and the day; a part of the module's settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale

BREAK = (time(13), time(14))  # R1: no tour is led through it
LANGUAGES = {
    "ka": _("Georgian"),
    "en": _("English"),
    "az": _("Azerbaijani"),
    "hy": _("Armenian"),
    "ru": _("Russian"),
}
ADDRESSEES = (
    ("mayor", _("The mayor")),
    ("chair", _("The chair of the municipal council")),
    ("council", _("The municipal council")),
    ("hall", _("The city hall: whoever is competent")),
)


def weekdays(text: str) -> list[int]:
    """Read weekdays written as digits, 1 for Monday; ValueError for anything else."""
    found = [int(sign) for sign in re.split(r"[\s,]+", text.strip()) if sign]
    if not all(1 <= day <= 7 for day in found):
        raise ValueError(text)
    return sorted(set(found))


def hours(text: str) -> list[time]:
    """Read hours as in `11:00 15:30`; ValueError for anything else."""
    return sorted({time.fromisoformat(one) for one in re.split(r"[\s,]+", text.strip()) if one})


def languages(text: str) -> list[str]:
    """Read the languages of the guides; ValueError for one that the system does not know."""
    found = [one for one in re.split(r"[\s,]+", text.strip().lower()) if one]
    if not found or set(found) - set(LANGUAGES):
        raise ValueError(text)
    return found


def _read(rule: Callable[[str], object], problem: object) -> Callable[[str], None]:
    def check(value: str) -> None:
        try:
            rule(value)
        except ValueError:
            raise ValidationError(str(problem)) from None

    return check


def _number(
    label: object, default: int, *, of: tuple[int, int], say: object = ""
) -> fields.Integer:
    rule = validate.Range(*of)
    return fields.Integer(
        load_default=default, validate=rule, metadata={"label": label, "help": say}
    )


class DaySettings(Schema):
    """The settings of groups, letters and the day; what a hall never set has these defaults."""

    tours_on = fields.Boolean(
        load_default=True, metadata={"label": _("Groups can visit the building")}
    )
    tour_days = fields.String(
        load_default="2 4",
        validate=_read(weekdays, _("Write digits from 1 (Monday) to 7, as in 2 4.")),
        metadata={"label": _("Weekdays of visits"), "help": _("1 is Monday: 2 4.")},
    )
    tour_hours = fields.String(
        load_default="11:00 15:00",
        validate=_read(hours, _("Write hours as in 11:00 15:30.")),
        metadata={"label": _("Hours at which a visit begins"), "help": _("As in 11:00 15:30.")},
    )
    tour_minutes = _number(_("Minutes that a visit takes"), 60, of=(15, 240))
    tour_room = _number(
        _("People that the room holds"),
        30,
        of=(1, 1000),
        say=_("A larger group is told so at once, and comes in parts."),
    )
    tour_ahead = _number(_("Days before a visit that it must be asked for"), 3, of=(0, 60))
    tour_horizon = _number(_("Days ahead that visits can be asked for"), 90, of=(7, 366))
    tour_languages = fields.String(
        load_default="ka en",
        validate=_read(languages, _("Write codes of languages, as in ka en.")),
        metadata={"label": _("Languages of the guides"), "help": _("Codes, as in ka en.")},
    )
    outcome_days = _number(
        _("Working days after a visit within which what came of it is written"), 3, of=(1, 30)
    )
    letters_on = fields.Boolean(
        load_default=True, metadata={"label": _("Citizens are helped in writing to the hall")}
    )
    addressees = fields.String(
        load_default="",
        validate=validate.Length(max=2000),
        metadata={
            "label": _("To whom letters can be written"),
            "kind": "textarea",
            "help": _("A line each: Georgian | English. Empty means the usual list."),
        },
    )
    screen_words = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"label": _("Words on the screen of the queue"), "help": _("For those waiting.")},
    )


def addressees_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """Give the addressees of letters by key, in the page's language."""
    lines = [line.strip() for line in settings["addressees"].splitlines() if line.strip()]
    if not lines:
        return {key: str(words) for key, words in ADDRESSEES}
    found = {}
    for number, line in enumerate(lines, start=1):
        georgian, _bar, english = (part.strip() for part in line.partition("|"))
        found[f"a{number}"] = english if locale() != "ka" and english else georgian
    return found
