"""The ministry's page of the addresses to which the monthly brief goes by itself."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.errors import Invalid
from mms_core.i18n import gettext as _
from mms_core.monitoring import brief, mailing
from mms_core.people.current import Person, require

pages = Blueprint("brief_readers", __name__, url_prefix="/ministry/brief/readers")


def init_app(app: Flask) -> None:
    """Attach the page."""
    app.register_blueprint(pages)


def _ministry() -> Person:
    return require("ministry")


@pages.get("/")
def index() -> str:
    """List the addresses, with the last month that went to each."""
    _ministry()
    return _page(forms.blank(mailing.ReaderSchema, values={"language": "ka"}))


def _page(form: forms.Form) -> str:
    return render_template(
        "monitoring/brief_readers.html",
        form=form,
        readers=mailing.readers(),
        named=brief.named,
        languages=dict(mailing.LANGUAGES),
    )


@pages.post("/")
def change() -> str | Response | tuple[str, int]:
    """Add an address, or remove one."""
    person = _ministry()
    gone = request.form.get("remove", "")
    if gone:
        mailing.remove(gone)
        flash(_("The brief goes there no more."), "success")
        return redirect(url_for("brief_readers.index"), 303)
    form = forms.read(mailing.ReaderSchema, request.form)
    try:
        if form.valid:
            mailing.add(form.data["email"], language=form.data["language"], by=person.name)
    except Invalid as problem:
        form.refuse(problem.fields)
    if not form.valid:
        return _page(form), 422
    flash(_("The brief goes there every month; the last one leaves at the next round."), "success")
    return redirect(url_for("brief_readers.index"), 303)
