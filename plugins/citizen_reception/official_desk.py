"""The hall says who receives: people, weekly hours, days away, kinds of visits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases.log import Actor
from mms_core.clock import local_day
from mms_core.dates import named_moment
from mms_core.errors import Invalid
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import STAFF, require
from plugins.citizen_reception import freed, moving, officials, visit_showing, waiting
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.booking_models import Official, Visit
from plugins.citizen_reception.booking_schemas import (
    AwaySchema,
    HoursSchema,
    KindSchema,
    OfficialSchema,
)
from plugins.citizen_reception.models import NAME
from plugins.citizen_reception.official_edit import kind_choices

Answer = BaseResponse | str | tuple[str, int]
FORMS = {"hours": HoursSchema, "away": AwaySchema}


@pages.get("/desk/officials")
def desk_officials() -> str:
    """List who receives, and the kinds of visits."""
    require(*STAFF)
    return _list_page(forms.blank(OfficialSchema), forms.blank(KindSchema))


def _list_page(person: forms.Form, kind: forms.Form) -> str:
    rows = [
        (row, visit_showing.name_of(row), officials.POST_WORDS[row.post])
        for row in officials.every(g.tenant.id)
    ]
    kinds = [(one, visit_showing.name_of(one)) for one in officials.every_kind(g.tenant.id)]
    return render_template(
        f"{NAME}/desk/officials.html", rows=rows, kinds=kinds, entry=person, kind=kind,
        waits=waiting.count(g.tenant.id),
    )  # fmt: skip


@pages.post("/desk/officials")
def add_official() -> Answer:
    """Enter somebody who receives, or a kind of visit."""
    require(*STAFF)
    person, kind = forms.blank(OfficialSchema), forms.blank(KindSchema)
    if request.form.get("go") == "kind":
        kind = forms.read(KindSchema, request.form)
        if not kind.valid:
            return _list_page(person, kind), 422
        data = {name.removeprefix("kind_"): value for name, value in kind.data.items()}
        officials.add_kind(g.tenant.id, data, rank=len(officials.every_kind(g.tenant.id)))
        flash(_("The kind of visit is entered."), "success")
        return redirect(url_for(".desk_officials"), 303)
    person = forms.read(OfficialSchema, request.form)
    if not person.valid:
        return _list_page(person, kind), 422
    row = officials.add(g.tenant.id, person.data, rank=len(officials.every(g.tenant.id)))
    flash(_("Now say when visitors are received."), "success")
    return redirect(url_for(".desk_official", official_id=row.id), 303)


@pages.get("/desk/officials/<uuid:official_id>")
def desk_official(official_id: uuid.UUID) -> str:
    """Show an official's hours, days away, and visits that stand outside of them."""
    require(*STAFF)
    return _page(officials.one(g.tenant.id, official_id))


def _page(row: Official, **given: forms.Form) -> str:
    now = datetime.now(UTC)
    hours = given.get("hours") or forms.blank(HoursSchema)
    away = given.get("away") or forms.blank(AwaySchema)
    others = [one for one in officials.receiving(g.tenant.id, by_hall=True) if one.id != row.id]
    away.fields["substitute_id"].choices = [(str(one.id), one.name) for one in others]
    hours.fields["kind_id"].choices = kind_choices(officials.kinds(g.tenant.id))
    lines = officials.hours_of(g.tenant.id, row.id)
    return render_template(
        f"{NAME}/desk/official.html",
        row=row,
        name=visit_showing.name_of(row),
        post=officials.POST_WORDS[row.post],
        lines=[(line, visit_showing.line_words(line)) for line in lines],
        gone=officials.away_of(g.tenant.id, row.id, today=local_day(now)),
        hours=hours,
        away=away,
        others=[(one.id, visit_showing.name_of(one))
                for one in ([row, *others] if row.active else others)],
        to=officials.substitute_of(row, today=local_day(now)),
        stranded=[named_moment(one.starts_at) for one in _unplaced(row, now=now)],
        booked=len(officials.booked(g.tenant.id, row.id, now=now)),
    )  # fmt: skip


def _unplaced(row: Official, *, now: datetime) -> Sequence[Visit]:
    """List visits outside of the hours; of somebody who receives no more, all of them."""
    if row.active:
        return moving.stranded(row, now=now)
    return officials.booked(g.tenant.id, row.id, now=now)


@pages.post("/desk/officials/<uuid:official_id>")
def change_official(official_id: uuid.UUID) -> Answer:
    """Give hours or days away, take hours away, or move what stands outside of the hours."""
    person = require(*STAFF)
    row, go = officials.one(g.tenant.id, official_id), request.form.get("go", "")
    if go == "move":
        _move_all(row, Actor(role="system", id=person.id, name=person.name))
    elif go == "active":
        officials.change(row, {"active": not row.active})
    elif go.startswith("remove-"):
        officials.remove_hours(row, uuid.UUID(go.removeprefix("remove-")))
    elif go in FORMS:
        form = forms.read(FORMS[go], request.form)
        refused = _enter(row, go, form)
        if refused:
            return _page(row, **{go: form}), 422
    return redirect(url_for(".desk_official", official_id=row.id), 303)


def _enter(row: Official, go: str, form: forms.Form) -> bool:
    """Enter hours or days away; tells whether something was wrong with them."""
    enter: Any = officials.add_hours if go == "hours" else officials.add_away
    try:
        if form.valid:
            enter(row, form.data)
            freed.tell(row.tenant_id, row.id, None, datetime.now(UTC))
    except Invalid as problem:
        form.refuse(problem.fields)
    return not form.valid


def _move_all(row: Official, actor: Actor) -> None:
    now, typed = datetime.now(UTC), request.form.get("to", "")
    others = officials.receiving(g.tenant.id, by_hall=True)
    to = next((one for one in others if str(one.id) == typed), row)
    rows = _unplaced(row, now=now)
    done = moving.move_all(registry(), rows, to=to, actor=actor, settings=g.module_settings,
                           now=now)  # fmt: skip
    flash(_("Visits that have another time and whose visitors are told: %(count)s.",
            count=done.moved), "success")  # fmt: skip
    if done.left:
        flash(_("Visits for which no free time was found: %(count)s. Call them off with a reason.",
                count=len(done.left)), "warning")  # fmt: skip
