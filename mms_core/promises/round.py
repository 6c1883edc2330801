"""The worker's round: officers are reminded of promises, and a day that has passed counts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from flask import Flask, current_app
from flask_babel import force_locale
from sqlalchemy import select

from mms_core.cases.days_off import extra_days_off
from mms_core.cases.hall_clock import hours_of
from mms_core.cases.log import SYSTEM
from mms_core.cases.models import Case
from mms_core.cases.quiet import is_open
from mms_core.clock import local_day
from mms_core.config import Settings
from mms_core.db import db
from mms_core.i18n import gettext as _
from mms_core.messages.outbox import send_national
from mms_core.people.rules import Colleague, contact_of, staff_of
from mms_core.promises.models import OPEN, Promise
from mms_core.promises.rules import lapse
from mms_core.tenancy import rules as tenancy

EARLY, LAST = timedelta(days=7), timedelta(days=1)  # before the day: two reminders
GRACE = timedelta(days=7)  # after the day: time to say that it was kept
AT_ONCE = 200  # promises of a hall in one round


def every_hall(app: Flask) -> None:
    """Make the round in every municipality whose offices are open."""
    from mms_core.upkeep import each_hall

    each_hall(app, lambda hall: round_of(hall, now=datetime.now(UTC)))


def round_of(tenant_id: int, *, now: datetime) -> int:
    """Remind and close in one hall, in office hours; gives how many promises were touched."""
    today = local_day(now)
    found = _near(tenant_id, today=today)
    if not found or not is_open(now, hours_of(tenant_id), off=extra_days_off(tenant_id)):
        return 0
    staff = {one.id: one for one in staff_of(tenant_id)}
    for row in found:
        if row.due_on + GRACE < today:
            _lapse(row, now=now)
        elif row.due_on >= today:
            _remind(row, staff, today=today)
    return len(found)


def _near(tenant_id: int, *, today: date) -> Sequence[Promise]:
    row = Promise
    query = (
        select(row)
        .where(row.tenant_id == tenant_id, row.state == OPEN, row.due_on <= today + EARLY)
        .order_by(row.due_on, row.id)
        .limit(AT_ONCE)
    )
    return [one for one in db.session.scalars(query) if _is_touched(one, today=today)]


def _is_touched(row: Promise, *, today: date) -> bool:
    if row.due_on < today:
        return row.due_on + GRACE < today
    last = today >= row.due_on - LAST
    since = row.due_on - (LAST if last else EARLY)
    return row.reminded_on is None or row.reminded_on < since


def _lapse(row: Promise, *, now: datetime) -> None:
    case = db.session.get(Case, (row.tenant_id, row.case_id), with_for_update=True)
    if case is not None:
        lapse(row, case, actor=SYSTEM, now=now)


def _remind(row: Promise, staff: dict[uuid.UUID, Colleague], *, today: date) -> None:
    row.reminded_on = today
    case = db.session.get(Case, (row.tenant_id, row.case_id))
    asked = [case.assignee_id if case else None, row.made_by]
    mine = [staff[one] for one in asked if one in staff][:1]
    for colleague in mine or [c for c in staff.values() if {"head", "mayor"} & set(c.roles)]:
        _write(row, colleague)


def _write(row: Promise, colleague: Colleague) -> None:
    to = contact_of(colleague.id)
    tenant = tenancy.by_id(row.tenant_id)
    if not to.email or tenant is None:
        return
    settings: Settings = current_app.extensions["mms_settings"]
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    link = f"{base}/{tenant.slug}/desk/promises/{row.id}"
    with force_locale(to.language if to.language in ("ka", "en") else "ka"):
        template = current_app.jinja_env.get_template("promises/reminder.txt")
        body = template.render(row=row, link=link, hall=tenant.hall)
        send_national(to.email, subject=_("A promise is due soon: %(n)s", n=row.number), body=body)
