"""What people type to sign in and about themselves: label, rule and error of a field stand once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import phonenumbers
from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from mms_core.errors import Invalid
from mms_core.i18n import LANGUAGES
from mms_core.i18n import lazy_gettext as _
from mms_core.people.rules import is_masked, normal_personal_number
from mms_core.tenancy import rules as tenancy

OLDEST = 120
COUNTRIES = (
    ("GE", _("Georgia")),
    ("AZ", _("Azerbaijan")),
    ("AM", _("Armenia")),
    ("RU", _("Russia")),
    ("TR", _("Türkiye")),
    ("UA", _("Ukraine")),
    ("other", _("Another country")),
)
EMPTY_EMAIL = _("Type your e-mail.")
EMPTY_PASSWORD = _("Type your password.")


def _needed(text: object) -> dict[str, Any]:
    return {"required": True, "validate": validate.Length(min=1, error=text)}  # type: ignore[arg-type]


class LinkSchema(Schema):
    """Where a link to sign in goes."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    email = fields.String(
        **_needed(EMPTY_EMAIL),
        metadata={"label": _("E-mail"), "kind": "email", "autocomplete": "username"},
    )


class SignInSchema(LinkSchema):
    """E-mail and password."""

    password = fields.String(
        **_needed(EMPTY_PASSWORD),
        metadata={
            "label": _("Password"),
            "kind": "password",
            "autocomplete": "current-password",
        },
    )
    remember = fields.Boolean(
        load_default=False,
        metadata={
            "label": _("Stay signed in on this device for 30 days"),
            "help": _("Not on a shared computer, such as a community centre's."),
        },
    )


class CodeSchema(Schema):
    """A code of the authenticator app, or a recovery code."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    code = fields.String(
        **_needed(_("Type the code.")),
        metadata={
            "label": _("Code"),
            "help": _("Six digits from your authenticator app, or one of your recovery codes."),
            "autocomplete": "one-time-code",
        },
    )


class PasswordSchema(Schema):
    """A new password; the present one is asked unless a link has just proved the e-mail."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    current = fields.String(
        load_default="",
        metadata={
            "label": _("Present password"),
            "kind": "password",
            "autocomplete": "current-password",
        },
    )
    password = fields.String(
        **_needed(_("Type a new password.")),
        metadata={
            "label": _("New password"),
            "help": _("At least 10 characters; three or four words are easy to remember."),
            "kind": "password",
            "autocomplete": "new-password",
        },
    )


def normal_phone(text: str) -> str:
    """Give a phone number as E.164; Invalid for one that cannot be dialled."""
    message = _("This is not a phone number. An example: 599 12 34 56")
    try:
        number = phonenumbers.parse(text, "GE")
    except phonenumbers.NumberParseException as problem:
        raise Invalid(message) from problem
    if not phonenumbers.is_valid_number(number):
        raise Invalid(message)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown_phone(stored: str | None) -> str:
    """Show a phone number as people read it."""
    if not stored:
        return ""
    number = phonenumbers.parse(stored)
    style = phonenumbers.PhoneNumberFormat
    home = number.country_code == 995
    return phonenumbers.format_number(number, style.NATIONAL if home else style.INTERNATIONAL)


def _in_words(rule: Callable[[str], object]) -> Callable[[str], None]:
    """Let a rule of the house speak at its field, with all the other mistakes of the form."""

    def check(text: str) -> None:
        try:
            if not is_masked(text):
                rule(text)
        except Invalid as problem:
            raise ValidationError(str(problem.message)) from problem

    return check


def _known_hall(number: int) -> None:
    if all(hall.id != number for hall in tenancy.all_tenants()):
        raise ValidationError(str(_("Choose a municipality from the list.")))


def _believable(day: date) -> None:
    today = datetime.now(UTC).date()
    if day > today or today.year - day.year > OLDEST:
        raise ValidationError(str(_("This birth date cannot be right.")))


class ProfileSchema(Schema):
    """A person's profile as its page sends it; what is left empty is unknown."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    first_name = fields.String(
        required=True,
        validate=validate.Length(1, 80, error=_("Type your first name.")),
        metadata={"label": _("First name"), "autocomplete": "given-name"},
    )
    last_name = fields.String(
        required=True,
        validate=validate.Length(1, 80, error=_("Type your last name.")),
        metadata={"label": _("Last name"), "autocomplete": "family-name"},
    )
    phone = fields.String(
        load_default="",
        validate=_in_words(normal_phone),
        metadata={
            "label": _("Phone"),
            "kind": "text",
            "inputmode": "tel",
            "autocomplete": "tel",
            "help": _("For example 599 12 34 56"),
        },
    )
    language = fields.String(
        load_default="ka",
        validate=validate.OneOf(list(LANGUAGES)),
        metadata={
            "label": _("Language of our letters"),
            "kind": "select",
            "choices": list(LANGUAGES.items()),
        },
    )
    birth_date = fields.Date(
        load_default=None,
        validate=_believable,
        error_messages={"invalid": _("Type the date as year, month, day: 1986-04-12.")},
        metadata={"label": _("Birth date"), "autocomplete": "bday"},
    )
    citizenship = fields.String(
        load_default="",
        validate=validate.OneOf([code for code, _name in COUNTRIES]),
        metadata={"label": _("Citizenship"), "kind": "select", "choices": list(COUNTRIES)},
    )
    personal_number = fields.String(
        load_default="",
        validate=_in_words(normal_personal_number),
        metadata={
            "label": _("Personal number"),
            "kind": "personal_number",
            "help": _("11 digits. We keep it encrypted and always show it masked."),
        },
    )
    municipality = fields.Integer(
        load_default=None,
        validate=_known_hall,
        error_messages={"invalid": _("Choose a municipality from the list.")},
        metadata={
            "label": _("Municipality where you are registered"),
            "kind": "select",
            "choices": lambda: [(hall.id, hall.name) for hall in tenancy.all_tenants()],
        },
    )

    @post_load
    def _normalise(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        data["phone"] = normal_phone(data["phone"]) if data["phone"] else ""
        if not is_masked(data["personal_number"]) and data["personal_number"]:
            data["personal_number"] = normal_personal_number(data["personal_number"])
        return data
