"""What is counted by itself each evening: visits offered, and the days to the next free hour."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, union_all

from mms_core import jobs
from mms_core.clock import local_day
from mms_core.db import db, scope
from mms_core.monitoring.counters import count
from mms_core.monitoring.models import StatDay, StatDelta
from mms_core.switching.rules import switched
from mms_core.tenancy.rules import all_tenants
from plugins.citizen_reception import expected
from plugins.citizen_reception.models import NAME

MEASURES = ("offered", "first_free_asked")


@jobs.every("41 15 * * *", name="citizen_reception.daily")  # 19:41 in Georgia: offices are closed
def daily() -> int:
    """Count in every hall where the module is on; gives in how many."""
    now, done = datetime.now(UTC), 0
    for tenant in all_tenants():
        with scope(tenant.id):
            module = switched(tenant.id).get(NAME)
            if module is not None and module.state == "on":
                done += measure(tenant.id, now=now)
    return done


def measure(tenant_id: int, *, now: datetime) -> bool:
    """Count a hall's day once; tells whether there was anything to count."""
    today = local_day(now)
    if _is_counted(tenant_id, today):
        return False
    free = [day for source in expected.FIRST_FREE for day in source(tenant_id, now)]
    figures = {
        "offered": sum(source(tenant_id, today) for source in expected.OFFERED),
        "first_free_days": sum((day - today).days for day in free),
        "first_free_asked": len(free),
    }
    count(tenant_id, NAME, {today: figures})
    return any(figures.values())


def _is_counted(tenant_id: int, today: date) -> bool:
    """Tell whether this evening's round was here before, as after a worker that was cut off."""
    tables: tuple[Any, ...] = (StatDelta.__table__, StatDay.__table__)
    found = union_all(
        *(
            select(t.c.measure).where(
                t.c.tenant_id == tenant_id,
                t.c.day == today,
                t.c.module == NAME,
                t.c.measure.in_(MEASURES),
            )
            for t in tables
        )
    )
    return db.session.execute(found.limit(1)).first() is not None
