"""What a module's settings asked before the readiness record did: it holds until that is filled.

A setting that names with `lays` a field of the record is no longer asked for; what a hall has
typed into it stays, is shown, and stands in the record's form, so that one press takes it over.
"""

from __future__ import annotations

import re
from datetime import date

from mms_core.modules import registry
from mms_core.switching.rules import standing
from mms_core.units import rules as units

DAY_AT_THE_END = re.compile(r"[\s,]*\b(\d{1,2})[./](\d{1,2})[./](\d{4})\D{0,8}$")


def typed_before(tenant_id: int, module: str) -> dict[str, str]:
    """Give what stands in a hall's older settings, by field of the record."""
    loaded = registry().loaded.get(module)
    own = standing(tenant_id, module).own
    if loaded is None or loaded.settings is None or not own:
        return {}
    fields = loaded.settings().fields
    lays = {name: item.metadata["lays"] for name, item in fields.items() if "lays" in item.metadata}
    found = {place: str(own[name]) for name, place in lays.items() if own.get(name)}
    if "act_number" in found and "act_date" not in found:
        found |= _number_and_day(found["act_number"])
    return found | _unit(tenant_id, found.get("unit_named", ""))


def _number_and_day(words: str) -> dict[str, str]:
    """Part "N 12, 26.01.2026" into number and date; what has no date at its end stays whole."""
    found = DAY_AT_THE_END.search(words)
    if found is None or not words[: found.start()]:
        return {}
    day, month, year = (int(part) for part in found.groups())
    try:
        return {
            "act_number": words[: found.start()],
            "act_date": date(year, month, day).isoformat(),
        }
    except ValueError:
        return {}


def _unit(tenant_id: int, name: str) -> dict[str, str]:
    """Find the unit of that name, if there is one."""
    mine = units.units_of(tenant_id) if name else []
    same = (unit for unit in mine if name.strip() in {unit.name_ka, unit.name_en})
    unit = next(same, None)
    return {"unit": str(unit.id), "unit_named": ""} if unit else {}
