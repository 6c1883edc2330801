"""What switching off would touch, counted from live rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from mms_core.cases.models import Case
from mms_core.contributions import Impact
from mms_core.db import db
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry


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
