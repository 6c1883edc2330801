"""What is typed about a platform."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from mms_core.i18n import lazy_gettext as _
from mms_core.modules import registry
from mms_core.platforms.rules import Typed

LENGTH = ma.validate.Length


def modules() -> list[tuple[str, Any]]:
    """Name the modules of the installation, any of which may replace a platform."""
    return [(name, loaded.module.title) for name, loaded in registry().loaded.items()]


class PlatformSchema(ma.Schema):
    """A platform that runs beside the shared system."""

    name = ma.fields.String(
        required=True,
        validate=LENGTH(max=200),
        metadata={"label": _("Name of the platform")},
    )
    service = ma.fields.String(
        required=True,
        validate=LENGTH(max=300),
        metadata={
            "label": _("Service"),
            "help": _("What people can do there, in a few words."),
        },
    )
    url = ma.fields.String(
        load_default="",
        validate=ma.validate.Regexp(
            r"https?://[^\s/]+\.[^\s]+\Z", error=_("Write an address that begins with https://")
        ),
        metadata={"label": _("Address"), "kind": "url"},
    )
    yearly_cost = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(
            min=0, max=100_000_000, error=_("Write an amount in lari, without tetri.")
        ),
        error_messages={"invalid": _("Write an amount in lari, without tetri.")},
        metadata={
            "label": _("Cost a year, in lari"),
            "help": _("Hosting, licences, support and staff. Leave it empty if nobody knows yet."),
            "kind": "number",
        },
    )
    since = ma.fields.Date(load_default=None, metadata={"label": _("Runs since")})
    replaced_by = ma.fields.String(
        load_default="",
        metadata={
            "label": _("Replaced by the module"),
            "kind": "select",
            "choices": modules,
            "help": _("The module that offers the same service to everybody."),
        },
    )
    closed_on = ma.fields.Date(
        load_default=None,
        metadata={"label": _("Closed on"), "help": _("Empty while it still runs.")},
    )
    note = ma.fields.String(
        load_default="",
        validate=LENGTH(max=1000),
        metadata={"label": _("Note"), "kind": "textarea"},
    )

    @ma.validates("replaced_by")
    def _known(self, value: str, **_options: object) -> None:
        if value and value not in dict(modules()):
            raise ma.ValidationError(str(_("Choose one of the answers.")))


def typed(data: dict[str, Any]) -> Typed:
    """Give what was typed as the rules take it."""
    return Typed(**{name: data[name] for name in Typed.__dataclass_fields__})


def values(row: Any) -> dict[str, Any]:
    """Give a platform as its form shows it."""
    found = {name: getattr(row, name) for name in Typed.__dataclass_fields__}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in found.items()
    }
