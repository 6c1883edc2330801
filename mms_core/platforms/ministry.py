"""The ministry's pages of platforms: what is left, what it costs, and a way to register one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.clock import local_day
from mms_core.db import scope
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import gettext as _
from mms_core.monitoring.reader import reading
from mms_core.people.current import Person, require
from mms_core.platforms import rules
from mms_core.platforms.schemas import PlatformSchema, modules, typed
from mms_core.sheets import write_csv
from mms_core.tenancy import rules as tenancy
from mms_core.tenancy.rules import Tenant

pages = Blueprint("national_platforms", __name__, url_prefix="/ministry/platforms")
COLUMNS = ("name", "url", "service", "yearly_cost", "since", "replaced_by", "closed_on")


@pages.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    _ministry()


def _ministry() -> Person:
    return require("ministry")


def _rows() -> list[Any]:
    with reading() as connection:
        return rules.everywhere(connection)


@pages.get("/")
def index() -> str:
    """Show what runs beside the system, where, and what it costs a year."""
    rows, now = _rows(), datetime.now(UTC)
    today = local_day(now)
    return render_template(
        "platforms/ministry.html",
        rows=rows,
        left=rules.left(rows, today=today),
        today=today,
        halls={hall.id: hall for hall in tenancy.all_tenants()},
        choices=[(hall.slug, hall.name) for hall in _halls()],
        titles=dict(modules()),
        now=now,
    )


def _halls() -> list[Tenant]:
    return sorted((one for one in tenancy.all_tenants() if not one.merged), key=lambda x: x.name)


@pages.get("/platforms.csv")
def table() -> Response:
    """Give the register as a table for a spreadsheet."""
    halls = {hall.id: hall.slug for hall in tenancy.all_tenants()}
    rows = ([halls.get(row.tenant_id, ""), *(getattr(row, c) for c in COLUMNS)] for row in _rows())
    written = b"".join(write_csv(("municipality", *COLUMNS), rows))
    answer = Response(written, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="mms-platforms.csv"'
    return answer


@pages.get("/new")
def new() -> str:
    """Show the form by which the ministry registers a hall's platform."""
    return _form(_hall(request.args.get("hall", "")), forms.blank(PlatformSchema))


@pages.post("/new")
def create() -> Any:
    """Register a platform of a hall."""
    hall, person = _hall(request.form.get("hall", "")), _ministry()
    form = forms.read(PlatformSchema, request.form)
    try:
        if form.valid:
            with scope(hall.id):
                now = datetime.now(UTC)
                rules.keep(hall.id, typed(form.data), by=person.name, now=now)
    except Invalid as problem:
        form.refuse(problem.fields)
    if not form.valid:
        return _form(hall, form), 422
    flash(_("The platform is kept in the register."), "success")
    return redirect(url_for("national_platforms.index"), 303)


def _hall(slug: str) -> Tenant:
    found = tenancy.by_slug(slug)
    if found is None:
        raise NotFound(_("There is no such municipality here."))
    return found


def _form(hall: Tenant, form: forms.Form) -> str:
    return render_template("platforms/ministry_form.html", hall=hall, form=form)
