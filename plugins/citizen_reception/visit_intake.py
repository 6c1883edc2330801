"""A clerk of a centre, or at the hall's desk, books a visit for a citizen of any municipality."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases.models import Case
from mms_core.centre import rules as centre
from mms_core.centre.schemas import IntakeSchema
from mms_core.clock import local_day
from mms_core.errors import Invalid
from mms_core.guard import require_open_door
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.people.current import Person, require
from plugins.citizen_reception import booking, reason, slots, visit_showing
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.booking_models import Official
from plugins.citizen_reception.booking_schemas import VisitSchema, WhySchema, read_slot
from plugins.citizen_reception.booking_views import asked_day, bookable, fitted, look, way_to
from plugins.citizen_reception.contact import NAMES
from plugins.citizen_reception.models import NAME
from plugins.citizen_reception.slots import Wanted

Answer = BaseResponse | str | tuple[str, int]


@pages.get("/visits/intake")
def visit_intake() -> Answer:
    """Ask a clerk what the visit is about, then show the free times with the citizen's form."""
    require("clerk")
    require_open_door(NAME)
    who = bookable(by_hall=True)
    citizen = forms.blank(IntakeSchema, values={"received_on": _today()})
    if "kind" not in request.args:
        return _page(citizen, fitted(forms.blank(WhySchema), who))
    why = fitted(reason.read(reason.INTAKE), who)
    return _page(citizen, why, days=_days(why, who)) if why.valid else (_page(citizen, why), 422)


@pages.post("/visits/intake")
def book_for_citizen() -> Answer:
    """Ask for the free times, or book: the citizen is the author, and the centre took it."""
    clerk = require("clerk")
    require_open_door(NAME)
    who = bookable(by_hall=True)
    citizen = forms.read(IntakeSchema, request.form)
    why = fitted(forms.read(WhySchema, request.form), who)
    if not why.valid:
        return _page(forms.blank(IntakeSchema, values=request.form), why), 422
    if request.form.get("go") == "times":
        asked = reason.keep(reason.INTAKE, why, path=url_for(".visit_intake"))
        return redirect(url_for(".visit_intake", **asked), 303)
    case = _book(clerk, citizen, why, who) if citizen.valid else None
    if case is None:
        return _page(citizen, why, days=_days(why, who)), 422
    reason.forget(reason.INTAKE)
    return redirect(way_to(case), 303)


def _book(
    clerk: Person, citizen: forms.Form, why: forms.Form, who: Sequence[Official]
) -> Case | None:
    """Book; None when something is wrong, which is said at its field."""
    chosen = read_slot(request.form.get("slot", ""))
    mine = [one for one in who if chosen and one.id == chosen[0]]
    if chosen is None or not mine:
        citizen.general.append(_("Choose one of the free times."))
        return None
    looked, now, own = look(why, mine), datetime.now(UTC), g.module_settings
    more = request.form.get("more", "").replace("\x00", "").strip()[:2000]
    try:
        known = centre.citizen_of(clerk, citizen.data)
        held = booking.hold(g.tenant.id, Wanted(kind=looked.kind, officials=mine,
                            minutes=looked.minutes), chosen[1], about=why.data["about"],
                            settings=own, now=now)  # fmt: skip
        new = booking.NewVisit(
            more=more, contact=known.contact, author_id=known.author_id,
            language=locale(), channel=known.channel, taken_at=known.taken_at, by=known.by,
        )  # fmt: skip
        case = booking.book(registry(), g.tenant, held.hold.id, new=new, settings=own, now=now)
    except Invalid as problem:
        citizen.refuse(problem.fields)
        return None
    centre.filed(case, known)
    return case


def _days(why: forms.Form, who: Sequence[Official]) -> Any:
    found = slots.next_free(
        g.tenant.id, look(why, who), g.module_settings, now=datetime.now(UTC), since=asked_day()
    )
    return visit_showing.days(found, {one.id: one for one in who})


def _today() -> str:
    return local_day(datetime.now(UTC)).isoformat()


def _page(citizen: forms.Form, why: forms.Form, *, days: Any = None) -> str:
    more = forms.blank(VisitSchema, values=request.form)
    for name in NAMES:
        more.fields.pop(name, None)
    both = forms.Form(fields={**citizen.fields, **why.fields}, general=citizen.general)
    return render_template(
        f"{NAME}/visit_intake.html", intake=citizen, why=why, form=more, both=both, days=days
    )
