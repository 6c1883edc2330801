"""What a person hands in: the one schema of the web form, the JSON API and the clerk's intake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from mms_core.i18n import lazy_gettext as _
from plugins.your_idea_to_mayor.categories import CATEGORIES
from plugins.your_idea_to_mayor.kinds import Between, EmailAddress, Phone
from plugins.your_idea_to_mayor.scripts import wrong_script

LANGUAGES = (
    ("ka", _("Georgian")),
    ("en", _("English")),
    ("az", _("Azerbaijani")),
    ("hy", _("Armenian")),
    ("ru", _("Russian")),
)
CONTACT = ("name", "email", "phone")
SHOWN = (
    ("first", _("My first name and the place of the idea")),
    ("full", _("My whole name")),
    ("none", _("No name")),
)


NO_CONTACT = _("Write an e-mail or a telephone number, so that the city hall can answer you.")
NO_CATEGORY = _("Choose what the idea is about.")


class IdeaSchema(Schema):
    """An idea and how its author can be reached.

    `categories` are the hall's keys; `known` is true for a signed-in person, whose account says
    how to reach them.
    """

    class Meta:
        """What the page sends besides, such as its token, is not ours."""

        unknown = EXCLUDE

    def __init__(
        self, *, categories: Mapping[str, str] | None = None, known: bool = False, **options: Any
    ) -> None:
        super().__init__(exclude=CONTACT if known else (), **options)
        self.categories = CATEGORIES if categories is None else categories
        self.known = known

    title = fields.String(
        required=True,
        validate=Between(
            10,
            120,
            short=_("Write a title of at least 10 characters, so that others see what it is."),
            long=_("The title may have at most 120 characters."),
        ),
        metadata={
            "label": _("Your idea in one sentence"),
            "help": _("For example: light up the path beside the school."),
        },
    )
    body = fields.String(
        required=True,
        validate=Between(
            20,
            4000,
            short=_("Describe the idea in at least 20 characters: what should be done, and why."),
            long=_("The description may have at most 4,000 characters."),
        ),
        metadata={
            "label": _("What should be done, and why?"),
            "help": _(
                "Where is it, whom does it help? Please give no personal data of other people."
            ),
            "kind": "textarea",
        },
    )
    campaign = fields.String(
        load_default="",
        validate=validate.Length(max=80),
        metadata={"label": _("Campaign"), "kind": "hidden"},
    )
    category = fields.String(
        required=True,
        metadata={"label": _("What is it about?"), "kind": "select"},
    )
    settlement = fields.String(
        load_default="",
        validate=Between(
            0, 120, short="", long=_("The name of the place may have at most 120 characters.")
        ),
        metadata={
            "label": _("Town, village or street"),
            "help": _("Where in the municipality is it?"),
        },
    )
    language = fields.String(
        load_default="",
        validate=validate.OneOf(["", *(key for key, _words in LANGUAGES)]),
        metadata={
            "label": _("Language of your text"),
            "kind": "select",
            "choices": LANGUAGES,
            "help": _("Georgian may also be typed with Latin letters."),
        },
    )
    lat = fields.Float(  # rounded to about 100 m before it leaves the phone
        load_default=None, validate=validate.Range(40.9, 43.7), metadata={"unseen": True}
    )
    lon = fields.Float(
        load_default=None, validate=validate.Range(39.8, 46.9), metadata={"unseen": True}
    )
    name = fields.String(
        required=True,
        validate=Between(
            2,
            120,
            short=_("Write your name and surname."),
            long=_("The name may have at most 120 characters."),
        ),
        metadata={"label": _("Name and surname"), "autocomplete": "name"},
    )
    email = EmailAddress(
        load_default="",
        metadata={"label": _("E-mail"), "kind": "email", "help": _("It is not published.")},
    )
    phone = Phone(
        load_default="",
        metadata={
            "label": _("Telephone"),
            "kind": "tel",
            "help": _("It is not published. For example 599 12 34 56"),
        },
    )
    shown = fields.String(
        load_default="first",
        validate=validate.OneOf([key for key, _words in SHOWN]),
        metadata={
            "label": _("How shall your name stand beside the idea?"),
            "kind": "radio",
            "choices": SHOWN,
        },
    )

    @validates_schema(skip_on_field_errors=False)
    def _check_category(self, data: Mapping[str, Any], **_options: Any) -> None:
        if "category" in data and data["category"] not in self.categories:
            raise ValidationError(str(NO_CATEGORY), "category")

    @validates_schema(skip_on_field_errors=False)
    def _check_script(self, data: Mapping[str, Any], **_options: Any) -> None:
        typed = f"{data.get('title', '')} {data.get('body', '')}"
        problem = wrong_script(typed, language=data.get("language") or "")
        if problem:
            raise ValidationError(problem, "language")

    @validates_schema(skip_on_field_errors=False)
    def _check_contact(self, data: Mapping[str, Any], **_options: Any) -> None:
        typed = data.get("email") or data.get("phone")
        if not self.known and "email" in data and "phone" in data and not typed:
            raise ValidationError(str(NO_CONTACT), "email")
