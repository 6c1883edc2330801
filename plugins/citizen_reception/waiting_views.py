"""The waiting list for citizens: to be told of a free time, to take it, to leave the list."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact
from mms_core.clock import local_day
from mms_core.dates import named_moment
from mms_core.db import db
from mms_core.errors import Invalid, NotFound
from mms_core.guard import require_open_door
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.limits import limiter
from mms_core.modules import registry
from mms_core.people.current import acting
from plugins.citizen_reception import reason, slots, visit_showing, waiting, waiting_letters
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.booking_models import Hold, Official
from plugins.citizen_reception.booking_schemas import WaitSchema, WhySchema
from plugins.citizen_reception.booking_views import bookable, fitted, look, way_to, why_page
from plugins.citizen_reception.contact import FORMS, NAMES, contact_of, is_known
from plugins.citizen_reception.models import NAME
from plugins.citizen_reception.officials import one as official_of
from plugins.citizen_reception.waiting_models import Waiting

Answer = BaseResponse | str | tuple[str, int]
DAYS = 30  # how long somebody waits if they do not say


def _who() -> Sequence[Official]:
    who = bookable()
    if not g.module_settings["booking_offer"]:
        raise NotFound(_("The city hall keeps no waiting list."))
    return who


@pages.get("/book/wait")
def wait() -> Answer:
    """Ask somebody who found no free time how they are told of one."""
    why = fitted(reason.read(reason.VISIT), _who())
    if not why.fields["about"].value:
        return redirect(url_for(".book", **reason.in_address(why)))
    if not why.valid:
        return why_page(why), 422
    until = local_day(datetime.now(UTC)) + timedelta(days=DAYS)
    return _wait_page(why, forms.blank(WaitSchema, values={"until": until.isoformat()}))


@pages.post("/book/wait")
@limiter.limit(FORMS, methods=["POST"])
def join_line() -> Answer:
    """Put somebody on the list; whoever finds a time free meanwhile is led to it."""
    require_open_door(NAME)
    who, person, now = _who(), acting(), datetime.now(UTC)
    why = fitted(forms.read(WhySchema, request.form), who)
    if not why.valid:
        return why_page(why), 422
    form = forms.read(WaitSchema, request.form, known=is_known(person))
    if not form.valid:
        return _wait_page(why, form), 422
    looked = look(why, who)
    if slots.next_free(g.tenant.id, looked, g.module_settings, now=now, most=1):
        flash(_("There is a free time now."), "success")
        return redirect(url_for(".times", **reason.in_address(why)), 303)
    new = waiting.Waiter(
        about=why.data["about"],
        contact=Contact(**contact_of(form.data, person)),
        until=form.data["until"],
        official_id=looked.officials[0].id if why.data["official"] else None,
        account_id=person.id if person else None,
        language=locale(),
    )
    try:
        row = waiting.join(g.tenant.id, looked, new, now=now)
    except Invalid as problem:
        form.refuse(problem.fields)
        return _wait_page(why, form), 422
    waiting_letters.joined(row)
    reason.forget(reason.VISIT)
    flash(_("You are on the waiting list."), "success")
    return redirect(waiting_letters.path(row), 303)


def _wait_page(why: forms.Form, form: forms.Form) -> str:
    person = acting()
    known = person if is_known(person) else None
    for name in NAMES if known else ():
        form.fields.pop(name, None)
    return render_template(
        f"{NAME}/wait.html",
        form=form,
        known=known,
        about=why.fields["about"].value,
        asked=reason.in_address(why),
        hours=g.module_settings["booking_offer"],
    )


def _own(waiting_id: uuid.UUID, *, lock: bool = False) -> Waiting:
    row = waiting.one(g.tenant.id, waiting_id, lock=lock)
    if not waiting_letters.fits(row, request.args.get("key", "")):
        raise NotFound(_("Nobody waits under this address."))
    return row


@pages.get("/waiting/<uuid:waiting_id>")
def own_place(waiting_id: uuid.UUID) -> str:
    """Show somebody's place on the list, and the time that is held for them."""
    return _place_page(_own(waiting_id))


def _place_page(row: Waiting, *, problem: str = "") -> str:
    hold = waiting.offered(row, now=datetime.now(UTC))
    case = db.session.get(Case, (row.tenant_id, row.case_id)) if row.case_id else None
    return render_template(
        f"{NAME}/waiting.html",
        row=row,
        offer=_offer(hold) if hold else None,
        until=named_moment(row.offered_until) if row.offered_until else "",
        before=waiting.before(row) if row.state == "waits" else 0,
        visit=way_to(case) if case else "",
        problem=problem,
    )


def _offer(hold: Hold) -> list[tuple[Any, Any]]:
    official = official_of(hold.tenant_id, hold.official_id)
    return [
        (_("When"), named_moment(hold.starts_at)),
        (_("Who receives"), visit_showing.name_of(official)),
    ]


@pages.post("/waiting/<uuid:waiting_id>")
def change_place(waiting_id: uuid.UUID) -> Answer:
    """Take the offered time, give it to the next, or leave the list."""
    row, now, go = _own(waiting_id, lock=True), datetime.now(UTC), request.form.get("go")
    if go == "take":
        try:
            case = waiting.take(registry(), g.tenant, row, settings=g.module_settings, now=now)
        except Invalid as problem:
            return _place_page(row, problem=str(problem.message)), 422
        return redirect(way_to(case), 303)
    if go in {"pass", "leave"}:
        waiting.let_pass(row, stays=go == "pass", now=now)
        said = _("You stay on the list.") if go == "pass" else _("You have left the list.")
        flash(said, "success")
    return redirect(waiting_letters.path(row), 303)
