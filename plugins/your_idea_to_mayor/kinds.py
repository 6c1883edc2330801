"""Fields with sentences of their own: lengths, telephone numbers and e-mail addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import phonenumbers
from marshmallow import ValidationError, fields, validate

from mms_core.i18n import lazy_gettext as _

WRONG_EMAIL = _("Write the e-mail in full, for example name@mail.example.")
WRONG_DEGREES = _("Write degrees as a number, for example 42.509.")
NOT_HERE = _("This point is not in Georgia.")
WRONG_PHONE = _("Write the telephone number with all its digits, for example 599 12 34 56.")


class Between(validate.Length):
    """A length with a sentence of its own for too short and for too long."""

    def __init__(self, least: int, most: int, *, short: object, long: object) -> None:
        super().__init__(min=least, max=most)
        self.short, self.long = short, long

    def __call__(self, value: Any) -> Any:
        """Let a text of a good length through; ValidationError with the fitting sentence."""
        least, most = self.min or 0, self.max or 0
        if len(value.strip()) < least:
            raise ValidationError(str(self.short))
        if len(value) > most:
            now = _("Now there are %(count)s.", count=len(value))
            raise ValidationError(f"{self.long} {now}")
        return value


class Phone(fields.String):
    """A telephone number of Georgia, or of abroad with its +; kept as E.164."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs)
        try:
            number = phonenumbers.parse(typed, "GE")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise ValidationError(str(WRONG_PHONE))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class EmailAddress(fields.String):
    """An e-mail address that can be written to; kept in lower case."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs).strip().lower()
        try:
            validate.Email()(typed)
        except ValidationError:
            raise ValidationError(str(WRONG_EMAIL)) from None
        return typed


class Degrees(fields.Float):
    """A latitude or longitude, kept to about 100 m: enough for a place, too little for a door."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": WRONG_DEGREES}  # type: ignore[misc]

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> float:
        typed = str(value).strip().replace(",", ".").removesuffix("°")
        return round(float(super()._deserialize(typed, attr, data, **kwargs) or 0), 3)
