"""What the hall enters of a meeting, and what a guest says who wants seats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from marshmallow import validates_schema as checks

from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception.contact import ContactSchema
from plugins.citizen_reception.meetings import KINDS, moment

HOUR = _("Write the hour as in 14:30.")
LONGEST = 10  # seats that one guest can take


def _text(label: object, most: int, **more: Any) -> fields.String:
    if more.pop("required", False):
        rule = validate.Length(1, most)
        return fields.String(required=True, validate=rule, metadata={"label": label, **more})
    rule = validate.Length(max=most)
    return fields.String(load_default="", validate=rule, metadata={"label": label, **more})


def _hour(label: object) -> fields.Time:
    return fields.Time(
        required=True,
        format="%H:%M",
        error_messages={"invalid": str(HOUR), "format": str(HOUR)},
        metadata={"label": label, "kind": "time"},
    )


class MeetingSchema(Schema):
    """A meeting or event as the hall enters it."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    kind = fields.String(
        required=True,
        validate=validate.OneOf([key for key, _words in KINDS]),
        metadata={"label": _("Kind"), "kind": "select", "choices": KINDS},
    )
    title = _text(_("Title"), 160, required=True)
    title_en = _text(_("Title in English"), 160)
    text = _text(_("What it is about, and for whom"), 4000, kind="textarea")
    text_en = _text(_("The same in English"), 4000, kind="textarea")
    place = _text(_("Place"), 200, required=True, help=_("The room and how it is reached."))
    day = fields.Date(required=True, metadata={"label": _("Day"), "kind": "date"})
    begins = _hour(_("Begins at"))
    ends = _hour(_("Ends at"))
    seats = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 5000),
        metadata={
            "label": _("Seats"),
            "kind": "number",
            "help": _("Empty where everybody may simply come."),
        },
    )

    @checks(skip_on_field_errors=False)
    def _check(self, data: Mapping[str, Any], **_options: Any) -> None:
        if "begins" in data and "ends" in data and data["ends"] <= data["begins"]:
            raise ValidationError(str(_("It ends before it begins.")), "ends")


def times_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the rules take of the form: the day and hours as aware moments."""
    day: date = data["day"]
    known = {n: v for n, v in data.items() if n not in {"day", "begins", "ends"}}
    times = {"starts_at": moment(day, data["begins"]), "ends_at": moment(day, data["ends"])}
    return known | times


class SeatSchema(ContactSchema):
    """Who wants seats, and how many."""

    people = fields.Integer(
        required=True,
        validate=validate.Range(1, LONGEST),
        metadata={
            "label": _("How many of you come?"),
            "kind": "number",
            "help": _("At most ten with one registration."),
        },
    )


class MaterialSchema(Schema):
    """A file to be downloaded, as the hall describes it."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    title = _text(_("Title of the material"), 160, required=True)
    language = fields.String(
        load_default="ka",
        validate=validate.OneOf(["ka", "en", "az", "hy", "ru"]),
        metadata={
            "label": _("Language of the material"),
            "kind": "select",
            "choices": (("ka", _("Georgian")), ("en", _("English")), ("az", _("Azerbaijani")),
                        ("hy", _("Armenian")), ("ru", _("Russian"))),
        },
    )  # fmt: skip
