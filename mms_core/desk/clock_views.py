"""The desk's pages of a hall's own clock: extra days off, and the ladder of reminders."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Flask, g, request, url_for

from mms_core.cases import day_off_forms
from mms_core.cases.days_off import HallDayOff
from mms_core.cases.days_off_moves import preview
from mms_core.i18n import gettext as _
from mms_core.i18n import ngettext
from mms_core.people.current import require, roles_in

pages = Blueprint("clock", __name__, url_prefix="/<slug>/desk/clock")
DECIDERS = ("head", "mayor")


def init_app(app: Flask) -> None:
    """Add the pages under every municipality's desk."""
    app.register_blueprint(pages)


@pages.before_request
def only_staff() -> None:
    """Let in those who work in the hall; heads and the mayor may decide."""
    require(*(("operator", "head", "mayor") if request.method == "GET" else DECIDERS))


def may_decide() -> bool:
    """Tell whether the acting officer may change the hall's clock."""
    return bool(roles_in(g.tenant.id) & set(DECIDERS))


def _place() -> day_off_forms.Place:
    return day_off_forms.Place(
        tenant_id=g.tenant.id,
        kind=HallDayOff,
        address=url_for("clock.days_off"),
        crumbs=[(_("Incoming cases"), url_for("desk.inbox_page"))],
        touched=_touched,
        may_decide=may_decide(),
    )


def _touched(day: date, *, removed: bool) -> str:
    count, more = preview(g.tenant.id, day, removed=removed)
    if more:
        return _("The dates of more than %(count)s open cases would move.", count=count)
    return ngettext(
        "The date of %(num)s open case would move.",
        "The dates of %(num)s open cases would move.",
        count,
    )


@pages.get("/days-off")
def days_off() -> str:
    """List the hall's own days off, and what a change would move."""
    return day_off_forms.show(_place())


@pages.post("/days-off")
def declare_day_off() -> Any:
    """Declare a day off of this hall, take one back, or only look what it would move."""
    return day_off_forms.take(_place(), by=require(*DECIDERS).name)
