"""The form of a hall's ladder of reminders."""

from __future__ import annotations

from datetime import time
from typing import Any

import marshmallow as ma

from mms_core.cases.hall_clock import Ladder
from mms_core.cases.quiet import CLOSES, OPENS, OfficeHours
from mms_core.i18n import lazy_gettext as _

MOST_BEFORE = 5
RANGE = ma.validate.Range


def days_of(raw: str) -> tuple[int, ...]:
    """Read days such as “5, 1”, largest first; ValueError for anything else."""
    words = raw.replace(";", ",").split(",")
    found = {int(word) for word in words if word.strip()}
    if len(found) > MOST_BEFORE or any(not 1 <= day <= 60 for day in found):
        raise ValueError(raw)
    return tuple(sorted(found, reverse=True))


def _days(raw: str) -> None:
    try:
        days_of(raw)
    except ValueError as problem:
        text = _("Write up to five numbers from 1 to 60, such as: 5, 1")
        raise ma.ValidationError(str(text)) from problem


class LadderSchema(ma.Schema):
    """Who is reminded when, and in which hours."""

    half = ma.fields.Boolean(
        load_default=True, metadata={"label": _("Remind the officer at half of the term")}
    )
    before = ma.fields.String(
        load_default="",
        validate=[ma.validate.Length(max=40), _days],
        metadata={
            "label": _("Remind the officer so many working days before the date"),
            "help": _("One or more numbers, such as: 5, 1. Empty: not at all."),
            "inputmode": "numeric",
        },
    )
    on_day = ma.fields.Boolean(
        load_default=True, metadata={"label": _("Remind the officer on the date itself")}
    )
    head_after = ma.fields.Integer(
        required=True,
        validate=RANGE(0, 60),
        metadata={
            "label": _("Tell the head when an answer is so many working days late"),
            "help": _("0: never."),
        },
    )
    mayor_after = ma.fields.Integer(
        required=True,
        validate=RANGE(0, 120),
        metadata={
            "label": _("Tell the mayor when an answer is so many working days late"),
            "help": _("0: never."),
        },
    )
    opens = ma.fields.Time(
        required=True,
        metadata={
            "label": _("Letters leave from"),
            "kind": "time",
            "help": _("Tbilisi time, on working days only. It holds for reminders."),
        },
    )
    closes = ma.fields.Time(required=True, metadata={"label": _("until"), "kind": "time"})

    @ma.validates_schema
    def _in_order(self, data: dict[str, Any], **_more: Any) -> None:
        if data.get("opens", OPENS) >= data.get("closes", CLOSES):
            raise ma.ValidationError({"closes": [str(_("This must be later than the beginning."))]})
        if 0 < data.get("mayor_after", 0) < data.get("head_after", 0):
            raise ma.ValidationError(
                {"mayor_after": [str(_("The mayor is told no earlier than the head."))]}
            )


def typed(ladder: Ladder) -> dict[str, Any]:
    """Write a ladder into the form's fields."""
    return ladder.kept() | {"before": ", ".join(str(day) for day in ladder.before)}


def ladder_from(data: dict[str, Any]) -> Ladder:
    """Make a ladder of what the form has checked."""
    hours = {name: _minutes(data[name]) for name in ("opens", "closes")}
    return Ladder(
        half=data["half"],
        before=days_of(data["before"]),
        on_day=data["on_day"],
        head_after=data["head_after"],
        mayor_after=data["mayor_after"],
        hours=OfficeHours(**hours),
    )


def _minutes(moment: time) -> time:
    return moment.replace(second=0, microsecond=0, tzinfo=None)
