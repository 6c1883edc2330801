"""How somebody without an account says who they are and how they are reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from marshmallow import validates_schema as checks

from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.people.current import Person
from mms_core.people.rules import normal_email
from mms_core.people.schemas import normal_phone

NAMES = ("name", "email", "phone")
FORMS = "60 per minute; 600 per hour"  # a school or a hall shares one address
NO_CONTACT = _("Write an e-mail or a telephone number, so that the city hall can answer you.")


def in_words(rule: Callable[[str], object]) -> Callable[[str], None]:
    """Let a rule of the core say what is wrong with a field."""

    def check(text: str) -> None:
        try:
            rule(text)
        except Invalid as problem:
            raise ValidationError(str(problem.message)) from problem

    return check


class Normal(fields.String):
    """A text that a rule of the core brings to its usual form, or says what is wrong with it."""

    def __init__(self, rule: Callable[[str], str], **options: Any) -> None:
        super().__init__(**options)
        self.rule = rule

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        text = super()._deserialize(value, *args, **options)
        try:
            return self.rule(text) if text else ""
        except Invalid as problem:
            raise ValidationError(str(problem.message)) from problem


class ContactSchema(Schema):
    """Name and address; a signed-in person's are those of the account and are not asked.

    What a form asks beside it is declared in a schema that inherits this one.
    """

    class Meta:
        """What the page sends besides, such as its token, is not ours."""

        unknown = EXCLUDE

    def __init__(self, *, known: bool = False, **options: Any) -> None:
        super().__init__(exclude=NAMES if known else (), **options)
        self.known = known

    name = fields.String(
        required=True,
        validate=validate.Length(2, 120),
        metadata={"label": _("Name and surname"), "autocomplete": "name"},
    )
    email = Normal(
        normal_email,
        load_default="",
        metadata={"label": _("E-mail"), "kind": "email", "help": _("It is not published.")},
    )
    phone = Normal(
        normal_phone,
        load_default="",
        metadata={
            "label": _("Telephone"),
            "kind": "text",
            "inputmode": "tel",
            "autocomplete": "tel",
            "help": _("It is not published. For example 599 12 34 56"),
        },
    )

    @checks(skip_on_field_errors=False)
    def _check_reached(self, data: Mapping[str, Any], **_options: Any) -> None:
        # A number that was typed wrongly says so itself, and is not in `data`.
        both = "email" in data and "phone" in data
        if not self.known and both and not (data["email"] or data["phone"]):
            raise ValidationError(str(NO_CONTACT), "email")


def is_known(person: Person | None) -> bool:
    """Tell whether an account says who its person is and how to answer them."""
    return person is not None and bool(person.first_name and (person.email or person.phone))


def contact_of(data: Mapping[str, Any], person: Person | None) -> dict[str, str]:
    """Give name, e-mail and telephone: those of the account, or those that were typed."""
    if person is not None and is_known(person):
        return {"name": person.name, "email": person.email or "", "phone": person.phone or ""}
    return {name: str(data.get(name, "")) for name in NAMES}
