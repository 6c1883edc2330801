"""The page on which officers say when they are away and who stands in."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core.clock import local_day
from mms_core.errors import Invalid, NotAllowed
from mms_core.i18n import gettext as _
from mms_core.people.current import Person, require, roles_in
from mms_core.people.rules import Colleague, staff_of
from mms_core.units import absence

pages = Blueprint("away", __name__, url_prefix="/<slug>/desk/away")
Answer = str | Response | tuple[str, int]


def _officer() -> Person:
    return require("operator", "head", "mayor")


def _heads() -> bool:
    return bool(roles_in(g.tenant.id) & {"head", "mayor"})


@pages.get("/")
def index() -> str:
    """List who is away, and ask when the officer will be."""
    return _page(_officer(), {})


def _page(person: Person, problems: dict[str, Any]) -> str:
    staff, today = staff_of(g.tenant.id), local_day(datetime.now(UTC))
    return render_template(
        "units/away.html",
        rows=absence.absences(g.tenant.id, today=today),
        staff=[(str(one.id), one.name) for one in staff],
        person=person,
        heads=_heads(),
        typed=request.form,
        problems={name: [str(text) for text in texts] for name, texts in problems.items()},
        today=today,
    )


@pages.post("/")
def set_away() -> Answer:
    """Write an absence down: an own one, or as a head a colleague's."""
    person = _officer()
    staff = {str(one.id): one for one in staff_of(g.tenant.id)}
    who = request.form.get("who") or str(person.id)
    if who != str(person.id) and not _heads():
        raise NotAllowed(_("Only a head of unit can say this of a colleague."))
    try:
        absence.set_away(
            g.tenant.id,
            staff.get(who, Colleague(id=person.id, name=person.name, roles=())),
            deputy=staff.get(request.form.get("deputy", "")),
            from_on=_day("from_on"),
            until_on=_day("until_on"),
            today=local_day(datetime.now(UTC)),
            set_by=person.name,
        )
    except Invalid as problem:
        return _page(person, problem.fields), 422
    flash(_("The absence is kept. New cases go to who stands in."), "success")
    return redirect(url_for("away.index"), 303)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


@pages.post("/<uuid:absence_id>/end")
def end(absence_id: uuid.UUID) -> Answer:
    """End an absence: somebody is back, or does not go."""
    person = _officer()
    row = absence.absence(g.tenant.id, absence_id)
    if row.person_id != person.id and not _heads():
        raise NotAllowed(_("Only a head of unit can say this of a colleague."))
    absence.end(row, today=local_day(datetime.now(UTC)))
    flash(_("The absence has ended."), "success")
    return redirect(url_for("away.index"), 303)
