"""Decides where a module may be switched on; what is on stays on until its city hall decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from sqlalchemy import Connection

from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.switching.models import ModuleAllowance
from mms_core.switching.rules import Place
from mms_core.tenancy import rules as tenancy


@dataclass(frozen=True, kw_only=True)
class Allowance(Place):
    """Where the ministry allows a module, and who decided it."""

    decided_by: str = ""
    at: datetime | None = None


def _halls() -> list[tuple[int, str]]:
    return [(hall.id, hall.name) for hall in tenancy.all_tenants()]


def _regions() -> list[tuple[str, str]]:
    return [(region.code, region.name) for region in tenancy.all_regions()]


class AllowanceSchema(ma.Schema):
    """The ministry's form."""

    scope = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["everywhere", "listed"], error=_("Choose one of the answers.")),
        metadata={
            "label": _("Where may it be switched on?"),
            "kind": "radio",
            "choices": [
                ("everywhere", _("In every municipality")),
                ("listed", _("Only in the regions and municipalities chosen below")),
            ],
        },
    )
    starts_on = ma.fields.Date(
        load_default=None,
        metadata={
            "label": _("From which day?"),
            "help": _("Before that day nobody can switch it on. Without a day it holds at once."),
        },
    )
    regions = ma.fields.List(
        ma.fields.String(),
        load_default=list,
        metadata={
            "label": _("Whole regions"),
            "help": _("A municipality that joins the region later is allowed with it."),
            "kind": "checkboxes",
            "choices": _regions,
        },
    )
    tenants = ma.fields.List(
        ma.fields.Integer(),
        load_default=list,
        metadata={
            "label": _("Municipalities"),
            "help": _("With none chosen, nobody can switch the module on."),
            "kind": "checkboxes",
            "choices": _halls,
        },
    )


def allowances(connection: Connection) -> dict[str, Allowance]:
    """Read what the ministry has decided, by module; what it never decided is allowed."""
    table = ModuleAllowance.__table__
    rows = connection.execute(sa.select(table)).mappings()
    return {
        row["module"]: Allowance(
            everywhere=row["everywhere"],
            tenants=tuple(row["tenants"]),
            regions=tuple(row["regions"]),
            starts_on=row["starts_on"],
            decided_by=row["decided_by"],
            at=row["at"],
        )
        for row in rows
    }


def allow(modules: Registry, module: str, *, place: Place, decided_by: str) -> None:
    """Record where a module is allowed; raises Invalid for a module or place unknown."""
    known = {hall.id for hall in tenancy.all_tenants()}
    if module not in {*modules.loaded, *modules.quarantined} or not known.issuperset(place.tenants):
        raise Invalid(_("There is no such module or municipality."))
    if any(tenancy.region_of(code) is None for code in place.regions):
        raise Invalid(_("There is no such region."))
    row = db.session.get(ModuleAllowance, module, with_for_update=True)
    if row is None:
        row = ModuleAllowance(module=module)
        db.session.add(row)
    row.everywhere, row.starts_on = place.everywhere, place.starts_on
    row.tenants = [] if place.everywhere else sorted(place.tenants)
    row.regions = [] if place.everywhere else sorted(place.regions)
    row.decided_by, row.at = decided_by, datetime.now(UTC)
    db.session.flush()


_DECISIONS = """
    select tenant_id, module, state, before, act_number, act_date, reason, decided_by, at, missing
    from mms.module_decision where {where} order by at desc, id desc limit 50
"""


def decisions(connection: Connection, *, hall: int | None = None, module: str = "") -> list[Any]:
    """Read the newest fifty decisions of a municipality or about a module."""
    where = "tenant_id = :hall" if hall else "module = :module"
    query = sa.text(_DECISIONS.format(where=where))
    return list(connection.execute(query, {"hall": hall, "module": module}).all())


def reasons(connection: Connection, modules: Registry) -> dict[str, str]:
    """Say of each module that is out of order why; found by migrating or by this process."""
    rows = connection.execute(
        sa.text("select module, reason from mms.module_health where reason <> ''")
    )
    return {**{row.module: row.reason for row in rows}, **modules.quarantined}
