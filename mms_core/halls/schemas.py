"""What the ministry types of a new municipality; the schema of `tenants/` decides what is right."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from mms_core.i18n import lazy_gettext as _
from mms_core.tenancy import rules as tenancy

THEMES = {
    "header": (("solid", _("Solid header")), ("light", _("Light header"))),
    "corner": (
        ("sharp", _("Sharp corners")), ("soft", _("Soft corners")), ("round", _("Round corners")),
    ),
    "band": (
        ("zigzag", _("Zigzag")), ("diamonds", _("Diamonds")), ("steps", _("Steps")),
        ("waves", _("Waves")), ("crosses", _("Crosses")),
    ),
}  # fmt: skip


def _text(label: Any, *, help: Any = "", most: int = 200) -> ma.fields.String:  # noqa: A002 - the form's word
    return ma.fields.String(
        required=True,
        validate=ma.validate.Length(min=1, max=most),
        metadata={"label": label, "help": help},
    )


def _one(label: Any, choices: Any, *, default: str | None = None) -> ma.fields.String:
    given: dict[str, Any] = {"required": True} if default is None else {"load_default": default}
    return ma.fields.String(
        **given, metadata={"label": label, "kind": "select", "choices": choices}
    )


def _degrees(label: Any) -> ma.fields.Float:
    return ma.fields.Float(required=True, metadata={"label": label, "inputmode": "decimal"})


def _regions() -> list[tuple[str, str]]:
    return [(region.code, region.name) for region in tenancy.all_regions()]


class HallSchema(ma.Schema):
    """The form."""

    name_ka = _text(_("Name in Georgian"), help=_("In full, with the word municipality."))
    name_en = _text(_("Name in English"), help=_("In full, with the word municipality."))
    short_ka = _text(_("Short name in Georgian"))
    short_en = _text(_("Short name in English"))
    kind = _one(
        _("Kind"), (("municipality", _("Municipality")), ("city", _("Self-governing city"))),
        default="municipality",
    )  # fmt: skip
    slug = _text(
        _("First part of its addresses"), help=_("Small Latin letters and hyphens."), most=40
    )
    case_prefix = _text(
        _("Prefix of case numbers"), help=_("Three capital Latin letters, as TSK."), most=3
    )
    region = _one(_("Region"), _regions)
    population = ma.fields.Integer(
        required=True,
        metadata={"label": _("Residents by the census"), "inputmode": "numeric"},
    )
    seat_ka = _text(_("Seat of the city hall, in Georgian"))
    seat_en = _text(_("Seat of the city hall, in English"))
    lat = _degrees(_("Latitude of the seat"))
    lon = _degrees(_("Longitude of the seat"))
    email = ma.fields.String(load_default="", metadata={"label": _("E-mail of the city hall")})
    hosts = ma.fields.String(
        load_default="",
        metadata={
            "label": _("Hosts of its own"),
            "kind": "textarea",
            "help": _("A line each, as idea.tskaltubo.gov.ge; usually none."),
        },
    )
    primary = ma.fields.String(load_default="#1f4b5c", metadata={"label": _("First colour")})
    accent = ma.fields.String(load_default="#b5651d", metadata={"label": _("Second colour")})
    header = _one(_("Header of the pages"), THEMES["header"], default="solid")
    corner = _one(_("Corners"), THEMES["corner"], default="soft")
    band = _one(_("Ornament"), THEMES["band"], default="zigzag")
