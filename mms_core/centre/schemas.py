"""What a clerk writes down of the citizen for whom they file, whatever the module."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from mms_core.clock import local_day
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.people.rules import normal_email, normal_personal_number
from mms_core.people.schemas import normal_phone

CONSENT = _(
    "The citizen asked me to send this in their name, and agrees that their name and contact go to"
    " this city hall."
)
DOCUMENTS = (
    ("id_card", _("Identity card")),
    ("passport", _("Passport")),
    ("residence", _("Residence card")),
    ("none", _("No document was shown")),
)
LONG_AGO = timedelta(days=31)


def _in_words(rule: Callable[[str], object]) -> Callable[[str], None]:
    def check(text: str) -> None:
        try:
            rule(text)
        except Invalid as problem:
            raise ValidationError(str(problem.message)) from problem

    return check


def _a_day_that_was(day: date) -> None:
    today = local_day(datetime.now(UTC))
    if day > today:
        raise ValidationError(str(_("This day has not come yet. Write the day of the visit.")))
    if day < today - LONG_AGO:
        raise ValidationError(str(_("This day is more than a month ago. Check the date.")))


class IntakeSchema(Schema):
    """The citizen before the clerk: name, how to reach them, what was shown, that they agree."""

    class Meta:
        """What the page sends besides is the module's."""

        unknown = EXCLUDE

    first_name = fields.String(
        required=True,
        validate=validate.Length(1, 80, error=_("Type your first name.")),
        metadata={"label": _("First name"), "autocomplete": "off"},
    )
    last_name = fields.String(
        required=True,
        validate=validate.Length(1, 80, error=_("Type your last name.")),
        metadata={"label": _("Last name"), "autocomplete": "off"},
    )
    personal_number = fields.String(
        load_default="",
        validate=_in_words(normal_personal_number),
        metadata={
            "label": _("Personal number"),
            "kind": "personal_number",
            "help": _("With it the citizen finds this case in their account later."),
        },
    )
    phone = fields.String(
        load_default="",
        validate=_in_words(normal_phone),
        metadata={"label": _("Phone"), "kind": "text", "inputmode": "tel", "autocomplete": "off"},
    )
    email = fields.String(
        load_default="",
        validate=_in_words(normal_email),
        metadata={
            "label": _("E-mail"),
            "kind": "email",
            "autocomplete": "off",
            "help": _("Without phone and e-mail the answer is read with number and key."),
        },
    )
    identified_by = fields.String(
        required=True,
        validate=validate.OneOf([key for key, _words in DOCUMENTS]),
        metadata={"label": _("Document that was shown"), "kind": "radio", "choices": DOCUMENTS},
    )
    received_on = fields.Date(
        required=True,
        validate=_a_day_that_was,
        error_messages={"invalid": _("Type the date as year, month, day: 1986-04-12.")},
        metadata={"label": _("Day of the visit"), "kind": "date"},
    )
    consent = fields.Boolean(
        load_default=False,
        validate=validate.Equal(True, error=_("Without the citizen's consent nothing is sent.")),
        metadata={"label": CONSENT},
    )

    @post_load
    def _normalise(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        data["phone"] = normal_phone(data["phone"]) if data["phone"] else ""
        data["email"] = normal_email(data["email"]) if data["email"] else ""
        if data["personal_number"]:
            data["personal_number"] = normal_personal_number(data["personal_number"])
        return data
