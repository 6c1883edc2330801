"""The ministry's pages on which a hall is merged into its successor, or erased."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.halls import causes, ending
from mms_core.halls.models import HallEnding
from mms_core.i18n import gettext as _
from mms_core.people.current import require
from mms_core.tenancy import rules as tenancy
from mms_core.tenancy.rules import Tenant

pages = Blueprint("hall_ending", __name__, url_prefix="/ministry/halls")


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(pages)


@pages.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    require("ministry")


def _hall(slug: str) -> Tenant:
    hall = tenancy.by_slug(slug)
    if hall is None:
        raise NotFound(_("There is no such municipality here."))
    return hall


@pages.get("/<hall>/end")
def index(hall: str) -> str:
    """Say what a merger and an erasure do, and list what was asked before."""
    return _page(_hall(hall))


def _page(hall: Tenant, *, problem: Any = "") -> str:
    against = {kind: ending.stands_against(hall, kind) for kind in (ending.MERGE, ending.ERASE)}
    return render_template(
        "halls/end.html",
        hall=hall,
        successor=tenancy.by_id(hall.successor_id) if hall.successor_id else None,
        against=against,
        problem=problem,
        rows=ending.of_hall(hall.id),
    )


@pages.post("/<hall>/end")
def begin(hall: str) -> Any:
    """Let the worker count; nothing is changed yet."""
    tenant, person = _hall(hall), require("ministry")
    try:
        row = ending.begin(tenant, request.form.get("kind", ""), by=person.name)
    except Refused as problem:
        return _page(tenant, problem=problem.message), 422
    return redirect(url_for("hall_ending.show", ending_id=row.id), 303)


@pages.get("/endings/<uuid:ending_id>")
def show(ending_id: uuid.UUID) -> str:
    """Show what would happen, how far it is, or what came of it."""
    return _shown(ending.find(ending_id), form=forms.blank(ending.ConfirmSchema))


def _shown(row: HallEnding, *, form: forms.Form, problem: Any = "") -> str:
    hall = tenancy.by_id(row.municipality_id)
    return render_template(
        "halls/ending.html",
        row=row,
        hall=hall,
        successor=tenancy.by_id(hall.successor_id) if hall and hall.successor_id else None,
        form=form,
        problem=problem,
        why=causes.sentence(row.problem),
        running=row.state in ending.BUSY,
    )


@pages.post("/endings/<uuid:ending_id>")
def confirm(ending_id: uuid.UUID) -> Any:
    """Decide it by an act, with the name typed."""
    person, row = require("ministry"), ending.find(ending_id, lock=True)
    hall = tenancy.by_id(row.municipality_id)
    form = forms.read(ending.ConfirmSchema, request.form)
    problem: Any = ""
    try:
        if form.valid and hall is not None:
            ending.confirm(row, hall, by=person.name, **form.data)
            flash(_("It is decided, and is being done."), "info")
            return redirect(url_for("hall_ending.show", ending_id=row.id), 303)
    except Invalid as wrong:
        form.refuse(wrong.fields)
    except Refused as refused:
        problem = refused.message
    return _shown(row, form=form, problem=problem), 422
