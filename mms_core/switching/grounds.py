"""What a hall lays under a module before it opens: act, unit, contact, evidence; each is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import marshmallow as ma
from sqlalchemy import or_, select

from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import bound, db
from mms_core.i18n import lazy_gettext as _
from mms_core.switching.models import ModuleDecision, ModuleGround
from mms_core.switching.schemas import not_in_future
from mms_core.switching.typed_before import typed_before
from mms_core.units import rules as units

FILES = "files"  # the evidence that is a file; see `evidence`
INSTEAD = {"unit": "unit_named", "unit_named": "unit", "told_where": FILES}  # one is enough
HALL = ""  # in the place of the module's name: it holds for all modules of the hall
# Name of a line, the fields that fill it, and whether it is the whole hall's.
LINES: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "legal_act": (("act_number", "act_date"), False),
    "managing_unit": (("unit", "unit_named"), False),
    "privacy_contact": (("officer",), True),
    "residents_informed": (("told_on", "told_where"), False),
}


def _units() -> list[tuple[str, str]]:
    return [(str(unit.id), units.title(unit)) for unit in units.units_of(bound())]


def _known(key: str) -> None:
    if key not in dict(_units()):
        raise ma.ValidationError(str(_("Choose one of the answers.")))


class GroundSchema(ma.Schema):
    """The form; what is left empty stays open on the list."""

    act_number = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=200),
        metadata={
            "label": _("Number of the legal act"),
            "help": _("The order or ordinance on which the service stands."),
        },
    )
    act_date = ma.fields.Date(
        load_default=None,
        validate=not_in_future,
        metadata={"label": _("Date of the legal act")},
    )
    unit = ma.fields.String(
        load_default="",
        validate=_known,
        metadata={
            "label": _("Unit that manages the service"),
            "kind": "select",
            "choices": _units,
            "help": _("Missing here? Add it on the page of units."),
        },
    )
    unit_named = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=200),
        metadata={
            "label": _("Its name, if it is none of these units"),
            "help": _("It stands on the module's pages and papers; a chosen unit goes before."),
        },
    )
    officer = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=200),
        metadata={
            "label": _("How the data protection officer is reached"),
            "help": _("E-mail or telephone. It holds for all modules of your city hall."),
        },
    )
    told_on = ma.fields.Date(
        load_default=None,
        validate=not_in_future,
        metadata={"label": _("Day on which residents were informed")},
    )
    told_where = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=500),
        metadata={
            "label": _("Where it can be seen that they were informed"),
            "help": _("A link to the announcement, the number of the minutes, or a file below."),
        },
    )


@dataclass(frozen=True, kw_only=True)
class Laid:
    """What a module's pages and papers print of the record."""

    act_number: str = ""
    act_date: date | None = None
    unit: str = ""
    officer: str = ""


def laid(tenant_id: int, module: str) -> Laid:
    """Give the act, the unit and the officer behind a module; a decision's act where none is."""
    found = grounds(tenant_id, module)
    number, day = found.get("act_number", ""), found.get("act_date", "")
    if not number:
        number, day = _decided(tenant_id, module)
    titles = units.names(tenant_id) if found.get("unit") else {}
    return Laid(
        act_number=number,
        act_date=date.fromisoformat(day) if day else None,
        unit=titles.get(found.get("unit", "")) or found.get("unit_named", ""),
        officer=found.get("officer", ""),
    )


def officer(tenant: Any, module: str) -> str:
    """Give how the data protection officer is reached, or else the hall."""
    found = grounds(tenant.id, module).get("officer") or tenant.contacts.get("email", "")
    return str(found)


def grounds(tenant_id: int, module: str) -> dict[str, Any]:
    """Read what a hall has laid under a module, by field; what it typed before holds until then."""
    return {**typed_before(tenant_id, module), **_rows(tenant_id, module)}


def _rows(tenant_id: int, module: str) -> dict[str, Any]:
    row = ModuleGround
    mine = (row.tenant_id == tenant_id) & or_(row.module == module, row.module == HALL)
    found: dict[str, Any] = {}
    for ground in db.session.scalars(select(row).where(mine)):
        found |= ground.value
    return found


def whole(found: Mapping[str, Any], line: str) -> bool:
    """Tell whether every field of a line is filled, or what may stand in its place."""
    fields, _everywhere = LINES[line]
    return all(found.get(name) or found.get(INSTEAD.get(name, "")) for name in fields)


def lay(tenant_id: int, module: str, typed: Mapping[str, Any], *, by: str) -> None:
    """Keep what was typed, with who noted it and when; what did not change is left alone."""
    kept, shown = _rows(tenant_id, module), grounds(tenant_id, module)
    for line, (fields, everywhere) in LINES.items():
        value = {name: _stored(typed.get(name)) for name in fields}
        if any(value != {name: seen.get(name, "") for name in fields} for seen in (kept, shown)):
            place = HALL if everywhere else module
            row = db.session.get(ModuleGround, (tenant_id, place, line), with_for_update=True)
            if row is None:
                row = ModuleGround(tenant_id=tenant_id, module=place, name=line)
                db.session.add(row)
            row.value, row.noted_by, row.at = value, by, datetime.now(UTC)
    changed(tenant_id, "*")  # pages print it
    db.session.flush()


def _stored(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def decided_act(tenant_id: int, module: str) -> bool:
    """Tell whether a decision about the module names a legal act with number and date."""
    return all(_decided(tenant_id, module))


def _decided(tenant_id: int, module: str) -> tuple[str, str]:
    """Give number and date of the act of the first decision that names both."""
    row = ModuleDecision
    query = select(row.act_number, row.act_date).where(
        row.tenant_id == tenant_id,
        row.module == module,
        row.act_number != "",
        row.act_date.is_not(None),
    )
    found = db.session.execute(query.order_by(row.id).limit(1)).first()
    return (found.act_number, found.act_date.isoformat()) if found else ("", "")


def for_demo(tenant: Any, modules: Iterable[str], *, now: datetime) -> None:
    """Let a hall of the demo that has units be ready."""
    unit = next(iter(units.units_of(tenant.id)), None)
    if unit is None:
        return
    day = local_day(now).replace(day=1)
    typed = {"act_number": "ბ-01", "act_date": day, "unit": unit.id, "told_on": day}
    typed |= {"officer": f"data@{tenant.slug}.example"}
    typed |= {"told_where": f"https://{tenant.slug}.example/news"}
    for module in modules:
        lay(tenant.id, module, typed, by="ნ. ნიმუშაძე")
