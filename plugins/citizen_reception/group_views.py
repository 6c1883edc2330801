"""Visits of groups: a school asks for an hour, its teacher calls it off, a clerk files it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases import keys
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact, StepAsked, take_step
from mms_core.cases.whose import find, let_in, own_case
from mms_core.centre import rules as centre
from mms_core.centre.schemas import IntakeSchema
from mms_core.clock import local_day
from mms_core.dates import named_moment
from mms_core.errors import Invalid, NotFound
from mms_core.guard import require_open_door, tenant_modules
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.limits import limiter
from mms_core.modules import registry
from mms_core.people.current import STAFF, acting, require
from plugins.citizen_reception import group_showing, tours
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.contact import FORMS, NAMES, contact_of, is_known
from plugins.citizen_reception.day_settings import LANGUAGES, languages
from plugins.citizen_reception.group_schemas import GroupSchema, moment_of
from plugins.citizen_reception.models import NAME

Answer = BaseResponse | str | tuple[str, int]


def _receives_groups() -> None:
    """Show the pages where the hall receives groups."""
    if not g.module_settings["tours_on"]:
        raise NotFound(_("The city hall does not receive groups."))


@pages.get("/groups")
def groups() -> str:
    """Show the form for a school or group, with the next free hours."""
    _receives_groups()
    return _page(_fitted(forms.blank(GroupSchema)))


@pages.post("/groups")
@limiter.limit(FORMS, methods=["POST"])
def ask_for_group() -> Answer:
    """Register a visit; a group larger than the room is told so at the field."""
    _receives_groups()
    require_open_door(NAME)
    person = acting()
    form = _read(known=is_known(person))
    if not form.valid:
        return _page(form), 422
    contact = Contact(**contact_of(form.data, person))
    new = _new(form.data, contact=contact, author_id=person.id if person else None)
    case = _ask(form, new)
    if case is None:
        return _page(form), 422
    flash(_("Thank you. The hour is held for your group: %(number)s.", number=case.number),
          "success")  # fmt: skip
    return redirect(_way_to(case), 303)


def _read(*, known: bool) -> forms.Form:
    return _fitted(forms.read(GroupSchema, request.form, settings=g.module_settings, known=known))


def _fitted(form: forms.Form) -> forms.Form:
    """Put the hall's free hours and the languages of its guides into the form."""
    now, settings = datetime.now(UTC), g.module_settings
    free = tours.free_hours(g.tenant.id, settings, now=now)
    form.fields["slot"].choices = [(m.isoformat(), named_moment(m)) for m in free]
    spoken = languages(settings["tour_languages"])
    form.fields["language"].choices = [(key, LANGUAGES[key]) for key in spoken]
    return form


def _new(data: Mapping[str, Any], *, contact: Contact, **more: Any) -> tours.NewTour:
    starts_at = moment_of(data["slot"])
    assert starts_at is not None  # the schema has refused it
    names = ("organisation", "size", "age", "language", "access", "words")
    given = {name: data[name] for name in names}
    return tours.NewTour(starts_at=starts_at, contact=contact, written_in=locale(), **given, **more)


def _ask(form: forms.Form, new: tours.NewTour) -> Case | None:
    """Register the visit; None when its hour cannot be had, which is said at the field."""
    now, settings = datetime.now(UTC), g.module_settings
    try:
        return tours.ask(registry(), g.tenant, new=new, settings=settings, now=now)
    except Invalid as problem:
        form.refuse(problem.fields)
        return None


def _page(form: forms.Form) -> str:
    person = acting()
    known = person if is_known(person) else None
    for name in NAMES if known else ():
        form.fields.pop(name, None)
    return render_template(
        f"{NAME}/groups.html",
        form=form,
        known=known,
        room=g.module_settings["tour_room"],
        minutes=g.module_settings["tour_minutes"],
        open_door=tenant_modules()[NAME].takes_new,
    )


def _way_to(case: Case) -> str:
    key = keys.key_of(current_app.extensions["mms_settings"], case.tenant_id, case.id)
    return url_for("cases.page", number=case.number, key=key)


@pages.route("/groups/<number>/own", methods=["GET", "POST"])
def own_group(number: str) -> Answer:
    """Show the visit to who asked for it, and let them call it off; the letters lead here."""
    found, key = find(number), request.args.get("key", "")
    if found is not None and key:
        let_in(found, key)
    case = own_case(number, lock=request.method == "POST")
    if case.module != NAME or case.kind != tours.KIND:
        raise NotFound
    step = {"asked": "withdraw", "expected": "call_off"}.get(case.state)
    if request.method == "POST":
        person = acting()
        if step is not None:  # a second time there is nothing left to call off
            actor = Actor(role="citizen", id=person.id if person else None)
            asked = StepAsked(name=step, actor=actor)
            take_step(registry(), case, asked=asked, now=datetime.now(UTC))
            flash(_("The visit is called off; the hour is free for others."), "success")
        return redirect(url_for("cases.page", number=case.number), 303)
    return render_template(
        f"{NAME}/own_group.html",
        case=case,
        facts=group_showing.facts(tours.of_case(case)),
        can=step is not None,
    )


@pages.route("/groups/intake", methods=["GET", "POST"])
def group_intake() -> Answer:
    """Let a clerk of a centre ask for a group of any municipality."""
    clerk = require("clerk")
    _receives_groups()
    require_open_door(NAME)
    if request.method == "GET":
        today = local_day(datetime.now(UTC)).isoformat()
        citizen = forms.blank(IntakeSchema, values={"received_on": today})
        return _intake_page(citizen, _fitted(forms.blank(GroupSchema)))
    citizen, form = forms.read(IntakeSchema, request.form), _read(known=True)
    case = None
    if citizen.valid and form.valid:
        try:
            known = centre.citizen_of(clerk, citizen.data)
        except Invalid as problem:
            citizen.refuse(problem.fields)
            return _intake_page(citizen, form), 422
        more = {"author_id": known.author_id, "channel": known.channel,
                "taken_at": known.taken_at, "by": known.by}  # fmt: skip
        case = _ask(form, _new(form.data, contact=known.contact, **more))
    if case is None:
        return _intake_page(citizen, form), 422
    centre.filed(case, known)
    return redirect(_way_to(case), 303)


def _intake_page(citizen: forms.Form, form: forms.Form) -> str:
    for name in NAMES:
        form.fields.pop(name, None)
    both = forms.Form(fields={**citizen.fields, **form.fields}, general=form.general)
    return render_template(
        f"{NAME}/group_intake.html", intake=citizen, form=form, both=both,
        room=g.module_settings["tour_room"],
    )  # fmt: skip


@pages.get("/desk/groups")
def desk_groups() -> str:
    """List the groups that are to come, for the hall and the guides."""
    require(*STAFF)
    rows = [
        {"case": case, "facts": tour, "when": named_moment(tour.starts_at),
         "age": group_showing.AGE_WORDS.get(tour.age, tour.age),
         "language": LANGUAGES.get(tour.language, tour.language)}
        for tour, case in tours.ahead(g.tenant.id, now=datetime.now(UTC))
    ]  # fmt: skip
    hours = tours.free_hours(g.tenant.id, g.module_settings, now=datetime.now(UTC), most=5)
    free = [named_moment(moment) for moment in hours]
    return render_template(f"{NAME}/desk/groups.html", rows=rows, free=free)
