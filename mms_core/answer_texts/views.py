"""The pages on which a hall keeps its texts, and adopts and renews the ministry's."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.answer_texts import ministry, rules
from mms_core.answer_texts.differences import differences
from mms_core.answer_texts.models import AnswerText, SharedText
from mms_core.answer_texts.schemas import TextSchema, place_words, typed, values
from mms_core.errors import Invalid, Refused
from mms_core.i18n import gettext as _
from mms_core.people.current import STAFF, Person, require

pages = Blueprint("answer_texts", __name__, url_prefix="/<slug>/desk/texts")


def init_app(app: Flask) -> None:
    """Attach the pages of halls and of the ministry."""
    app.register_blueprint(pages)
    app.register_blueprint(ministry.pages)


def _officer() -> Person:
    return require(*sorted(STAFF))


@pages.get("/")
def index() -> str:
    """List the hall's texts, and the ministry's that it may adopt."""
    _officer()
    rows, shared = rules.of_hall(g.tenant.id), {one.id: one for one in rules.shared_texts()}
    taken = {row.shared_id for row in rows}
    return render_template(
        "answer_texts/index.html",
        rows=[(row, _is_behind(row, shared)) for row in rows],
        offered=[one for one in shared.values() if one.id not in taken],
        place_words=place_words,
    )


def _is_behind(row: AnswerText, shared: dict[uuid.UUID, SharedText]) -> bool:
    return row.shared_id is not None and rules.has_update(row, shared.get(row.shared_id))


@pages.get("/new")
def new() -> str:
    """Show the form of a new text."""
    _officer()
    return _form(forms.blank(TextSchema))


@pages.post("/new")
def create() -> Any:
    """Keep a new text."""
    return _keep(_officer(), None)


@pages.get("/<uuid:text_id>")
def page(text_id: uuid.UUID) -> str:
    """Show a text in its form, with where it came from."""
    _officer()
    row = rules.own(g.tenant.id, text_id)
    return _form(forms.blank(TextSchema, values=values(row)), row)


@pages.post("/<uuid:text_id>")
def change(text_id: uuid.UUID) -> Any:
    """Keep a changed text, or take it out of use or into use."""
    person, row = _officer(), rules.own(g.tenant.id, text_id)
    if request.form.get("do") in {"retire", "use"}:
        retired = request.form["do"] == "retire"
        rules.retire(row, retired=retired, by=person.name, now=datetime.now(UTC))
        flash(_("The text is out of use.") if retired else _("The text is in use."), "success")
        return _back()
    return _keep(person, row)


def _keep(person: Person, row: AnswerText | None) -> Any:
    form = forms.read(TextSchema, request.form)
    try:
        if form.valid:
            now = datetime.now(UTC)
            rules.keep(g.tenant.id, typed(form.data), by=person.name, now=now, row=row)
    except Invalid as problem:
        form.refuse(problem.fields)
    if not form.valid:
        return _form(form, row), 422
    flash(_("The text is kept."), "success")
    return _back()


def _form(form: forms.Form, row: AnswerText | None = None) -> str:
    shared = rules.shared(row.shared_id) if row is not None and row.shared_id else None
    update = row is not None and rules.has_update(row, shared)
    return render_template(
        "answer_texts/text.html", form=form, row=row, shared=shared, update=update
    )


def _back() -> Response:
    return redirect(url_for("answer_texts.index"), 303)


@pages.get("/shared/<uuid:shared_id>")
def shared_page(shared_id: uuid.UUID) -> str:
    """Show a text of the ministry, to be adopted."""
    _officer()
    return render_template(
        "answer_texts/shared.html", text=rules.shared(shared_id), place_words=place_words
    )


@pages.post("/shared/<uuid:shared_id>")
def adopt(shared_id: uuid.UUID) -> Any:
    """Adopt a text of the ministry."""
    person = _officer()
    text = rules.shared(shared_id)
    if text.retired:
        raise Refused(_("The ministry has taken this text out of use."))
    rules.adopt(g.tenant.id, text, by=person.name, now=datetime.now(UTC))
    flash(_("The text is yours now; you may change it."), "success")
    return _back()


@pages.get("/<uuid:text_id>/update")
def update(text_id: uuid.UUID) -> str:
    """Show what the ministry has changed, beside what the hall would lose."""
    _officer()
    row = rules.own(g.tenant.id, text_id)
    text = rules.shared(row.shared_id) if row.shared_id else None
    if text is None or not rules.has_update(row, text):
        raise Refused(_("There is no newer version of this text."))
    return render_template(
        "answer_texts/update.html",
        row=row,
        text=text,
        changes=differences(row.shared_body, text.body),
        against=differences(row.body, text.body) if row.body != row.shared_body else (),
    )


@pages.post("/<uuid:text_id>/update")
def decide(text_id: uuid.UUID) -> Any:
    """Accept the ministry's version, or keep the hall's."""
    person, row = _officer(), rules.own(g.tenant.id, text_id)
    text = rules.shared(row.shared_id) if row.shared_id else None
    seen = request.form.get("version", "")
    if text is None or not rules.has_update(row, text) or seen != str(text.version):
        raise Refused(_("The text has changed meanwhile. Look at it again."))
    if request.form.get("do") == "accept":
        rules.accept(row, text, by=person.name, now=datetime.now(UTC))
        flash(_("The ministry's version is in use."), "success")
    else:
        rules.keep_mine(row, text)
        flash(_("Your version stays in use."), "success")
    return _back()
