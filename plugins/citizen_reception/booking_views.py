"""The way of a citizen to a visit: why, when, who; the time is kept while the form is filled."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime

from flask import current_app, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases import keys
from mms_core.cases.models import Case
from mms_core.cases.publicly import answered_alike
from mms_core.cases.rules import Contact
from mms_core.clock import local_day
from mms_core.dates import named_moment
from mms_core.errors import Invalid, NotFound
from mms_core.guard import enters_along, require_open_door
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.limits import limiter
from mms_core.modules import registry
from mms_core.page_cache import keep
from mms_core.people.current import acting
from plugins.citizen_reception import booking, officials, reason, slots, visit_showing
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.booking_models import Official, VisitKind
from plugins.citizen_reception.booking_schemas import VisitSchema, WhySchema, read_slot
from plugins.citizen_reception.contact import FORMS, NAMES, contact_of, is_known
from plugins.citizen_reception.held import Held, held
from plugins.citizen_reception.models import NAME
from plugins.citizen_reception.slots import Wanted

Answer = BaseResponse | str | tuple[str, int]


def bookable(*, by_hall: bool = False) -> Sequence[Official]:
    """Give who can be booked here; NotFound where the hall takes no bookings."""
    require_bookings()
    return officials.receiving(g.tenant.id, by_hall=by_hall)


def require_bookings() -> None:
    """Let nobody book where the hall takes no bookings: NotFound."""
    if not g.module_settings["booking_on"]:
        raise NotFound(_("The city hall takes no bookings here."))


@pages.get("/officials")
def who_receives() -> str:
    """Publish who receives, where and when, and the person in charge."""
    keep()
    lines = [
        (row, visit_showing.name_of(row), officials.POST_WORDS[row.post],
         visit_showing.hours(officials.hours_of(g.tenant.id, row.id)))
        for row in officials.receiving(g.tenant.id, by_hall=True)
    ]  # fmt: skip
    return render_template(f"{NAME}/officials.html", lines=lines, settings=g.module_settings)


@pages.get("/book")
def book() -> str:
    """Ask for the reason first."""
    values = reason.typed(reason.VISIT)
    return why_page(fitted(forms.blank(WhySchema, values=values), bookable()))


@pages.post("/book")
@limiter.limit(FORMS, methods=["POST"])
def say_why() -> Answer:
    """Keep the reason, and lead to the free times with an address that does not name it."""
    require_open_door(NAME)
    form = fitted(forms.read(WhySchema, request.form), bookable())
    if not form.valid:
        return why_page(form), 422
    asked = reason.keep(reason.VISIT, form, path=url_for(".book"))
    alike = answered_alike(g.tenant.id, form.data["about"])
    return redirect(url_for(".answers" if alike else ".times", **asked), 303)


@pages.get("/book/answers")
def answers() -> Answer:
    """Show what was answered to others who asked for the same: it may spare the visit."""
    form = fitted(reason.read(reason.VISIT), bookable())
    asked = reason.in_address(form)
    found = answered_alike(g.tenant.id, form.fields["about"].value or "")
    if not found:
        return redirect(url_for(".times", **asked))
    return render_template(
        f"{NAME}/book_answers.html", found=found, asked=asked, settings=g.module_settings
    )


def fitted(form: forms.Form, who: Sequence[Official]) -> forms.Form:
    """Put the hall's kinds and officials into the form."""
    kinds = officials.kinds(g.tenant.id)
    form.fields["kind"].choices = [(str(one.id), _kind_words(one)) for one in kinds]
    if form.valid and "kind" in form.data and all(one.id != form.data["kind"] for one in kinds):
        form.refuse({"kind": [_("This kind of visit is no longer offered.")]})
    if len(kinds) == 1 and not form.fields["kind"].value:
        form.fields["kind"].value = str(kinds[0].id)
    form.fields["official"].choices = [
        (str(one.id), f"{officials.POST_WORDS[one.post]}: {one.name}") for one in who
    ]
    return form


def _kind_words(one: VisitKind) -> Markup:
    words = _("%(count)s minutes", count=one.minutes)
    return Markup("{}, {}").format(visit_showing.name_of(one), words)


def why_page(form: forms.Form) -> str:
    """Ask why somebody comes, with what was typed."""
    return render_template(f"{NAME}/book_why.html", form=form, settings=g.module_settings)


@pages.get("/book/times")
def times() -> Answer:
    """Show the next free times for what was said; who has said nothing yet is asked first."""
    who = bookable()
    form = fitted(reason.read(reason.VISIT), who)
    if not form.fields["about"].value:
        return redirect(url_for(".book", **reason.in_address(form)))
    if not form.valid:
        return why_page(form), 422
    return times_page(form, who)


