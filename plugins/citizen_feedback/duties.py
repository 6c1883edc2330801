"""What is due by itself: reports whose day has passed are counted, the mayor is reminded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from mms_core import jobs
from mms_core.clock import local_day
from mms_core.db import scope
from mms_core.i18n import gettext as _
from mms_core.messages.outbox import send_national
from mms_core.people.rules import account, staff_of
from mms_core.switching.rules import switched
from mms_core.tenancy.rules import all_tenants
from plugins.citizen_feedback import budgeting, slots, urn
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.settings import settings_now

AHEAD = timedelta(days=14)  # before 15 November
RUNNING = {"on", "closing"}


@jobs.every("23 4 * * *", name="citizen_feedback.daily")
def daily() -> int:
    """Do the day's duties in every hall where the module is on; gives in how many."""
    today, done = local_day(datetime.now(UTC)), 0
    for tenant in all_tenants():
        with scope(tenant.id):
            now = switched(tenant.id).get(NAME)
            if now is not None and now.state in RUNNING:
                do(tenant, today=today)
                done += 1
    return done


def do(tenant: Any, *, today: date) -> None:
    """Plan the year's reports, count those that are due, and remind the mayor of the budget."""
    settings = settings_now(tenant.id)
    for year in (today.year - 1, today.year):
        slots.plan(tenant.id, year, settings)
    slots.count_due(tenant.id, today=today)
    over = today.year - 1
    if today > date(over, 12, 31) + timedelta(days=int(settings["days_after_year"])):
        urn.pour_rest(tenant.id, over, now=datetime.now(UTC))
    remind(tenant, today=today)


def remind(tenant: Any, *, today: date) -> int:
    """Remind the mayor once, in the two weeks before 15 November, of problems not chosen yet.

    Gives how many letters were written.
    """
    year = today.year + 1
    due = budgeting.draft_due(year)
    lacking = budgeting.missing(tenant.id, year)
    row = budgeting.of_year(tenant.id, year)
    if not lacking or row.reminded_on or not due - AHEAD <= today <= due:
        return 0
    budgeting.of_year(tenant.id, year, keep=True).reminded_on = today
    mayors = [one for one in staff_of(tenant.id) if "mayor" in one.roles]
    written = 0
    for one in mayors:
        email = account(one.id).email
        if email:
            subject = _("Two problems for the draft budget of %(year)s", year=year)
            body = _(
                "By 15 November the draft budget goes to the council. Article 4.7 of the rule on "
                "citizens' feedback: choose the problems, or write why there are fewer than two. "
                "Lacking: %(count)s.",
                count=lacking,
            )
            send_national(email, subject=str(subject), body=str(body))
            written += 1
    return written
