"""Pages of a hall's beginning: the ministry adds it, the hall copies what another has set up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.halls import adding, copying
from mms_core.halls.schemas import HallSchema
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import require
from mms_core.tenancy import rules as tenancy
from mms_core.tenancy.rules import Tenant

national = Blueprint("new_hall", __name__, url_prefix="/ministry/halls")
desk = Blueprint("hall_copy", __name__, url_prefix="/<slug>/desk/copy")


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(national)
    app.register_blueprint(desk)


@national.get("/new")
def new() -> str:
    """Show the form of a new municipality."""
    require("ministry")
    return render_template("halls/new.html", form=forms.blank(HallSchema))


@national.post("/new")
def create() -> Any:
    """Write the municipality's file and its row; every process sees it within ten seconds."""
    require("ministry")
    form = forms.read(HallSchema, request.form)
    try:
        if form.valid:
            adding.add(current_app.extensions["mms_settings"], adding.as_file(form.data))
    except Invalid as problem:
        form.refuse(problem.fields)
    if not form.valid:
        return render_template("halls/new.html", form=form), 422
    flash(_("The municipality is added. Its city hall can set it up now."), "success")
    return redirect(url_for("ministry.municipality", hall=form.data["slug"]), 303)


@desk.before_request
def only_those_who_lead() -> None:
    """Let in the head and the mayor, whose decision every setting is."""
    require("head", "mayor")


@desk.get("/")
def index() -> str:
    """Choose a hall and what to copy, and look at what would change."""
    source = tenancy.by_slug(request.args.get("hall", ""))
    return _page(source, _parts(request.args.getlist("part")))


def _parts(given: list[str]) -> list[str]:
    known = [part for part, _title in copying.PARTS]
    return [part for part in known if part in given] or known


def _page(source: Tenant | None, parts: list[str], *, problem: object = "") -> str:
    other = source is not None and source.id != g.tenant.id
    changes = copying.preview(registry(), source, g.tenant, parts) if source and other else []
    halls = [h for h in tenancy.all_tenants() if not h.merged and h.id != g.tenant.id]
    return render_template(
        "halls/copy.html",
        source=source if other else None,
        chosen=parts,
        parts=copying.PARTS,
        changes=changes,
        mark=copying.mark(changes),
        choices=sorted(((h.slug, h.name) for h in halls), key=lambda pair: pair[1]),
        problem=problem,
    )


@desk.post("/")
def copy() -> Response | tuple[str, int]:
    """Copy what was looked at; what has changed meanwhile is looked at again."""
    person = require("head", "mayor")
    source, parts = tenancy.by_slug(request.form.get("hall", "")), request.form.getlist("part")
    if source is None:
        raise NotFound(_("There is no such municipality here."))
    changes = copying.preview(registry(), source, g.tenant, _parts(parts))
    if copying.mark(changes) != request.form.get("seen"):
        return _page(source, _parts(parts), problem=_("Something has changed. Look again.")), 409
    try:
        copying.copy(registry(), g.tenant, changes, by=person.name, now=datetime.now(UTC))
    except (Invalid, Refused) as problem:
        return _page(source, _parts(parts), problem=problem.message), 422
    flash(_("Copied. Each setting is kept as a decision of yours."), "success")
    return redirect(url_for("switching.index"), 303)
