"""The desk makes and revokes the address of an official's calendar; a program reads it there."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Response, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.i18n import gettext as _
from mms_core.limits import limiter
from mms_core.people.current import STAFF, require
from plugins.citizen_reception import feeds, officials, visit_showing
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.booking_models import Official
from plugins.citizen_reception.models import NAME

Answer = BaseResponse | str


@pages.get("/desk/officials/<uuid:official_id>/calendar")
def desk_calendar(official_id: uuid.UUID) -> str:
    """Say whether the official's calendar has an address, and since when."""
    require(*STAFF)
    return _page(officials.one(g.tenant.id, official_id))


@pages.post("/desk/officials/<uuid:official_id>/calendar")
def change_calendar(official_id: uuid.UUID) -> Answer:
    """Make a new address, which is shown this once, or revoke the one there is."""
    person, row = require(*STAFF), officials.one(g.tenant.id, official_id)
    if request.form.get("go") == "make":
        secret = feeds.make(row, by=person.name, now=datetime.now(UTC))
        return _page(row, address=url_for(".calendar", secret=secret, _external=True))
    feeds.revoke(row)
    flash(_("The address leads nowhere any more."), "success")
    return redirect(url_for(".desk_calendar", official_id=row.id), 303)


def _page(row: Official, *, address: str = "") -> str:
    return render_template(
        f"{NAME}/desk/calendar.html",
        row=row,
        name=visit_showing.name_of(row),
        feed=feeds.of_official(row),
        address=address,
        settings=g.module_settings,
    )


@pages.get("/calendars/<secret>.ics")
@limiter.limit("120 per minute")
def calendar(secret: str) -> BaseResponse:
    """Give an official's visits to a calendar's program, or say that nothing has changed."""
    row = feeds.whose(g.tenant.id, secret)
    rows = feeds.visits_of(row, now=datetime.now(UTC))
    written = feeds.write(
        g.tenant, row, rows, link=_desk_page, names=bool(g.module_settings["feed_names"])
    )
    answer = Response(written, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)


def _desk_page(number: str) -> str:
    return url_for("desk.case_page", number=number, _external=True)
