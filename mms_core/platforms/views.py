"""The hall's pages of the platforms that run beside the system."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.clock import local_day
from mms_core.errors import Invalid, Refused
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import Person, require
from mms_core.platforms import import_views, importing, ministry, rules
from mms_core.platforms.blueprint import pages
from mms_core.platforms.models import Platform
from mms_core.platforms.schemas import PlatformSchema, modules, typed, values

Answer = Any
assert import_views  # importing it has hung its pages on the blueprint


def init_app(app: Flask) -> None:
    """Add the pages of halls and of the ministry."""
    rooms: tuple[Blueprint, ...] = (pages, ministry.pages)
    for room in rooms:
        app.register_blueprint(room)


@pages.before_request
def only_staff() -> None:
    """Let in those who work in this hall."""
    _officer()


def _officer() -> Person:
    return require("operator", "head", "mayor")


@pages.get("/")
def index() -> str:
    """List the hall's platforms and what they cost a year."""
    rows, today = rules.of_hall(g.tenant.id), local_day(datetime.now(UTC))
    return render_template(
        "platforms/index.html",
        rows=rows,
        left=rules.left(rows, today=today),
        today=today,
        taken=rules.taken_over(g.tenant.id),
        titles=dict(modules()),
        now=datetime.now(UTC),
    )


@pages.get("/new")
def new() -> str:
    """Show the form of a new platform."""
    return _form(forms.blank(PlatformSchema))


@pages.post("/new")
def create() -> Answer:
    """Register a platform."""
    return _keep(None)


@pages.get("/<uuid:platform_id>")
def page(platform_id: uuid.UUID) -> str:
    """Show a platform in its form, and what was taken over from it."""
    row = rules.find(g.tenant.id, platform_id)
    return _form(forms.blank(PlatformSchema, values=values(row)), row)


@pages.post("/<uuid:platform_id>")
def change(platform_id: uuid.UUID) -> Answer:
    """Keep what was changed of a platform."""
    return _keep(rules.find(g.tenant.id, platform_id))


def _keep(row: Platform | None) -> Answer:
    person, form = _officer(), forms.read(PlatformSchema, request.form)
    try:
        if form.valid:
            now = datetime.now(UTC)
            row = rules.keep(g.tenant.id, typed(form.data), by=person.name, now=now, row=row)
    except Invalid as problem:
        form.refuse(problem.fields)
    if not form.valid or row is None:
        return _form(form, row), 422
    flash(_("The platform is kept in the register."), "success")
    return redirect(url_for("platforms.page", platform_id=row.id), 303)


def _form(form: forms.Form, row: Platform | None = None) -> str:
    problem: Any = ""
    try:
        if row is not None:
            rules.replacement(registry(), row)
    except Refused as refused:
        problem = refused.message
    return render_template(
        "platforms/platform.html",
        form=form,
        row=row,
        problem=problem,
        imports=importing.of_platform(g.tenant.id, row.id) if row else (),
    )