def times_page(form: forms.Form, who: Sequence[Official], *, problem: str = "") -> str:
    """Show the free times under their days, from a day on if asked."""
    looked = look(form, who)
    found = slots.next_free(
        g.tenant.id, looked, g.module_settings, now=datetime.now(UTC), since=asked_day()
    )
    return render_template(
        f"{NAME}/book_times.html",
        days=visit_showing.days(found, {one.id: one for one in who}),
        about=form.fields["about"].value,
        asked=reason.in_address(form),
        later=_day_after(found),
        problem=problem,
        settings=g.module_settings,
        open_door=True,
    )


def look(form: forms.Form, who: Sequence[Official]) -> Wanted:
    """Say what the form looks for; a person of the list, or whoever is free first."""
    chosen = form.data.get("official", "")
    mine = [one for one in who if str(one.id) == chosen] or list(who)
    return booking.wanted(g.tenant.id, form.data["kind"], form.data["matters"], mine)


def asked_day() -> date | None:
    """Read from which day on times are looked for; None for anything that is no day."""
    try:
        return date.fromisoformat(request.args.get("since", ""))
    except ValueError:
        return None


def _day_after(found: Sequence[slots.Slot]) -> str:
    if len(found) < slots.OFFERED:
        return ""
    last = local_day(found[-1].starts_at)
    return date.fromordinal(last.toordinal() + 1).isoformat()


@pages.post("/book/times")
@limiter.limit(FORMS, methods=["POST"])
def hold_time() -> Answer:
    """Keep the chosen time for some minutes; who comes too late sees the next free ones."""
    require_open_door(NAME)
    require_bookings()
    form = forms.read(WhySchema, request.form)
    chosen = read_slot(request.form.get("slot", "")) if form.valid else None
    looked = chosen and booking.chosen(
        g.tenant.id, chosen[0], form.data["kind"], matters=form.data["matters"]
    )
    if not (chosen and looked):
        return _again(form, _("Choose one of the free times."))
    try:
        kept = booking.hold(g.tenant.id, looked, chosen[1], about=form.data["about"],
                            settings=g.module_settings, now=datetime.now(UTC))  # fmt: skip
    except Invalid as problem:
        return _again(form, str(problem.message))
    return redirect(url_for(".details", hold_id=kept.hold.id), 303)


def _again(form: forms.Form, problem: str) -> Answer:
    """Show the free times anew, or the first page where something is wrong there."""
    who = bookable()
    form = fitted(form, who)
    return (times_page(form, who, problem=problem) if form.valid else why_page(form)), 422


@pages.get("/book/details/<uuid:hold_id>")
def details(hold_id: uuid.UUID) -> str:
    """Ask who comes; the time is kept meanwhile."""
    return _details_page(held(g.tenant.id, hold_id), forms.blank(VisitSchema))


@pages.post("/book/details/<uuid:hold_id>")
@limiter.limit(FORMS, methods=["POST"])
@enters_along
def confirm(hold_id: uuid.UUID) -> Answer:
    """Book the visit; when its time has gone meanwhile, the next free ones are offered."""
    require_open_door(NAME)
    person, now = acting(), datetime.now(UTC)
    form = forms.read(VisitSchema, request.form, known=is_known(person))
    if not form.valid:
        return _details_page(held(g.tenant.id, hold_id), form), 422
    new = booking.NewVisit(
        more=form.data["more"],
        contact=Contact(**contact_of(form.data, person)),
        author_id=person.id if person else None,
        language=locale(),
        alone=True,
    )
    try:
        case = booking.book(registry(), g.tenant, hold_id, new=new, settings=g.module_settings,
                            now=now)  # fmt: skip
    except Invalid as problem:
        form.refuse(problem.fields)
        return _details_page(held(g.tenant.id, hold_id), form, gone="slot" in problem.fields), 422
    reason.forget(reason.VISIT)
    return redirect(way_to(case), 303)


def _details_page(kept: Held, form: forms.Form, *, gone: bool = False) -> str:
    person, row = acting(), kept.hold
    known = person if is_known(person) else None
    for name in NAMES if known else ():
        form.fields.pop(name, None)
    return render_template(
        f"{NAME}/book_details.html",
        form=form,
        known=known,
        hold=row,
        when=named_moment(row.starts_at),
        facts=visit_showing.held(kept),
        until=f"{visit_showing.local(row.until):%H:%M}",
        official=visit_showing.name_of(kept.official),
        again=url_for(".times", kind=row.kind_id, official=row.official_id),
        gone=gone,
    )  # fmt: skip


def way_to(case: Case) -> str:
    """Lead to the visit's page, with the key that opens it without an account."""
    key = keys.key_of(current_app.extensions["mms_settings"], case.tenant_id, case.id)
    return url_for(f"{NAME}.own_visit", number=case.number, key=key)
