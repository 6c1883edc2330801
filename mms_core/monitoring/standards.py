"""What the ministry sees of settings: its form for one of them, and which halls deviate."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from sqlalchemy import Connection

from mms_core.i18n import lazy_gettext as _
from mms_core.switching.bounds import Bound
from mms_core.switching.models import TenantModule
from mms_core.switching.schemas import DecisionSchema
from mms_core.switching.standards import Standard, defaults

ROWS = TenantModule.__table__.c


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """A setting that a hall keeps otherwise than the nation."""

    hall_id: int
    state: str
    setting: str
    value: Any
    usual: Any
    outside: bool  # of the bound as it stands now


def deviations(
    connection: Connection, module: str, schema: type[ma.Schema], known: Mapping[str, Standard]
) -> list[Deviation]:
    """List where halls keep another value than the national default or stand outside a bound."""
    usual = defaults(schema, known)
    query = sa.select(ROWS.tenant_id, ROWS.state, ROWS.settings)
    rows = connection.execute(query.where(ROWS.module == module).order_by(ROWS.tenant_id))
    return [found for row in rows for found in _of_hall(row, usual, known)]


def _of_hall(
    row: Any, usual: Mapping[str, Any], known: Mapping[str, Standard]
) -> Iterator[Deviation]:
    for setting, standard in known.items():
        if setting not in usual:
            continue
        value = row.settings.get(setting, usual[setting])
        outside = not standard.bound.holds(value, default=standard.value)
        deviates = standard.value is not None and value != standard.value
        if outside or deviates:
            yield Deviation(
                hall_id=row.tenant_id,
                state=row.state,
                setting=setting,
                value=value,
                usual=usual[setting],
                outside=outside,
            )


def several(field: ma.fields.Field[Any]) -> bool:
    """Tell whether a setting has answers to choose from."""
    return bool(field.metadata.get("choices"))


@lru_cache(maxsize=512)
def form_of(schema: type[ma.Schema], setting: str) -> type[ma.Schema]:
    """Make the form of one setting: its own control, and the bounds that make sense for it."""
    field = copy.copy(schema().fields[setting])
    kind = {"hidden": "textarea"}.get(field.metadata.get("kind", ""), field.metadata.get("kind"))
    meta = {**field.metadata, "label": _("National default")}
    field.metadata = {**meta, "kind": kind} if kind else meta
    field.required = False
    parts = {"has_default": _yes(_("The ministry sets a default for all halls")), "value": field}
    parts |= _bounds(field)
    parts["fixed"] = _yes(_("No hall may move from the default"))
    parts |= {name: copy.copy(item) for name, item in DecisionSchema().fields.items()}
    parts["reason"] = _reason(parts["reason"])
    return ma.Schema.from_dict(parts, name=f"Standard_{setting}")


def _yes(label: object) -> ma.fields.Field[Any]:
    return ma.fields.Boolean(load_default=False, metadata={"label": label})


def _bounds(field: ma.fields.Field[Any]) -> dict[str, ma.fields.Field[Any]]:
    if several(field):
        choices = field.metadata["choices"]
        label = _("Answers that a hall may choose")
        meta = {"label": label, "kind": "checkboxes", "choices": choices}
        meta["help"] = _("With none chosen here, all are allowed.")
        return {"among": ma.fields.List(ma.fields.String(), load_default=list, metadata=meta)}
    if isinstance(field, ma.fields.Number):
        return {"least": _end(field, _("At least")), "most": _end(field, _("At most"))}
    return {}


def _end(field: ma.fields.Field[Any], label: object) -> ma.fields.Field[Any]:
    whole = isinstance(field, ma.fields.Integer)
    kind = ma.fields.Integer if whole else ma.fields.Float
    return kind(load_default=None, allow_none=True, metadata={"label": label, "kind": "number"})


def _reason(field: Any) -> ma.fields.Field[Any]:
    meta = {**field.metadata, "help": _("City halls read it with the decision.")}
    length = ma.validate.Length(min=1, max=1000)
    return ma.fields.String(required=True, validate=length, metadata=meta)


def typed_of(standard: Standard | None, usual: Any) -> dict[str, Any]:
    """Fill the form with what holds now."""
    now = standard or Standard(setting="")
    bound = now.bound
    return {
        "has_default": now.value is not None,
        "value": usual if now.value is None else now.value,
        "least": bound.least,
        "most": bound.most,
        "among": list(bound.among),
        "fixed": bound.fixed,
    }


def bound_typed(data: Mapping[str, Any]) -> Bound:
    """Make a bound of what was typed."""
    return Bound(
        least=data.get("least"),
        most=data.get("most"),
        among=tuple(data.get("among") or ()),
        fixed=data["fixed"],
    )
