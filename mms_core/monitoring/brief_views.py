"""The ministry's page of the monthly brief: read, print, send."""

from __future__ import annotations

from datetime import UTC, date, datetime

import marshmallow as ma
from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.clock import local_day
from mms_core.i18n import gettext as _
from mms_core.i18n import lazy_gettext
from mms_core.messages.outbox import send_national
from mms_core.monitoring import brief
from mms_core.monitoring.pace import each_month
from mms_core.monitoring.reader import reading
from mms_core.people.current import require

pages = Blueprint("ministry_brief", __name__, url_prefix="/ministry/brief")


class SendSchema(ma.Schema):
    """To whom a brief goes."""

    email = ma.fields.String(
        required=True,
        validate=ma.validate.Email(error=lazy_gettext("Write an e-mail address.")),
        metadata={"label": lazy_gettext("E-mail of the minister's office"), "kind": "email"},
    )


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(pages)


@pages.before_request
def only_the_ministry() -> None:
    """Let in nobody but the ministry."""
    require("ministry")


def _today() -> date:
    return local_day(datetime.now(UTC))


def _brief() -> brief.Brief:
    month = brief.month_named(request.args.get("month", ""), today=_today())
    with reading() as connection:
        return brief.make(connection, month=month, now=datetime.now(UTC))


@pages.get("/")
def index() -> str:
    """Show the brief of a month."""
    return _page(_brief(), forms.blank(SendSchema))


def _page(made: brief.Brief, form: forms.Form) -> str:
    today = _today()
    first = today.replace(year=today.year - 1, day=1)
    choices = [(f"{m:%Y-%m}", brief.named(m)) for m in each_month(first, today)[::-1]]
    return render_template(
        "monitoring/brief.html", brief=made, month=f"{made.month:%Y-%m}", months=choices, form=form
    )


@pages.post("/")
def send() -> str | BaseResponse | tuple[str, int]:
    """Send the brief by e-mail; it says the same as the page."""
    form, made = forms.read(SendSchema, request.form), _brief()
    if not form.valid:
        return _page(made, form), 422
    here = url_for("ministry_brief.paper", month=f"{made.month:%Y-%m}", _external=True)
    words = made.text + "\n" + _("As a PDF file: %(address)s", address=here) + "\n"
    send_national(form.data["email"], subject=made.title, body=words)
    flash(_("The brief is on its way."), "success")
    return redirect(url_for("ministry_brief.index", month=f"{made.month:%Y-%m}"), 303)


@pages.get("/brief.pdf")
def paper() -> Response:
    """Give the brief as a PDF file of one page."""
    made = _brief()
    return Response(
        brief.pdf(made),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="brief-{made.month:%Y-%m}.pdf"'},
    )
