"""Decides what is on: read once a request, changed by dated decisions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Text, bindparam, cast, func, select

from mms_core import db as database
from mms_core.asking import Question, ask, planned_once
from mms_core.changes import changed, version
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import Invalid, NotAllowed, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.switching.models import (
    STATES,
    ModuleAllowance,
    ModuleDecision,
    ModuleStandard,
    TenantModule,
)
from mms_core.switching.standards import check_moves, own, schema_defaults, standards
from mms_core.tenancy.rules import by_id

STARTING = frozenset({"on", "trial"})  # the states that the ministry must allow


@dataclass(frozen=True, kw_only=True)
class Switched:
    """How a module stands in a municipality at this moment."""

    module: str
    state: str = "off"
    settings: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)  # of the settings, what the hall has set
    version: int = 0
    since: datetime | None = None
    routed: bool = False  # whether rules send its cases to units

    @property
    def serves(self) -> bool:
        """Whether the public reaches the module's pages."""
        return self.state in {"on", "closing"}

    @property
    def takes_new(self) -> bool:
        """Whether a new case can be opened."""
        return self.state in {"on", "trial"}


MODULES, STANDARDS = TenantModule.__table__.c, ModuleStandard.__table__.c
NATIONAL = (
    select(cast(func.jsonb_object_agg(STANDARDS.setting, STANDARDS.value), Text))
    .where(STANDARDS.module == MODULES.module, STANDARDS.value.is_not(None))
    .scalar_subquery()
)
STANDING = select(
    MODULES.module, MODULES.state, cast(MODULES.settings, Text).label("settings"),
    MODULES.version, MODULES.since, MODULES.routed, NATIONAL.label("national"),
).where(MODULES.tenant_id == bindparam("tenant"))  # fmt: skip
OF_MODULE = len(STANDING.selected_columns)
READ = 1024  # answers whose settings are kept as they were read; 51 halls have some 400
# The version counts changes, once for all modules.
STANDING_AT = planned_once(STANDING.add_columns(version("tenant").label("public")))


def switched(tenant_id: int) -> dict[str, Switched]:
    """Read how all modules stand in a municipality: one short query, once a transaction."""
    known = db.session().info.get("switched")
    if known and known[0] == tenant_id:
        found: dict[str, Switched] = known[1]
        return found
    return noted(tenant_id, ask(*how_stands(tenant_id)))


def how_stands(tenant_id: int) -> Question:
    """Give the question that `noted` is told the answer of, to be asked along with another one."""
    return STANDING, {"tenant": tenant_id}


def how_stands_at(tenant_id: int) -> Question:
    """Ask the same, and the version of the hall's public pages as `public` in every row."""
    return STANDING_AT, {"tenant": tenant_id}


def noted(tenant_id: int, rows: Sequence[Any]) -> dict[str, Switched]:
    """Keep how all modules stand for the rest of this transaction."""
    states = _by_module(rows)
    db.session().info["switched"] = (tenant_id, states)
    return states


def _by_module(rows: Sequence[Any]) -> dict[str, Switched]:
    return {row.module: _stands(row[:OF_MODULE]) for row in rows}


@lru_cache(maxsize=READ)
def _stands(of_module: tuple[Any, ...]) -> Switched:
    """Read a row of `STANDING`; what was read from the same words is the same, for all to see."""
    module, state, settings, version, since, routed, national = of_module
    own = json.loads(settings)
    return Switched(
        module=module,
        state=state,
        settings=MappingProxyType({**json.loads(national or "{}"), **own}),
        own=MappingProxyType(own),
        version=version,
        since=since,
        routed=routed,
    )


def standing(tenant_id: int, module: str) -> Switched:
    """Tell how a module stands, also where nobody has ever touched it."""
    known = switched(tenant_id).get(module)
    if known is not None:
        return known
    national = {s.setting: s.value for s in standards(module).values() if s.value is not None}
    return Switched(module=module, settings=national)


def allowed(tenant_id: int, module: str) -> bool:
    """Tell whether the ministry allows the module here; what it never decided is allowed."""
    row = db.session.get(ModuleAllowance, module)
    if row is None:
        return True
    place = Place(
        everywhere=row.everywhere,
        tenants=tuple(row.tenants),
        regions=tuple(row.regions),
        starts_on=row.starts_on,
    )
    return place.covers(tenant_id, on=local_day(datetime.now(UTC)))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the ministry allows a module, and from which day."""

    everywhere: bool = True
    tenants: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    starts_on: date | None = None

    def covers(self, tenant_id: int, *, on: date) -> bool:
        """Tell whether a municipality may switch the module on, on a day."""
        if self.starts_on and on < self.starts_on:
            return False
        if self.everywhere or tenant_id in self.tenants:
            return True
        hall = by_id(tenant_id) if self.regions else None
        return hall is not None and hall.region in self.regions


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What an officer decides of a module."""

    state: str
    decided_by: str
    act_number: str = ""
    act_date: date | None = None
    reason: str = ""
    missing: tuple[str, ...] = ()  # what was not ready and is said with the decision


