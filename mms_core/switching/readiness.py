"""What stands before and behind a switch: the live checklist, and what switching off touches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from mms_core.cases.models import Case
from mms_core.contributions import Check, Impact
from mms_core.db import db
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.switching.rules import Switched, allowed


def readiness(
    registry: Registry, tenant: Any, *, module: str, now: Mapping[str, Switched]
) -> list[Check]:
    """List what must be true before switching on: the core's lines, then the module's own."""
    checks = [
        Check(
            name="allowed",
            title=_("The ministry allows this module here"),
            done=allowed(tenant.id, module),
            remedy=_("Ask the ministry; until then the module can only be closed or off."),
        )
    ]
    for other in registry.loaded[module].module.requires:
        loaded = registry.loaded.get(other)
        called = str(loaded.module.title) if loaded else other
        checks.append(
            Check(
                name=f"requires:{other}",
                title=_("Its requirement is on: %(name)s", name=called),
                done=other in now and now[other].state != "off",
                remedy=_("Switch that module on first."),
            )
        )  # fmt: skip
    answers = registry.ask_all("mms_readiness", [module], tenant=tenant)
    return checks + [check for _name, found in answers for check in found]


def impact(registry: Registry, tenant: Any, *, module: str) -> list[Impact]:
    """List what switching off would touch; of a silent module the core counts the open cases."""
    answers = registry.ask_all("mms_impact", [module], tenant=tenant)
    lines = [line for _name, found in answers for line in found]
    if not lines:
        waiting = select(func.count()).where(
            Case.tenant_id == tenant.id, Case.module == module, Case.is_open
        )
        count = db.session.execute(waiting).scalar_one()
        lines = [Impact(name="open_cases", title=_("Open cases"), count=count)]
    return [line for line in lines if line.count]
