"""What a hall can set for bookings; a part of the module's settings."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from mms_core.i18n import lazy_gettext as _


def _number(label: Any, default: int, least: int, most: int, say: Any = "") -> fields.Integer:
    return fields.Integer(
        load_default=default,
        validate=validate.Range(least, most),
        metadata={"label": label, "help": say},
    )


class BookingSettings(Schema):
    """The settings of bookings; what a hall never set has these defaults."""

    booking_on = fields.Boolean(
        load_default=True, metadata={"label": _("Visits can be booked on the internet")}
    )
    booking_ahead = _number(_("How many days ahead a visit can be booked"), 30, 1, 365)
    booking_cutoff = _number(
        _("How many hours before a visit it can be booked, moved or cancelled at the latest"),
        2, 0, 72,
    )  # fmt: skip
    booking_hold = _number(_("For how many minutes a time is kept while the form is filled"),
                           10, 2, 60)  # fmt: skip
    booking_cap = _number(_("How many visits one person can have booked at a time"), 2, 1, 20)
    booking_remind = _number(
        _("How many hours before the visit a reminder is sent"), 24, 0, 168, _("0 sends none.")
    )
    booking_offer = _number(
        _("For how many office hours a freed time is kept for somebody on the waiting list"),
        4, 0, 45, _("0 keeps no waiting list."),
    )  # fmt: skip
    booking_text = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"label": _("Text on the page of bookings"), "kind": "textarea"},
    )
    charge_name = fields.String(
        load_default="", validate=validate.Length(max=120),
        metadata={"label": _("Person in charge of the reception"), "own": True},
    )  # fmt: skip
    charge_email = fields.String(
        load_default="", validate=validate.Length(max=120),
        metadata={"label": _("E-mail of the reception"), "own": True},
    )  # fmt: skip
    charge_phone = fields.String(
        load_default="", validate=validate.Length(max=40),
        metadata={"label": _("Telephone of the reception"), "own": True},
    )  # fmt: skip
    charge_hours = fields.String(
        load_default="10:00–18:00 (13:00–14:00)", validate=validate.Length(max=80),
        metadata={"label": _("Hours of the reception, with the break in brackets"), "own": True},
    )  # fmt: skip
