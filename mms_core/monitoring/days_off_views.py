"""The ministry's page of days off that hold in every municipality."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, url_for

from mms_core.cases import day_off_forms
from mms_core.cases.days_off import NationalDayOff
from mms_core.db import NATION
from mms_core.i18n import gettext as _
from mms_core.monitoring.reader import reading
from mms_core.people.current import require

pages = Blueprint("national_days", __name__, url_prefix="/ministry/days-off")
# The ministry sees no cases, only how many answers are owed on which day.
_OWED = sa.text("""
    select coalesce(sum(n), 0)::int as n, count(distinct tenant_id) as halls from (
        select tenant_id, n from mms.stat_day where measure = 'due' and day >= :day
        union all
        select tenant_id, n from mms.stat_delta where measure = 'due' and day >= :day
    ) both_places
    """)


def init_app(app: Flask) -> None:
    """Add the ministry's page."""
    app.register_blueprint(pages)


@pages.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    require("ministry")


def _place() -> day_off_forms.Place:
    return day_off_forms.Place(
        tenant_id=NATION,
        kind=NationalDayOff,
        address=url_for("national_days.index"),
        crumbs=[(_("Adoption and answers"), url_for("ministry.index"))],
        touched=_touched,
    )


def _touched(day: date, *, removed: bool) -> str:  # noqa: ARG001 - the ministry sees no cases
    with reading() as connection:
        row = connection.execute(_OWED, {"day": day}).one()
    return _(
        "At most %(count)s clocks in %(halls)s municipalities reach this day and may move.",
        count=max(row.n, 0),
        halls=row.halls,
    )


@pages.get("/")
def index() -> str:
    """List the nation's extra days off, and what a change would move."""
    return day_off_forms.show(_place())


@pages.post("/")
def declare() -> Any:
    """Declare a day off of the whole country, take one back, or only look what it would move."""
    return day_off_forms.take(_place(), by=require("ministry").name)