class StaleError(Refused):
    """Somebody else has switched or set the module meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("Somebody has changed this module while you were deciding. Look again."))


def switch(
    registry: Registry, tenant_id: int, *, module: str, decision: Decision, seen: int | None = None
) -> TenantModule:
    """Switch a module and record the decision; works at once in every process.

    What the ministry forbids can still be closed or switched off. Raises Invalid for an unknown
    state, NotAllowed when the ministry does not allow the module, Refused when requirements or
    dependants stand against it, StaleError when the module's version is not the one `seen`.
    """
    if decision.state not in STATES or module not in registry.loaded:
        raise Invalid(_("There is no such module or state."))
    now = switched(tenant_id)
    if decision.state != "off":
        if decision.state in STARTING and not allowed(tenant_id, module):
            raise NotAllowed(_("The ministry does not allow this module here."))
        _check_requirements(registry, module, now=now)
    else:
        _check_dependants(registry, module, now=now)
    row = _row(tenant_id, module, seen=seen)
    before, row.state, row.version = row.state, decision.state, row.version + 1
    row.since = datetime.now(UTC)
    _record(row, before=before, decision=decision)
    return row


def _check_requirements(registry: Registry, module: str, *, now: Mapping[str, Switched]) -> None:
    for other in registry.loaded[module].module.requires:
        if other not in now or now[other].state == "off":
            raise Refused(_("Switch on first: %(name)s.", name=str(_title(registry, other))))


def _check_dependants(registry: Registry, module: str, *, now: Mapping[str, Switched]) -> None:
    for other, state in now.items():
        loaded = registry.loaded.get(other)
        if loaded and state.state != "off" and module in loaded.module.requires:
            raise Refused(_("Still needed by: %(name)s.", name=str(_title(registry, other))))


def _title(registry: Registry, module: str) -> object:
    loaded = registry.loaded.get(module)
    return loaded.module.title if loaded else module


def configure(
    registry: Registry,
    tenant_id: int,
    *,
    module: str,
    settings: Mapping[str, Any],
    decided_by: str,
    seen: int | None = None,
) -> TenantModule:
    """Store a module's settings, already validated by its schema, as a new version.

    What equals the default is not stored, so that it follows the default. Raises StaleError when
    the module's version is not the one `seen`, Invalid where the ministry's bounds are left.
    """
    if module not in registry.loaded:
        raise Invalid(_("There is no such module or state."))
    row = _row(tenant_id, module, seen=seen)
    row.settings, row.version = _kept(registry, row, settings), row.version + 1
    _record(row, before=row.state, decision=Decision(state=row.state, decided_by=decided_by))
    return row


def _kept(registry: Registry, row: TenantModule, settings: Mapping[str, Any]) -> dict[str, Any]:
    schema = registry.loaded[row.module].settings
    if schema is None:
        return dict(settings)
    known = standards(row.module)
    check_moves(schema, before=row.settings, after=settings, known=known)
    return own(schema, settings, known)


def _row(tenant_id: int, module: str, *, seen: int | None) -> TenantModule:
    row = db.session.get(
        TenantModule, (tenant_id, module), with_for_update=True, populate_existing=True
    )
    if seen is not None and seen != (row.version if row else 0):
        raise StaleError
    if row is None:
        row = TenantModule(tenant_id=tenant_id, module=module, state="off", settings={}, version=1)
        db.session.add(row)
    return row


def _record(row: TenantModule, *, before: str, decision: Decision) -> None:
    db.session.add(
        ModuleDecision(
            tenant_id=row.tenant_id,
            module=row.module,
            state=row.state,
            before=before,
            settings=row.settings,
            act_number=decision.act_number,
            act_date=decision.act_date,
            reason=decision.reason,
            decided_by=decision.decided_by,
            missing=list(decision.missing),
        )
    )
    changed(row.tenant_id, "*")
    db.session().info.pop("switched", None)
    database.db.session.flush()


def settings_of(registry: Registry, module: str, *, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Give a module's settings with the schema's defaults for what a hall never set."""
    loaded = registry.loaded.get(module)
    if loaded is None or loaded.settings is None:
        return dict(stored)
    defaults = schema_defaults(loaded.settings)
    return {**defaults, **{k: v for k, v in stored.items() if k in defaults}}
