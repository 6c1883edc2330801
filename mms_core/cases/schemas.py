"""What a person types to find their own case."""

from __future__ import annotations

import marshmallow as ma

from mms_core.cases.numbers import PATTERN, read
from mms_core.i18n import lazy_gettext as _

UNLIKE = _("This does not look like a number of a case. Please compare it with the receipt.")
WRONG_DIGIT = _(
    "There is no such number: its last digit does not fit the others. Please compare it with the"
    " receipt."
)


class CheckSchema(ma.Schema):
    """The number of a case and the key that came with its receipt."""

    number = ma.fields.String(
        required=True,
        error_messages={"required": _("Type the number of the case.")},
        metadata={
            "label": _("Number of the case"),
            "help": _("As on the receipt: TSK-2026-000123-7. Spaces and small letters do no harm."),
            "autocomplete": "off",
        },
    )
    key = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=40, error=_("This key is too long.")),
        metadata={
            "label": _("Key"),
            "help": _("Ten letters and digits, from the receipt or from our letter."),
            "autocomplete": "off",
        },
    )

    @ma.validates("number")
    def _readable(self, value: str, **_options: object) -> None:
        if not value.strip():
            raise ma.ValidationError(str(_("Type the number of the case.")))
        if PATTERN.match(value) is None:
            raise ma.ValidationError(str(UNLIKE))
        if read(value) is None:
            raise ma.ValidationError(str(WRONG_DIGIT))
