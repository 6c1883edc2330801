"""A booked visit for who booked it: number, calendar, another time, or none; and on behalf."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.cases import keys
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.whose import find, let_in, own_case
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import acting
from plugins.citizen_reception import officials, slip, slots, visit_showing, visits
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.booking_models import Official, Visit
from plugins.citizen_reception.booking_schemas import read_slot
from plugins.citizen_reception.booking_views import asked_day, way_to
from plugins.citizen_reception.models import NAME
from plugins.citizen_reception.slots import Wanted

Answer = BaseResponse | str | tuple[str, int]


def _own(number: str, *, lock: bool = False) -> tuple[Case, Visit]:
    found, key = find(number), request.args.get("key", "")
    if found is not None and key:
        let_in(found, key)
    case = own_case(number, lock=lock)
    row = visits.of_case(case) if case.module == NAME else None
    if row is None:
        raise NotFound
    return case, row


@pages.get("/visits/<number>")
def own_visit(number: str) -> str:
    """Show the visit: what to bring along to it, and how it is moved or cancelled."""
    case, row = _own(number)
    return _page(case, row)


def _page(case: Case, row: Visit, *, problem: str = "") -> str:
    now, settings = datetime.now(UTC), g.module_settings
    can = visits.can_change(case, row, settings, now=now)
    who = [one for one in officials.receiving(g.tenant.id, by_hall=True)
           if one.id == row.official_id or not one.by_hall]  # fmt: skip
    looked = _looked(row, who)
    found = slots.next_free(g.tenant.id, looked, settings, now=now,
                            since=asked_day()) if can else []  # fmt: skip
    return render_template(
        f"{NAME}/own_visit.html",
        case=case,
        facts=visit_showing.facts(g.tenant.id, row),
        state=visits.state_words(case),
        can=can,
        days=visit_showing.days(found, {one.id: one for one in who}),
        problem=problem,
        link=url_for(".own_visit", number=case.number, key=request.args.get("key"),
                     _external=True),
    )  # fmt: skip


def _looked(row: Visit, who: Sequence[Official]) -> Wanted:
    """Look for the same official's times, or for everybody's where that one receives no more."""
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    same = [one for one in who if one.id == row.official_id]
    kind = officials.kind(row.tenant_id, row.kind_id)
    return Wanted(kind=kind, officials=same or who, minutes=minutes)


@pages.post("/visits/<number>")
def change_visit(number: str) -> Answer:
    """Move or cancel a visit; a link that is used twice, or too late, changes nothing."""
    case, row = _own(number, lock=True)
    person, now = acting(), datetime.now(UTC)
    actor = Actor(role="citizen", id=person.id if person else None)
    if not visits.can_change(case, row, g.module_settings, now=now):
        flash(_("This visit can no longer be changed."), "warning")
        return redirect(way_to(case), 303)
    if request.form.get("go") == "cancel":
        visits.cancel(registry(), case, actor=actor, now=now)
        flash(_("The visit is cancelled; the time is free for others."), "success")
        return redirect(way_to(case), 303)
    chosen = read_slot(request.form.get("slot", ""))
    if chosen is None:
        return _page(case, row, problem=_("Choose one of the free times.")), 422
    official = officials.one(g.tenant.id, chosen[0])
    if not official.active:
        return _page(case, row, problem=_("Choose one of the free times.")), 422
    try:
        done = visits.move(registry(), case, row, at=chosen[1], official=official, actor=actor,
                           settings=g.module_settings, now=now)  # fmt: skip
    except Invalid as problem:
        return _page(case, row, problem=str(problem.message)), 422
    said = _("The visit has another time.") if done else _("The visit stays at its time.")
    flash(said, "success")
    return redirect(way_to(case), 303)


@pages.get("/visits/<number>/visit.ics")
def visit_ics(number: str) -> Response:
    """Give the visit for the calendar of a phone or computer."""
    case, row = _own(number)
    link = url_for(".own_visit", number=case.number, _external=True)
    answer = Response(visit_showing.ics(g.tenant, case, row, link=link), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f"attachment; filename=visit-{case.number}.ics"
    return answer


@pages.get("/visits/<number>/slip.pdf")
def visit_slip(number: str) -> Response:
    """Give the visit on paper, as a clerk hands it over the desk."""
    case, row = _own(number)
    link = url_for(".own_visit", number=case.number, _external=True, key=_key(case))
    body = slip.pdf(g.tenant, case, row, link=link, settings=g.module_settings)
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename=visit-{case.number}.pdf"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _key(case: Case) -> str:
    return keys.key_of(current_app.extensions["mms_settings"], case.tenant_id, case.id)
