"""What a clerk writes down of somebody who comes, and of what came of the visit."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_load, validate

from mms_core.i18n import lazy_gettext as _
from mms_core.people.schemas import normal_phone
from plugins.citizen_reception.contact import in_words
from plugins.citizen_reception.outcomes import RESULTS


class WalkInSchema(Schema):
    """Somebody who came without a booking: what about, to whom; the name if they give it."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    matter = fields.String(
        required=True,
        validate=validate.Length(3, 120),
        metadata={"label": _("What is it about?")},
    )
    official = fields.String(
        load_default="",
        validate=validate.Length(max=120),
        metadata={"label": _("Who receives"), "help": _("Empty: whoever is free.")},
    )
    name = fields.String(
        load_default="",
        validate=validate.Length(max=120),
        metadata={"label": _("Name of the citizen"), "autocomplete": "off"},
    )
    phone = fields.String(
        load_default="",
        validate=in_words(normal_phone),
        metadata={
            "label": _("Telephone"),
            "kind": "text",
            "inputmode": "tel",
            "autocomplete": "off",
            "help": _("With it the outcome is sent as a text message."),
        },
    )

    @post_load
    def _normalise(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        data["phone"] = normal_phone(data["phone"]) if data["phone"] else ""
        return data


class OutcomeSchema(Schema):
    """What came of a visit; the words go to the citizen, the note stays in the hall."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    result = fields.String(
        load_default="",
        validate=validate.OneOf(["", *(key for key, _words in RESULTS)]),
        metadata={"label": _("What came of it"), "kind": "radio", "choices": RESULTS},
    )
    text = fields.String(
        required=True,
        validate=validate.Length(3, 4000),
        metadata={
            "label": _("What the citizen is told"),
            "kind": "textarea",
            "help": _("What was said and decided, in plain words. The citizen reads it."),
        },
    )
    promise_text = fields.String(
        load_default="",
        validate=validate.Length(max=500),
        metadata={"label": _("What is promised")},
    )
    promise_due = fields.Date(
        load_default=None, metadata={"label": _("By which day"), "kind": "date"}
    )
    linked = fields.String(
        load_default="",
        validate=validate.Length(max=300),
        metadata={
            "label": _("Numbers of cases that belong to it"),
            "help": _("An idea, a letter, an application; a space between them."),
        },
    )
    note = fields.String(
        load_default="",
        validate=validate.Length(max=4000),
        metadata={
            "label": _("Note for the hall"),
            "kind": "textarea",
            "help": _("The citizen does not see it."),
        },
    )
