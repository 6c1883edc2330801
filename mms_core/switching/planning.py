"""Plans a switch for a day and does it then, calls a plan off, and undoes the last switch."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from sqlalchemy import select

from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import Answerable, Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.jobs import defer, job
from mms_core.modules import Registry, registry
from mms_core.switching.models import ModuleDecision, ModulePlan, TenantModule
from mms_core.switching.readiness import missing
from mms_core.switching.rules import (
    Decision,
    StaleError,
    Switched,
    standing,
    switch,
    switched,
)
from mms_core.switching.telling import tell
from mms_core.tenancy.rules import by_id

TBILISI = ZoneInfo("Asia/Tbilisi")
WHEN = time(0, 1)  # the first minute of the day
PLANNED = ("on", "trial", "closing")  # switching off shows its card first, so it is not planned
SHOWN = 10


def plan(
    modules: Registry, tenant_id: int, *, module: str, on_day: date, decision: Decision
) -> ModulePlan:
    """Plan a switch for a day to come; whether the ministry allows it is asked on that day.

    Raises Invalid for a day that is not to come, Refused when another plan waits already.
    """
    if module not in modules.loaded or decision.state not in PLANNED:
        raise Invalid(_("There is no such module or state."))
    if on_day <= local_day(datetime.now(UTC)):
        raise Invalid(fields={"on_day": [_("Choose a day that is still to come.")]})
    if waiting(tenant_id, module=module, lock=True) is not None:
        raise Refused(_("A switch is planned already. Call it off before you plan another."))
    row = ModulePlan(
        tenant_id=tenant_id,
        module=module,
        state=decision.state,
        on_day=on_day,
        act_number=decision.act_number,
        act_date=decision.act_date,
        reason=decision.reason,
        planned_by=decision.decided_by,
    )
    db.session.add(row)
    db.session.flush()
    defer(carry_out, tenant_id, row.id, at=datetime.combine(on_day, WHEN, TBILISI))
    return row


def waiting(tenant_id: int, *, module: str, lock: bool = False) -> ModulePlan | None:
    """Give the switch that is planned for a module and has not happened."""
    if lock:  # two who plan at once wait for each other here
        db.session.get(TenantModule, (tenant_id, module), with_for_update=True)
    query = select(ModulePlan).where(
        ModulePlan.tenant_id == tenant_id,
        ModulePlan.module == module,
        ModulePlan.outcome == "waiting",
    )
    return db.session.execute(query).scalar_one_or_none()


def ended(tenant_id: int, *, module: str) -> list[ModulePlan]:
    """Give the newest plans that were done, refused or called off."""
    query = (
        select(ModulePlan)
        .where(
            ModulePlan.tenant_id == tenant_id,
            ModulePlan.module == module,
            ModulePlan.outcome != "waiting",
        )
        .order_by(ModulePlan.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.execute(query).scalars())


def call_off(tenant_id: int, plan_id: uuid.UUID, *, who: str) -> ModulePlan:
    """Call a planned switch off; raises Refused when it has happened meanwhile."""
    row = _locked(tenant_id, plan_id)
    if row is None:
        raise NotFound(_("There is no such plan."))
    if row.outcome != "waiting":
        raise Refused(_("This plan has ended already. Look again."))
    _end(row, "called_off", told=who)
    return row


def fulfil(modules: Registry, tenant_id: int, plan_id: uuid.UUID) -> None:
    """Do what was planned, or keep in plain words why it could not be done."""
    row = _locked(tenant_id, plan_id)
    if row is None or row.outcome != "waiting":
        return
    decision = Decision(
        state=row.state,
        decided_by=row.planned_by,
        act_number=row.act_number,
        act_date=row.act_date,
        reason=row.reason,
        missing=missing(modules, by_id(tenant_id), module=row.module, state=row.state),
    )
    before = standing(tenant_id, row.module).state
    try:
        now = switch(modules, tenant_id, module=row.module, decision=decision)
    except Answerable as problem:
        with force_locale("ka"):  # the hall's own language, as its officers wrote the rest
            _end(row, "refused", told=str(problem.message))
    else:
        tell(modules, now, before=before, reason=row.reason)
        _end(row, "done")


@job("switching.carry_out")
def carry_out(tenant_id: int, plan_id: uuid.UUID | None) -> None:
    """Do a planned switch on its day."""
    if plan_id is not None:
        fulfil(registry(), tenant_id, plan_id)


def _locked(tenant_id: int, plan_id: uuid.UUID) -> ModulePlan | None:
    return db.session.get(
        ModulePlan, (tenant_id, plan_id), with_for_update=True, populate_existing=True
    )


def _end(row: ModulePlan, outcome: str, *, told: str = "") -> None:
    row.outcome, row.told, row.ended_at = outcome, told, datetime.now(UTC)
    db.session.flush()


def undoable(tenant_id: int, *, module: str) -> str:
    """Name the state to which undoing the newest switch leads; nothing where none can be undone.

    A switch is undone while it is the newest decision: settings changed since speak for keeping it.
    """
    query = (
        select(ModuleDecision)
        .where(ModuleDecision.tenant_id == tenant_id, ModuleDecision.module == module)
        .order_by(ModuleDecision.at.desc(), ModuleDecision.id.desc())
        .limit(1)
    )
    newest = db.session.execute(query).scalar_one_or_none()
    standing = switched(tenant_id).get(module, Switched(module=module))
    if newest is None or newest.before == newest.state or newest.state != standing.state:
        return ""
    return newest.before


def undo(
    modules: Registry, tenant_id: int, *, module: str, decision: Decision, seen: int | None
) -> TenantModule:
    """Switch back to how it was; the rules of a switch hold, and both decisions stay.

    Raises StaleError when a newer decision has come between.
    """
    before = undoable(tenant_id, module=module)
    if not before:
        raise StaleError
    back = replace(decision, state=before)
    return switch(modules, tenant_id, module=module, decision=back, seen=seen)
