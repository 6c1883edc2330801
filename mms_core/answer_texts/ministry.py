"""The pages on which the ministry keeps the texts that every hall may adopt."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.answer_texts import rules
from mms_core.answer_texts.models import SharedText
from mms_core.answer_texts.schemas import TextSchema, place_words, typed, values
from mms_core.errors import Invalid
from mms_core.i18n import gettext as _
from mms_core.people.current import Person, require

pages = Blueprint("shared_texts", __name__, url_prefix="/ministry/texts")


def _ministry() -> Person:
    return require("ministry")


@pages.get("/")
def index() -> str:
    """List the texts with their versions."""
    _ministry()
    rows = rules.shared_texts(retired=True)
    return render_template("answer_texts/ministry.html", rows=rows, place_words=place_words)


@pages.get("/new")
def new() -> str:
    """Show the form of a new text."""
    _ministry()
    return _form(forms.blank(TextSchema))


@pages.post("/new")
def create() -> Any:
    """Publish a new text."""
    return _publish(_ministry(), None)


@pages.get("/<uuid:shared_id>")
def page(shared_id: uuid.UUID) -> str:
    """Show a text in its form, with its versions."""
    _ministry()
    row = rules.shared(shared_id)
    return _form(forms.blank(TextSchema, values=values(row)), row)


@pages.post("/<uuid:shared_id>")
def change(shared_id: uuid.UUID) -> Any:
    """Publish the next version, or take the text out of use or into use."""
    person, row = _ministry(), rules.shared(shared_id)
    if request.form.get("do") in {"retire", "use"}:
        retired = request.form["do"] == "retire"
        rules.retire(row, retired=retired, by=person.name, now=datetime.now(UTC))
        flash(_("The text is out of use.") if retired else _("The text is in use."), "success")
        return redirect(url_for("shared_texts.index"), 303)
    return _publish(person, row)


def _publish(person: Person, row: SharedText | None) -> Any:
    form = forms.read(TextSchema, request.form)
    try:
        if form.valid:
            rules.publish(typed(form.data), by=person.name, now=datetime.now(UTC), row=row)
    except Invalid as problem:
        form.refuse(problem.fields)
    if not form.valid:
        return _form(form, row), 422
    flash(_("The text is published; city halls are offered it."), "success")
    return redirect(url_for("shared_texts.index"), 303)


def _form(form: forms.Form, row: SharedText | None = None) -> str:
    versions = rules.versions(row.id) if row is not None else ()
    return render_template("answer_texts/shared_form.html", form=form, row=row, versions=versions)
