"""What a school or group says that wants to see the building."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate
from marshmallow import validates_schema as checks

from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception import tours
from plugins.citizen_reception.contact import ContactSchema
from plugins.citizen_reception.day_settings import DaySettings, languages

NO_SLOT = _("Choose one of the free times.")


class GroupSchema(ContactSchema):
    """A visit: the hour, who comes, how many, in which language; `settings` are the hall's."""

    def __init__(self, *, settings: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.settings = settings or DaySettings().load({})

    slot = fields.String(
        required=True,
        error_messages={"required": str(NO_SLOT)},
        metadata={"label": _("When do you want to come?"), "kind": "radio"},
    )
    organisation = fields.String(
        required=True,
        validate=validate.Length(2, 160),
        metadata={
            "label": _("School, organisation or group"),
            "autocomplete": "organization",
            "help": _("For example: public school of the village of Geguti, form 9."),
        },
    )
    size = fields.Integer(
        required=True,
        validate=validate.Range(1, 5000),
        metadata={
            "label": _("How many people come?"),
            "kind": "number",
            "help": _("With those who accompany the group."),
        },
    )
    age = fields.String(
        required=True,
        validate=validate.OneOf([key for key, _words in tours.AGES]),
        metadata={"label": _("Who are they?"), "kind": "select", "choices": tours.AGES},
    )
    language = fields.String(
        required=True,
        metadata={"label": _("In which language?"), "kind": "select"},
    )
    access = fields.String(
        load_default="",
        validate=validate.Length(max=300),
        metadata={
            "label": _("What should we prepare?"),
            "help": _("A way for a wheelchair, a sign language interpreter, a quiet room."),
        },
    )
    words = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={
            "label": _("What would you like to see or ask?"),
            "kind": "textarea",
            "help": _("Please write no names of children."),
        },
    )

    @checks(skip_on_field_errors=False)
    def _check_hall(self, data: Mapping[str, Any], **_options: Any) -> None:
        problems: dict[str, list[str]] = {}
        large = tours.too_large(data["size"], self.settings) if "size" in data else ""
        if large:
            problems["size"] = [str(large)]
        spoken = languages(self.settings["tour_languages"])
        if "language" in data and data["language"] not in spoken:
            problems["language"] = [str(_("There is no guide for this language; choose another."))]
        if "slot" in data and moment_of(data["slot"]) is None:
            problems["slot"] = [str(NO_SLOT)]
        if problems:
            raise ValidationError(problems)


def moment_of(typed: str) -> datetime | None:
    """Read the hour of the form, an ISO moment; None for anything else."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.tzinfo else None
