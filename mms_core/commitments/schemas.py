"""What is typed about a commitment, a milestone, a period and a comment; texts in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from mms_core.commitments.live import ON
from mms_core.commitments.rules import LONGEST
from mms_core.commitments.words import ASSESSMENT, PERIODS, SDG, STATUS, VALUES
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import registry
from mms_core.tenancy import rules as tenancy

LENGTH = ma.validate.Length
KA, EN = _("in Georgian"), _("in English")
COMMITMENT: Mapping[str, Any] = {
    "plan": _("Action plan"),
    "title": _("Commitment"),
    "description": _("Description"),
    "result": _("Result"),
    "agency": _("Responsible agency"),
    "progress": _("Progress"),
    "suspended_why": _("Why it is suspended"),
    "suspended_by": _("Who decided to suspend it"),
    "successor": _("What follows in its place"),
}
MILESTONE: Mapping[str, Any] = {
    "title": _("Milestone"),
    "indicator": _("Indicator"),
    "agency": _("Responsible agency"),
    "partner": _("Partner organisation"),
    "result": _("Result"),
}
NEEDED = ("plan", "title", "words")
SHORT = ("plan", "title", "agency", "partner", "suspended_by")


def _texts(labels: Mapping[str, Any]) -> dict[str, ma.fields.Field[Any]]:
    """Make two fields of each text, the Georgian one first."""
    return {
        f"{name}_{code}": _text(
            name, _("%(what)s, %(language)s", what=label, language=language), code
        )
        for name, label in labels.items()
        for code, language in (("ka", KA), ("en", EN))
    }


def _text(name: str, label: Any, code: str) -> ma.fields.String:
    needed = name in NEEDED and code == "ka"
    kept: dict[str, Any] = {"required": True} if needed else {"load_default": ""}
    return ma.fields.String(
        validate=LENGTH(max=300 if name in SHORT else 10_000),
        metadata={"label": label, "kind": "text" if name in SHORT else "textarea"},
        **kept,
    )


def _choice(label: Any, choices: Mapping[str, Any]) -> ma.fields.String:
    rule = ma.validate.OneOf(list(choices), error=_("Choose one of the answers."))
    meta = {"label": label, "kind": "select", "choices": [(k, w) for k, w in choices.items() if k]}
    return ma.fields.String(load_default="", validate=rule, metadata=meta)


def _day(label: Any) -> ma.fields.Date:
    return ma.fields.Date(required=True, metadata={"label": label})


def _several(label: Any, choices: Any, *, help_: Any = "", number: bool = False) -> Any:
    inner: Any = ma.fields.Integer() if number else ma.fields.String()
    meta = {"label": label, "kind": "checkboxes", "choices": choices, "help": help_}
    return ma.fields.List(inner, load_default=list, metadata=meta)


def _modules() -> list[tuple[str, Any]]:
    return [(name, loaded.module.title) for name, loaded in registry().loaded.items()]


def _halls() -> list[tuple[int, str]]:
    return [(hall.id, hall.name) for hall in tenancy.all_tenants() if not hall.merged]


def _status(label: Any) -> ma.fields.String:
    rule = ma.validate.OneOf(list(STATUS), error=_("Choose one of the answers."))
    meta = {"label": label, "kind": "select", "choices": list(STATUS.items())}
    return ma.fields.String(required=True, validate=rule, metadata=meta)


CommitmentSchema: type[ma.Schema] = ma.Schema.from_dict(
    {
        **_texts(COMMITMENT),
        "starts": _day(_("Begins")),
        "ends": _day(_("Ends")),
        "status": _status(_("Status")),
        "assessment": _choice(_("Assessment"), ASSESSMENT),
        "values": _several(_("Values of open government"), list(VALUES.items())),
        "sdg": ma.fields.Integer(
            load_default=16,
            validate=ma.validate.OneOf(list(SDG), error=_("Choose one of the answers.")),
            metadata={
                "label": _("Sustainable development goal"),
                "kind": "select",
                "choices": [(n, _("%(n)s: %(goal)s", n=n, goal=goal)) for n, goal in SDG.items()],
            },
        ),
        "modules": _several(_("Modules that carry it out"), _modules),
        "tenants": _several(
            _("Municipalities"), _halls, help_=_("None chosen means all of them."), number=True
        ),
        "published": ma.fields.Boolean(
            load_default=False, metadata={"label": _("Everybody reads it")}
        ),
    },
    name="CommitmentSchema",
)
LIVE: Mapping[str, Any] = {
    "": _("Nothing: it is written by hand"),
    ON: _("The service works: the modules are on"),
    "legal_act": _("The statute of the portal is approved"),
    "residents_informed": _("Residents have been told"),
}
MilestoneSchema: type[ma.Schema] = ma.Schema.from_dict(
    {
        "number": ma.fields.String(
            required=True, validate=LENGTH(max=20), metadata={"label": _("Number in the plan")}
        ),
        **_texts(MILESTONE),
        "starts": _day(_("Begins")),
        "ends": _day(_("Ends")),
        "status": _status(_("Status")),
        "assessment": _choice(_("Assessment"), ASSESSMENT),
        "live": _choice(_("Filled from live figures"), LIVE),
    },
    name="MilestoneSchema",
)
ReportSchema: type[ma.Schema] = ma.Schema.from_dict(
    {
        "year": ma.fields.Integer(
            required=True,
            validate=ma.validate.Range(min=2000, max=2100, error=_("Write a year.")),
            metadata={"label": _("Year"), "kind": "number"},
        ),
        "kind": _choice(_("Reporting period"), PERIODS),
        **_texts({"words": _("What was done")}),
    },
    name="ReportSchema",
)


class CommentSchema(ma.Schema):
    """What somebody says of a commitment."""

    name = ma.fields.String(
        required=True, validate=LENGTH(max=100), metadata={"label": _("Your name")}
    )
    email = ma.fields.Email(
        load_default="",
        metadata={
            "label": _("E-mail"),
            "kind": "email",
            "autocomplete": "email",
            "help": _("It is not published. The ministry writes to it only to answer you."),
        },
    )
    body = ma.fields.String(
        required=True,
        validate=LENGTH(max=LONGEST),
        metadata={"label": _("Your comment"), "kind": "textarea"},
    )


def loaded(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what was typed with each text's two languages together."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        base, _line, code = name.rpartition("_")
        if code in {"ka", "en"} and base:
            found.setdefault(base, {})[code] = value
        else:
            found[name] = value
    return found


def values(row: Any, schema: type[ma.Schema]) -> dict[str, Any]:
    """Give a row as its form shows it."""
    found: dict[str, Any] = {}
    for name in schema().fields:
        base, _line, code = name.rpartition("_")
        value = getattr(row, base).get(code, "") if code in {"ka", "en"} else getattr(row, name)
        found[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return found
