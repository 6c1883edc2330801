"""The ministry's letters to city halls, and the desk's page on which a hall answers them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.clock import local_day
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import gettext as _
from mms_core.monitoring import letters
from mms_core.monitoring.filters import subjects
from mms_core.people.current import require
from mms_core.tenancy import rules as tenancy

ministry = Blueprint("ministry_letters", __name__, url_prefix="/ministry/letters")
desk = Blueprint("letters_desk", __name__, url_prefix="/<slug>/desk/ministry")
USUAL = timedelta(days=14)


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(ministry)
    app.register_blueprint(desk)


@ministry.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    require("ministry")


@desk.before_request
def only_staff() -> None:
    """Let in those who work in the hall; heads and the mayor answer."""
    require(*(("operator", "head", "mayor") if request.method == "GET" else ("head", "mayor")))


@ministry.get("/")
def index() -> str:
    """List the letters: those that wait for an answer first."""
    return render_template(
        "monitoring/letters.html",
        letters=letters.newest(),
        halls={hall.id: hall for hall in tenancy.all_tenants()},
        today=local_day(datetime.now(UTC)),
    )


@ministry.route("/write/<hall>", methods=["GET", "POST"])
def write(hall: str) -> str | Response | tuple[str, int]:
    """Write to a city hall, about a module or in general."""
    tenant = tenancy.by_slug(hall)
    if tenant is None:
        raise NotFound(_("There is no such municipality here."))
    module = request.args.get("module", "")
    subject = subjects().get(module)
    if request.method == "GET":
        form = forms.blank(letters.LetterSchema, values=_proposed(subject))
        return _write_page(form, tenant, subject)
    form = forms.read(letters.LetterSchema, request.form)
    if form.valid:
        try:
            now = datetime.now(UTC)
            by = require("ministry")
            letter = letters.write(
                tenant, form.data, module=subject.name if subject else "", by=by, now=now
            )
        except Invalid as problem:
            form.refuse(problem.fields)
        else:
            flash(_("The letter is sent. It stays on the list until it is answered."), "success")
            return redirect(url_for("ministry_letters.show", letter_id=letter.id), 303)
    return _write_page(form, tenant, subject), 422


def _proposed(subject: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"answer_by": local_day(datetime.now(UTC)) + USUAL}
    if subject:
        values["subject"] = _("Reminder: %(module)s", module=subject.title)
        values["body"] = _(
            "Please tell the ministry by the date below what the next step with the module is, "
            "who takes it, and what you need for it."
        )
    return values


def _write_page(form: forms.Form, tenant: Any, subject: Any) -> str:
    return render_template("monitoring/letter_write.html", form=form, hall=tenant, subject=subject)


@ministry.get("/<uuid:letter_id>")
def show(letter_id: uuid.UUID) -> str:
    """Show a letter and its answer."""
    letter = letters.find(letter_id)
    hall = tenancy.by_id(letter.municipality_id)
    return render_template("monitoring/letter.html", letter=letter, hall=hall, form=None)


@desk.get("/")
def inbox() -> str:
    """List the ministry's letters to this hall."""
    return render_template(
        "monitoring/letters.html",
        letters=letters.of_hall(g.tenant.id),
        halls=None,
        today=local_day(datetime.now(UTC)),
    )


@desk.route("/<uuid:letter_id>", methods=["GET", "POST"])
def read(letter_id: uuid.UUID) -> str | Response | tuple[str, int]:
    """Read a letter of the ministry and answer it."""
    letter = letters.find(letter_id)
    if letter.municipality_id != g.tenant.id:
        raise NotFound(_("There is no such letter."))
    if request.method == "POST":
        form = forms.read(letters.ReplySchema, request.form)
        if form.valid:
            by = require("head", "mayor")
            letters.answer(
                letter_id, g.tenant.id, form.data["answer"], by=by, now=datetime.now(UTC)
            )
            flash(_("The ministry has your answer."), "success")
            return redirect(url_for("letters_desk.read", letter_id=letter_id), 303)
        page = render_template("monitoring/letter.html", letter=letter, hall=None, form=form)
        return page, 422
    blank = None if letter.answered_at else forms.blank(letters.ReplySchema)
    return render_template("monitoring/letter.html", letter=letter, hall=None, form=blank)
