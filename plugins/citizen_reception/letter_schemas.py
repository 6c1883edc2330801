"""What a letter to the city hall says, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate
from marshmallow import validates_schema as checks

from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception.contact import NAMES, ContactSchema
from plugins.citizen_reception.letters import KINDS

STEPS: Mapping[str, tuple[str, ...]] = {
    "why": ("kind", "addressee"),
    "text": ("title", "facts", "request"),
    "you": (*NAMES, "address"),
}


class LetterSchema(ContactSchema):
    """A letter: its kind and addressee, its words, its sender; `addressees` are the hall's keys."""

    def __init__(
        self,
        *,
        addressees: Mapping[str, str] | None = None,
        known: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(known=known, **options)
        self.addressees = addressees or {}

    kind = fields.String(
        required=True,
        validate=validate.OneOf([key for key, *_rest in KINDS]),
        metadata={
            "label": _("Why do you write?"),
            "kind": "radio",
            "choices": KINDS,
        },
    )
    addressee = fields.String(required=True, metadata={"label": _("To whom?"), "kind": "select"})
    title = fields.String(
        required=True,
        validate=validate.Length(5, 120),
        metadata={
            "label": _("What is the letter about, in one sentence?"),
            "help": _("For example: repair of the roof of the kindergarten in Geguti."),
        },
    )
    facts = fields.String(
        required=True,
        validate=validate.Length(20, 4000),
        metadata={
            "label": _("What is the matter?"),
            "kind": "textarea",
            "help": _("What happened, when and where. Please give no personal data of others."),
        },
    )
    request = fields.String(
        required=True,
        validate=validate.Length(5, 2000),
        metadata={
            "label": _("What is your request?"),
            "kind": "textarea",
            "help": _("One request a letter is answered soonest."),
        },
    )
    address = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={
            "label": _("Your postal address"),
            "autocomplete": "street-address",
            "help": _("It stands at the head of the letter."),
        },
    )

    @checks(skip_on_field_errors=False)
    def _check_addressee(self, data: Mapping[str, Any], **_options: Any) -> None:
        if "addressee" in data and data["addressee"] not in self.addressees:
            raise ValidationError(str(_("Choose one of the list.")), "addressee")
