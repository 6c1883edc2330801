"""What a person hands in: the one schema of the web form, the JSON API and the clerk's intake."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from mms_core.i18n import lazy_gettext as _
from plugins.your_idea_to_mayor.categories import NATIONAL_KEYS
from plugins.your_idea_to_mayor.kinds import NOT_HERE, Between, Degrees, EmailAddress, Phone
from plugins.your_idea_to_mayor.scripts import wrong_script

LANGUAGES = (
    ("ka", _("Georgian")),
    ("en", _("English")),
    ("az", _("Azerbaijani")),
    ("hy", _("Armenian")),
    ("ru", _("Russian")),
)
WORDS = ("title", "body", "why", "for_whom")
CONTACT = ("name", "email", "phone")
SHOWN = (
    ("first", _("My first name and the place of the idea")),
    ("full", _("My whole name")),
    ("none", _("No name")),
)


NO_CONTACT = _("Write an e-mail or a telephone number, so that the city hall can answer you.")
NO_CATEGORY = _("Choose what the idea is about.")
NO_LONGER = _("The city hall offers this category no more. Choose another; nothing else is lost.")
HALF_A_POINT = _("A point has two numbers, latitude and longitude; write both or none.")
NO_WHY = _("Write why this is needed; a sentence is enough.")
NO_FOR_WHOM = _("Write whom it would help; a few words are enough.")


class IdeaSchema(Schema):
    """An idea and how its author can be reached.

    `categories` are the hall's keys; `known` is true for a signed-in person, whose account says
    how to reach them; `why_required` is true where the hall wants to know why and for whom.
    """

    class Meta:
        """What the page sends besides, such as its token, is not ours."""

        unknown = EXCLUDE

    def __init__(
        self,
        *,
        categories: Collection[str] = NATIONAL_KEYS,
        known: bool = False,
        why_required: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(exclude=CONTACT if known else (), **options)
        self.categories = categories
        self.known = known
        self.why_required = why_required

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
            "label": _("What should be done?"),
            "help": _("Please give no personal data of other people."),
            "kind": "textarea",
        },
    )
    why = fields.String(
        load_default="",
        validate=Between(0, 600, short="", long=_("This answer may have at most 600 characters.")),
        metadata={
            "label": _("Why is it needed?"),
            "help": _("What is bad now, or what would become better?"),
            "kind": "textarea",
        },
    )
    for_whom = fields.String(
        load_default="",
        validate=Between(0, 200, short="", long=_("This answer may have at most 200 characters.")),
        metadata={
            "label": _("Whom would it help?"),
            "help": _("For example: children of the school, people of our street."),
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
    lat = Degrees(
        load_default=None,
        validate=validate.Range(40.9, 43.7, error=NOT_HERE),
        metadata={"label": _("Latitude"), "inputmode": "decimal", "help": _("For example 42.509")},
    )
    lon = Degrees(
        load_default=None,
        validate=validate.Range(39.8, 46.9, error=NOT_HERE),
        metadata={"label": _("Longitude"), "inputmode": "decimal", "help": _("For example 41.868")},
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
            said = NO_LONGER if data["category"] else NO_CATEGORY
            raise ValidationError(str(said), "category")

    @validates_schema(skip_on_field_errors=False)
    def _check_why(self, data: Mapping[str, Any], **_options: Any) -> None:
        wanted = {"why": NO_WHY, "for_whom": NO_FOR_WHOM} if self.why_required else {}
        missing = {
            name: [str(said)]
            for name, said in wanted.items()
            if name in data and not data[name].strip()
        }
        if missing:
            raise ValidationError(missing)

    @validates_schema(skip_on_field_errors=False)
    def _check_point(self, data: Mapping[str, Any], **_options: Any) -> None:
        empty = [name for name in ("lat", "lon") if name in data and data[name] is None]
        if len(empty) == 1:
            raise ValidationError(str(HALF_A_POINT), empty[0])

    @validates_schema(skip_on_field_errors=False)
    def _check_script(self, data: Mapping[str, Any], **_options: Any) -> None:
        typed = " ".join(str(data.get(name) or "") for name in WORDS)
        problem = wrong_script(typed, language=data.get("language") or "")
        if problem:
            raise ValidationError(problem, "language")

    @validates_schema(skip_on_field_errors=False)
    def _check_contact(self, data: Mapping[str, Any], **_options: Any) -> None:
        typed = data.get("email") or data.get("phone")
        if not self.known and "email" in data and "phone" in data and not typed:
            raise ValidationError(str(NO_CONTACT), "email")
