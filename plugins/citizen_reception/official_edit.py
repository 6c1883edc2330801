"""The hall changes what it has entered: a person, their hours, a kind of visit."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases.log import Actor
from mms_core.errors import Invalid
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import STAFF, Person, require
from plugins.citizen_reception import freed, officials, visit_places, visit_showing
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.booking_models import Official
from plugins.citizen_reception.booking_schemas import HoursSchema, KindSchema, OfficialSchema
from plugins.citizen_reception.models import NAME

Answer = BaseResponse | str | tuple[str, int]
KIND = "kind_"  # what the fields of a kind that would clash with a person's begin with


@pages.route("/desk/officials/<uuid:official_id>/edit", methods=["GET", "POST"])
def edit_official(official_id: uuid.UUID) -> Answer:
    """Change name, post, place or addresses; who has booked is told of another place."""
    person, row = require(*STAFF), officials.one(g.tenant.id, official_id)
    back = url_for(".desk_official", official_id=row.id)
    if request.method == "GET":
        values = {name: getattr(row, name) for name in forms.blank(OfficialSchema).fields}
        return _page(forms.blank(OfficialSchema, values=values), visit_showing.name_of(row), back)
    form = forms.read(OfficialSchema, request.form)
    if not form.valid:
        return _page(form, visit_showing.name_of(row), back), 422
    officials.change(row, form.data)
    _tell_all(row, person)
    return redirect(back, 303)


@pages.route("/desk/officials/<uuid:official_id>/hours/<uuid:hours_id>", methods=["GET", "POST"])
def edit_hours(official_id: uuid.UUID, hours_id: uuid.UUID) -> Answer:
    """Change hours, their validity or their place."""
    person, row = require(*STAFF), officials.one(g.tenant.id, official_id)
    line = officials.one_of_hours(row, hours_id)
    back, head = url_for(".desk_official", official_id=row.id), visit_showing.line_words(line)
    if request.method == "GET":
        blank = forms.blank(HoursSchema)
        values = {name: _typed(getattr(line, name)) for name in blank.fields}
        return _page(_fitted(forms.blank(HoursSchema, values=values)), head, back)
    form = _fitted(forms.read(HoursSchema, request.form))
    try:
        if form.valid:
            officials.change_hours(row, line, form.data)
    except Invalid as problem:
        form.refuse(problem.fields)
    if not form.valid:
        return _page(form, head, back), 422
    freed.tell(row.tenant_id, row.id, None, datetime.now(UTC))
    _tell_all(row, person)
    return redirect(back, 303)


@pages.route("/desk/officials/kinds/<uuid:kind_id>", methods=["GET", "POST"])
def edit_kind(kind_id: uuid.UUID) -> Answer:
    """Change a kind of visit, retire it, or offer it again."""
    require(*STAFF)
    row, back = officials.kind(g.tenant.id, kind_id), url_for(".desk_officials")
    names = {name: name.removeprefix(KIND) for name in forms.blank(KindSchema).fields}
    head, active = visit_showing.name_of(row), row.active
    if request.method == "GET":
        values = {name: getattr(row, own) for name, own in names.items()}
        return _page(forms.blank(KindSchema, values=values), head, back, active=active)
    if request.form.get("go") == "active":
        officials.change(row, {"active": not active})
        flash(_("Visits that are booked stay as they are."), "success")
        return redirect(back, 303)
    form = forms.read(KindSchema, request.form)
    if not form.valid:
        return _page(form, head, back, active=active), 422
    officials.change(row, {names[name]: value for name, value in form.data.items()})
    flash(_("It is changed. Visits that are booked keep their length."), "success")
    return redirect(back, 303)


def _typed(value: Any) -> Any:
    """Give what is stored as it stands in a form."""
    return value.isoformat("minutes") if hasattr(value, "hour") else value


def _fitted(form: forms.Form) -> forms.Form:
    form.fields["kind_id"].choices = kind_choices(officials.every_kind(g.tenant.id))
    return form


def kind_choices(kinds: Iterable[Any]) -> list[tuple[str, Markup | str]]:
    """Give kinds of visits as choices of a form."""
    return [(str(one.id), visit_showing.name_of(one)) for one in kinds]


def _tell_all(row: Official, person: Person) -> None:
    actor = Actor(role="system", id=person.id, name=person.name)
    told = visit_places.put_right(registry(), row, actor=actor, now=datetime.now(UTC))
    words = _("It is changed.")
    if told:
        words += " " + _("Visitors who are told of the other place: %(count)s.", count=told)
    flash(words, "success")


def _page(form: forms.Form, head: Markup | str, back: str, *, active: bool | None = None) -> str:
    """Show the form; `active` says of a kind whether it is offered."""
    return render_template(
        f"{NAME}/desk/change.html", form=form, head=head, back=back, active=active
    )
