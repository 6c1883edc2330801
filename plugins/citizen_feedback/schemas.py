"""What is typed into the module's forms, each with one label, one rule and one error text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from mms_core.clock import local_day
from mms_core.i18n import lazy_gettext as _
from mms_core.people.eligibility import age_on
from plugins.citizen_feedback.kinds import KINDS, MARKS, OVERALL

LONG = 4000
NEED_AGE = 18  # art. 3.3


def _filled(value: str) -> None:
    if not value.strip():
        raise ValidationError(str(_("Fill this in.")))


def _text(label: object, most: int, *, required: bool = False, **more: Any) -> fields.String:
    options: dict[str, Any] = {"required": True} if required else {"load_default": ""}
    rules: list[Any] = [validate.Length(max=most), *([_filled] if required else [])]
    return fields.String(**options, validate=rules, metadata={"label": label, **more})


class Money(fields.Decimal):
    """An amount in lari, typed with spaces or a comma as people write it."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Decimal:
        plain = str(value).replace("\u00a0", "").replace(" ", "").replace("₾", "").replace(",", ".")
        try:
            found = super()._deserialize(plain, attr, data, **kwargs)
        except ValidationError:
            raise ValidationError(str(_("Write the amount in lari, as in 12 500.50."))) from None
        if found is None or not 0 <= found < 10**12 or not found.is_finite():
            raise ValidationError(str(_("Write the amount in lari, as in 12 500.50.")))
        return Decimal(found)


class ProgrammeSchema(Schema):
    """A programme, from the form and from each line of an import; `kinds` are the hall's."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    def __init__(self, *, kinds: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.kinds = KINDS if kinds is None else kinds

    year = fields.Integer(
        required=True,
        validate=validate.Range(2015, 2100),
        metadata={
            "label": _("Budget year"),
            "help": _("The year whose budget pays, not the year of the act."),
        },
    )
    kind = fields.String(required=True, metadata={"label": _("Kind"), "kind": "select"})
    title = _text(_("Name of the programme or service"), 200, required=True)
    title_en = _text(_("Name in English"), 200)
    summary = _text(_("What it gives"), LONG, kind="textarea")
    entitled = _text(_("Who is entitled"), LONG, kind="textarea")
    how_to_apply = _text(_("How to apply"), LONG, kind="textarea")
    unit = _text(_("Unit in charge"), 200)
    budget = Money(load_default=None, allow_none=True, metadata={"label": _("Budget, in lari")})
    starts_on = fields.Date(required=True, metadata={"label": _("First day")})
    ends_on = fields.Date(required=True, metadata={"label": _("Last day")})

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: Mapping[str, Any], **_options: Any) -> None:
        if "kind" in data and data["kind"] not in self.kinds:
            raise ValidationError(str(_("Choose one of the hall's kinds.")), "kind")
        days = [data[name] for name in ("starts_on", "ends_on") if name in data]
        if len(days) == 2 and days[0] > days[1]:
            raise ValidationError(str(_("The last day lies before the first.")), "ends_on")
        if "year" in data and any(day.year != data["year"] for day in days):
            name = "starts_on" if days[0].year != data["year"] else "ends_on"
            raise ValidationError(str(_("The day lies outside the budget year.")), name)


class VouchersSchema(Schema):
    """How many vouchers, and until when they hold."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    count = fields.Integer(
        required=True,
        validate=validate.Range(1, 2000),
        metadata={"label": _("How many vouchers"), "help": _("Twelve fit on a page.")},
    )
    expires_on = fields.Date(required=True, metadata={"label": _("They hold until")})


