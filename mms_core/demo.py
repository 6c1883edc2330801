"""Fills an installation with a believable country: accounts, switched modules, cases.

Each hall is filled once, in a transaction of its own; a second run finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from mms_core import db as database
from mms_core.answer_texts import demo as texts
from mms_core.cases import clock_demo as clocks
from mms_core.citizen import demo as opinions
from mms_core.commitments import demo as commitments
from mms_core.config import Settings
from mms_core.db import NATION, db
from mms_core.desk import demo as desk
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.moderation import demo as moderation
from mms_core.modules import Registry, registry
from mms_core.people import demo as people
from mms_core.platforms import demo as platforms
from mms_core.switching import grounds
from mms_core.switching.models import ModuleDecision
from mms_core.switching.rules import Decision, switch
from mms_core.tenancy import rules as tenancy
from mms_core.tenancy.rules import Tenant
from mms_core.units import demo as units

EVERYTHING = "tskaltubo"  # the hall that has every module on
CLOCKS = (EVERYTHING, "zugdidi")  # where clocks stand and were moved
OFF = ("oni", "keda")
TRIAL = ("tsageri", "khulo")


def fill(app: Flask, *, now: datetime, say: Callable[[str], None]) -> None:
    """Create the demo's accounts, switch modules as the halls' files say, and tell the modules."""
    settings: Settings = app.extensions["mms_settings"]
    if not settings.demo:
        raise Refused(_("Demo data are for demo mode only."))
    with app.app_context():
        database.bind(NATION)
        people.create(settings)
        texts.publish(now=now)
        commitments.fill(registry(), now=now)
        database.commit()
        tenants = [tenant for tenant in tenancy.all_tenants() if not tenant.merged]
    done = sum(fill_hall(app, tenant, now=now) for tenant in tenants)
    with app.app_context():
        database.bind(NATION)
        texts.renew(now=now)
        database.commit()
    say(f"{done} municipalities filled, {len(tenants) - done} had their data")


def fill_hall(app: Flask, tenant: Tenant, *, now: datetime) -> bool:
    """Let the modules of a hall write their demo; tells whether it had none before."""
    with app.app_context():
        database.bind(tenant.id)
        if db.session.execute(select(ModuleDecision.id).limit(1)).first():
            return False
        modules = registry()
        on = [name for name in sorted(modules.loaded) if _switched(modules, tenant, name)]
        units.fill(modules, tenant, modules=on)
        grounds.for_demo(tenant, on, now=now)
        if tenant.slug in CLOCKS:
            clocks.declare_day_off(tenant.id, now=now)
        modules.ask_all("mms_demo", on, tenant=tenant, clock=now)
        platforms.fill(modules, tenant, modules=on, now=now)
        desk.fill(tenant, now=now)
        if tenant.slug in CLOCKS:
            clocks.move_some(modules, tenant, now=now)
            texts.adopt(tenant, now=now)
            opinions.fill(tenant.id, now=now)
            moderation.fill(modules, tenant, now=now)
        db.session().info.pop("after_commit", None)  # the past moves nobody today
        database.commit()
        return True


def _switched(modules: Registry, tenant: Tenant, name: str) -> bool:
    """Switch a module as the demo wants it here; tells whether it is to have data."""
    if tenant.slug != EVERYTHING and name not in tenant.first_modules:
        return False
    state = "trial" if tenant.slug in TRIAL else "on"
    decision = Decision(
        state=state,
        decided_by="ნ. ნიმუშაძე",
        act_number=f"{tenant.id}-01",
        act_date=START.date(),
        reason="",
    )
    switch(modules, tenant.id, module=name, decision=decision)
    if tenant.slug in OFF:
        off = Decision(state="off", decided_by="ნ. ნიმუშაძე", act_number=f"{tenant.id}-02")
        switch(modules, tenant.id, module=name, decision=off)
        return False
    return True


START = datetime.now(UTC) - timedelta(days=300)
