"""The public's pages of information: what the centre does, materials, what is planned, seats."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases import keys
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.files.stored import Stored
from mms_core.files.views import send
from mms_core.guard import require_open_door, tenant_modules
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.limits import limiter
from mms_core.page_cache import keep
from mms_core.people.current import acting, is_staff
from plugins.citizen_reception import event_feeds, info_showing, invitations, materials, meetings
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.contact import FORMS, contact_of, is_known
from plugins.citizen_reception.info_models import Meeting, MeetingSeat
from plugins.citizen_reception.info_schemas import SeatSchema
from plugins.citizen_reception.models import NAME

Answer = BaseResponse | str | tuple[str, int]


@pages.get("/about")
def about() -> str:
    """Say what the centre does (R3), and give its materials."""
    keep()
    return render_template(
        f"{NAME}/about.html",
        work=info_showing.WORK,
        materials=materials.lines(g.tenant.id),
        planned=[info_showing.line(row) for row in _ahead()[:3]],
    )


@pages.get("/materials/<uuid:material_id>")
def material(material_id: uuid.UUID) -> Response:
    """Give a material to be downloaded."""
    row = materials.by_id(g.tenant.id, material_id)
    return send(Stored.from_json(row.file), download=True, public=True)


@pages.get("/events")
def events() -> str:
    """List what is planned, day by day, and what was."""
    keep()
    now = datetime.now(UTC)
    days = [
        (day, [info_showing.line(row) for row in rows]) for day, rows in meetings.days(_ahead())
    ]
    past = [info_showing.line(row) for row in meetings.before(g.tenant.id, now=now)]
    return render_template(f"{NAME}/events.html", days=days, past=past)


def _ahead() -> list[Meeting]:
    return list(meetings.ahead(g.tenant.id, now=datetime.now(UTC)))


@pages.get("/events.ics")
def events_ics() -> Response:
    """Give what is planned as a calendar to subscribe to."""
    return _calendar(event_feeds.write_ics(g.tenant, _ahead()), "events.ics")


@pages.get("/events.xml")
def events_rss() -> Response:
    """Give what is planned as a feed (RSS 2.0)."""
    title = _("Planned events: %(hall)s", hall=g.tenant.name)
    return Response(
        event_feeds.write_rss(g.tenant, _ahead(), title=title), mimetype="application/rss+xml"
    )


@pages.get("/events/<code>.ics")
def event_ics(code: str) -> Response:
    """Give one meeting for a calendar."""
    row = meetings.by_code(g.tenant.id, code)
    return _calendar(event_feeds.write_ics(g.tenant, [row]), f"event-{row.code}.ics")


def _calendar(body: bytes, name: str) -> Response:
    answer = Response(body, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


@pages.get("/events/<code>")
def event(code: str) -> str:
    """Show a meeting, with the form for seats where there are some."""
    row = meetings.by_code(g.tenant.id, code, drafts=is_staff(g.tenant.id))
    return _event_page(row, forms.blank(SeatSchema, values={"people": 1}))


@pages.post("/events/<code>")
@limiter.limit(FORMS, methods=["POST"])
def take_seats(code: str) -> Answer:
    """Take seats; what is wrong, also that there are not as many, is said at the field."""
    require_open_door(NAME)
    row, person = meetings.by_code(g.tenant.id, code), acting()
    form = forms.read(SeatSchema, request.form, known=is_known(person))
    if not form.valid:
        return _event_page(row, form), 422
    guest = meetings.Guest(
        people=form.data["people"],
        language=locale(),
        account_id=person.id if person else None,
        **contact_of(form.data, person),
    )
    try:
        seat = meetings.take_seats(row, guest, now=datetime.now(UTC))
    except Invalid as problem:
        form.refuse(problem.fields)
        return _event_page(row, form), 422
    except Refused as problem:
        form.general.append(str(problem.message))
        return _event_page(row, form), problem.status
    invitations.confirm(g.tenant, row, seat, link=_seat_url(row, seat, external=True))
    flash(_("The seats are yours. Keep this address: here you can give them back."), "success")
    return redirect(_seat_url(row, seat), 303)


def _seat_url(row: Meeting, seat: MeetingSeat, *, external: bool = False) -> str:
    settings = current_app.extensions["mms_settings"]
    key = keys.key_of(settings, g.tenant.id, seat.id)
    return url_for(f"{NAME}.seats", code=row.code, seat_id=seat.id, key=key, _external=external)


def _event_page(row: Meeting, form: forms.Form) -> str:
    now, person = datetime.now(UTC), acting()
    for name in ("name", "email", "phone") if is_known(person) else ():
        form.fields.pop(name, None)
    return render_template(
        f"{NAME}/event.html",
        item=info_showing.line(row),
        form=form,
        known=person if is_known(person) else None,
        open_door=tenant_modules()[NAME].takes_new and row.starts_at > now,
        over=row.ends_at <= now,
    )


@pages.route("/events/<code>/seats/<uuid:seat_id>", methods=["GET", "POST"])
def seats(code: str, seat_id: uuid.UUID) -> Answer:
    """Show somebody's seats by the link of their letter, and let them give the seats back."""
    key = request.args.get("key", "")
    if not keys.fits(current_app.extensions["mms_settings"], g.tenant.id, seat_id, key):
        raise NotFound(_("There are no such seats."))
    row = meetings.by_code(g.tenant.id, code)
    seat = meetings.seat_of(g.tenant.id, seat_id, lock=request.method == "POST")
    if request.method == "POST":
        if meetings.give_back(seat, now=datetime.now(UTC)):
            flash(_("Thank you. The seats are free for others now."), "success")
        return redirect(_seat_url(row, seat), 303)
    over = row.starts_at <= datetime.now(UTC)
    return render_template(f"{NAME}/seats.html", item=info_showing.line(row), seat=seat, over=over)
