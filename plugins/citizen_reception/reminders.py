"""What the worker does by the clock: reminders before visits, the waiting list, old holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from mms_core import db as database
from mms_core import jobs
from mms_core.cases.days_off import extra_days_off
from mms_core.cases.letters import tell_author
from mms_core.cases.models import Case
from mms_core.cases.quiet import OfficeHours, next_open
from mms_core.db import NATION, bind, db, scope
from mms_core.switching.rules import switched
from mms_core.tenancy.rules import all_tenants
from plugins.citizen_reception import visit_showing, visits, waiting
from plugins.citizen_reception.booking_models import Visit
from plugins.citizen_reception.models import NAME
from plugins.citizen_reception.settings import settings_now

MOST = 500
RUNNING = {"on", "closing"}


@jobs.every("*/10 * * * *", name="citizen_reception.remind")
def tick() -> None:
    """Do it in every hall where the module is on, each in a transaction of its own."""
    for tenant in all_tenants():
        with scope(tenant.id):
            now = switched(tenant.id).get(NAME)
            if now is not None and now.state in RUNNING:
                remind(tenant, now=datetime.now(UTC))
                if now.state == "on":
                    waiting.tick(tenant.id, settings_now(tenant.id), now=datetime.now(UTC))
                visits.sweep(tenant.id, now=datetime.now(UTC))
                database.commit()
    bind(NATION)


def remind(tenant: Any, *, now: datetime) -> int:
    """Remind each visitor once, in office hours and never after the visit; gives how many."""
    hours = int(settings_now(tenant.id)["booking_remind"])
    if not hours:
        return 0
    query = (
        select(Visit, Case)
        .join(Case, (Case.tenant_id == tenant.id) & (Case.id == Visit.case_id))
        .where(
            Visit.tenant_id == tenant.id,
            Visit.holds,
            Visit.reminded == 0,
            Visit.starts_at > now,
            Visit.starts_at <= now + timedelta(hours=hours),
            Case.state == visits.BOOKED,
        )
    )
    off, written = extra_days_off(tenant.id), 0
    for row, case in db.session.execute(query.order_by(Visit.starts_at).limit(MOST)).all():
        at = next_open(now, OfficeHours(), off=off)
        row.reminded = 1
        if at < row.starts_at:
            context = {"text": visit_showing.said(case, row)}
            tell_author(case, "visit_reminder", context=context, at=at)
            written += 1
    return written
