"""The forms of a unit and of a routing rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import marshmallow as ma

from mms_core.forms import Form
from mms_core.i18n import lazy_gettext as _

LENGTH = ma.validate.Length


class UnitSchema(ma.Schema):
    """A unit as an officer writes it."""

    name_ka = ma.fields.String(
        required=True,
        validate=[LENGTH(min=2, max=120)],
        metadata={"label": _("Name in Georgian"), "help": _("As in the statute of the city hall.")},
    )
    name_en = ma.fields.String(
        load_default="", validate=LENGTH(max=120), metadata={"label": _("Name in English")}
    )
    head = ma.fields.String(load_default="", metadata={"label": _("Head"), "kind": "select"})
    deputy = ma.fields.String(load_default="", metadata={"label": _("Deputy"), "kind": "select"})
    email = ma.fields.Email(
        load_default="",
        validate=LENGTH(max=200),
        metadata={"label": _("E-mail of the unit"), "kind": "email"},
    )
    members = ma.fields.List(
        ma.fields.String(),
        load_default=list,
        metadata={"label": _("Who works in the unit"), "kind": "checkboxes"},
    )


class RouteSchema(ma.Schema):
    """A rule: which new cases go to which unit."""

    module = ma.fields.String(required=True, metadata={"label": _("Module"), "kind": "select"})
    topic = ma.fields.String(load_default="", metadata={"label": _("Topic"), "kind": "select"})
    place = ma.fields.String(
        load_default="",
        validate=LENGTH(max=120),
        metadata={
            "label": _("Settlement"),
            "help": _("Empty means the whole municipality. Georgian or Latin letters."),
        },
    )
    unit = ma.fields.String(required=True, metadata={"label": _("Unit"), "kind": "select"})


def offer(form: Form, **choices: Iterable[tuple[str, Any]]) -> Form:
    """Put what can be chosen into the form's lists."""
    for name, given in choices.items():
        form.fields[name].choices = list(given)
    return form