class AttestSchema(Schema):
    """What an officer has seen on a citizen's papers."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    personal_number = fields.String(
        required=True,
        metadata={
            "label": _("Personal number"),
            "kind": "personal-number",
            "help": _("11 digits, from the identity card. Only a keyed hash of it is kept."),
        },
    )
    birth_date = fields.Date(required=True, metadata={"label": _("Birth date")})
    used_on = fields.Date(required=True, metadata={"label": _("Day on which it was used")})
    seen = fields.Boolean(
        load_default=False,
        metadata={
            "label": _("I have seen the identity card of a citizen of Georgia and the paper of use")
        },
    )

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: Mapping[str, Any], **_options: Any) -> None:
        if not data.get("seen"):
            raise ValidationError(str(_("Look at both papers and tick this.")), "seen")


MARK = validate.OneOf([mark for mark, _words in MARKS])


class _Rating(Schema):
    """What every rating has, whatever the hall asks besides."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    settlement = _text(_("Where do you live?"), 120, kind="select")
    words = _text(
        _("What do you want to say?"),
        2000,
        kind="textarea",
        help=_("Please write nothing by which you or others could be recognised."),
    )
    change = _text(_("What would you change?"), 2000, kind="textarea")
    named = fields.Boolean(
        load_default=False,
        metadata={
            "label": _("The city hall may know my name"),
            "help": _("Then it can write to you what became of it. Otherwise you stay unknown."),
        },
    )
    name = _text(_("Name"), 120, autocomplete="name")
    email = fields.Email(load_default="", metadata={"label": _("E-mail"), "kind": "email"})
    adult = fields.Boolean(
        load_default=False,
        metadata={"label": _("I am a citizen of Georgia, 18 or older, and used the programme")},
    )

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: Mapping[str, Any], **_options: Any) -> None:
        problems: dict[str, list[str]] = {}
        if "adult" in self.fields and not data.get("adult"):
            problems["adult"] = [str(_("Article 3.2 asks for it: tick it if it is so."))]
        if data.get("named") and "email" in self.fields:
            problems |= {n: [str(NO_NAME)] for n in ("name", "email") if not data.get(n)}
        if problems:
            raise ValidationError(problems)


NO_NAME = _("Write name and e-mail, or stay unknown.")
NO_MARK = _("Choose a mark for the whole.")


def rating_schema(dimensions: Mapping[str, str], *, signed_in: bool) -> type[Schema]:
    """Make the schema of a rating: a mark for the whole and one for each dimension.

    A signed-in person's account says who they are, so that nothing of it is asked again.
    """
    made: dict[str, Any] = {
        f"mark_{OVERALL}": fields.Integer(
            required=True,
            validate=MARK,
            error_messages={"required": str(NO_MARK), "invalid": str(NO_MARK)},
            metadata={"label": _("All in all")},
        )
    }
    for key, words in dimensions.items():
        made[f"mark_{key}"] = fields.Integer(
            load_default=None, validate=MARK, metadata={"label": words}
        )
    left_out = {"name", "email", "adult"} if signed_in else set()

    class Meta(_Rating.Meta):
        exclude = tuple(left_out)

    return type("RatingSchema", (_Rating,), made | {"Meta": Meta})


def marks_of(data: Mapping[str, Any]) -> dict[str, int]:
    """Give the marks that were chosen, by dimension."""
    found = {
        name.removeprefix("mark_"): mark for name, mark in data.items() if name.startswith("mark_")
    }
    return {key: int(mark) for key, mark in found.items() if mark}


class NeedSchema(Schema):
    """A need (art. 2.3): what, why, of which kind and where."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    title = _text(
        _("What is needed, in one sentence"),
        120,
        required=True,
        help=_("For example: clean the drainage ditch of the upper street."),
    )
    body = _text(
        _("Why, and for whom?"),
        LONG,
        required=True,
        kind="textarea",
        help=_("Please give no personal data of other people."),
    )
    category = _text(_("Of which kind is it?"), 60, required=True, kind="select")
    settlement = _text(_("In which settlement?"), 120, required=True, kind="select")
    shown = fields.Boolean(
        load_default=False, metadata={"label": _("Show my first name beside the need")}
    )


class AttestedNeedSchema(NeedSchema):
    """A need that a clerk files, with what was seen on the citizen's papers (art. 3.3)."""

    birth_date = fields.Date(
        required=True,
        metadata={
            "label": _("Birth date"),
            "kind": "date",
            "help": _("To see that the citizen is 18 or more; it is not kept."),
        },
    )
    seen = fields.Boolean(
        load_default=False,
        metadata={
            "label": _(
                "I have seen that this is a citizen of Georgia, registered in this municipality"
            )
        },
    )

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: Mapping[str, Any], **_options: Any) -> None:
        born, today = data.get("birth_date"), local_day(datetime.now(UTC))
        if born and age_on(born, today) < NEED_AGE:
            words = _("Only people of 18 or more name a need (article 3.3).")
            raise ValidationError(str(words), "birth_date")
        if not data.get("seen"):
            raise ValidationError(str(_("Look at the papers and tick this.")), "seen")


class ProblemSchema(Schema):
    """A problem as the hall writes it."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    title = _text(_("The problem in one sentence"), 200, required=True)
    title_en = _text(_("The problem in English"), 200)
    description = _text(_("Description"), LONG, kind="textarea")


def days_of(year: int) -> tuple[date, date]:
    """Give the first and last day of a budget year."""
    return date(year, 1, 1), date(year, 12, 31)
