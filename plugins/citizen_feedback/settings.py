"""What a hall can set for its feedback; the core draws the form and keeps each version."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from mms_core.i18n import lazy_gettext as _
from mms_core.modules import registry
from mms_core.switching.rules import settings_of, switched
from plugins.citizen_feedback import slots
from plugins.citizen_feedback.models import NAME

TEMPLATE = Path(__file__).with_name("rule_template.txt")
LAID: dict[str, Any] = {"kind": "hidden", "own": True}
OWN_LIST = _("A line each: Georgian | English. Empty means the national list.")


def _slots(value: str) -> None:
    """Let the slots of a year through: at least two, each ending a month."""
    try:
        slots.read(value, 2027)  # no leap year: 29 February comes too seldom
    except ValueError:
        words = _("Write at least two lines, as in 06-30 | 07-31; a period ends with a month.")
        raise ValidationError(str(words)) from None


def _text(label: object, most: int = 200, *, default: str = "", **more: Any) -> fields.String:
    return fields.String(
        load_default=default,
        validate=validate.Length(max=most),
        metadata={"label": label, **more},
    )


def _yes(label: object, *, default: bool = True, help: object = "") -> fields.Boolean:  # noqa: A002 - the form's word
    return fields.Boolean(load_default=default, metadata={"label": label, "help": help})


def _number(
    label: object, default: int, *, of: tuple[int, int], say: object = ""
) -> fields.Integer:
    return fields.Integer(
        load_default=default,
        validate=validate.Range(*of),
        metadata={"label": label, "help": say},
    )


class FeedbackSettings(Schema):
    """The settings; what a hall never set has these defaults."""

    # The core asks for act, unit and officer before a module opens; what a hall typed here
    # earlier holds until it is laid there.
    act_number = _text(
        _("Number of the act by which the rule was adopted"), 100, **LAID, lays="act_number"
    )
    act_date = fields.Date(
        load_default=None, metadata={"label": _("Date of the act"), **LAID, "lays": "act_date"}
    )
    rule_text = _text(
        _("Text of the rule"),
        20_000,
        default=TEMPLATE.read_text(encoding="utf-8"),
        kind="textarea",
        own=True,
        help=_("A template with the four articles: adapt it to your own act."),
    )
    managing_unit = _text(_("Unit that manages the platform"), **LAID, lays="unit_named")
    kinds = _text(_("Kinds of programmes"), 2000, kind="textarea", help=OWN_LIST)
    dimensions = _text(_("What is asked of a programme"), 2000, kind="textarea", help=OWN_LIST)
    need_kinds = _text(_("Kinds of needs"), 2000, kind="textarea", help=OWN_LIST)
    need_days = _number(_("Working days until the answer to a need"), 30, of=(1, 60))
    proof_vouchers = _yes(
        _("Vouchers prove that a programme was used"),
        help=_("A printed code, handed over where the service is given. No account is needed."),
    )
    proof_lists = _yes(
        _("Lists of beneficiaries prove it"),
        help=_("Personal numbers are kept as keyed hashes only. The citizen signs in."),
    )
    proof_clerks = _yes(
        _("An officer who has seen the papers attests it"),
        help=_("At the desk of the hall or in a community centre."),
    )
    identity_level = _number(
        _("Identity that a beneficiary of a list needs"),
        2,
        of=(1, 2),
        say=_("1: the e-mail is confirmed. 2: somebody has seen the identity card."),
    )
    days_after_year = _number(
        _("Days after the budget year in which it can still be rated"), 31, of=(0, 90)
    )
    report_slots = fields.String(
        load_default=slots.DEFAULT,
        validate=[validate.Length(max=500), _slots],
        metadata={
            "label": _("Reports of a budget year (article 4.4: at least two)"),
            "kind": "textarea",
            "help": _("A line each: last day of the period | day by which the mayor has it."),
        },
    )
    privacy_contact = _text(_("Contact of the data protection officer"), **LAID, lays="officer")


def settings_now(tenant_id: int) -> Mapping[str, Any]:
    """Give a hall's settings outside the module's own pages, where the guard has read them."""
    found = switched(tenant_id).get(NAME)
    return settings_of(registry(), NAME, stored=found.settings if found else {})
