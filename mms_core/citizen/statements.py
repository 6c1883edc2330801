"""What the law and courtesy ask each site to say: accessibility, personal data, and an open ear."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import marshmallow as ma
from flask import Blueprint, Flask, current_app, flash, g, redirect, render_template, request
from flask import session as browser

from mms_core import forms, here, once
from mms_core.addresses import safe_next
from mms_core.config import Settings
from mms_core.db import NATION, bind
from mms_core.i18n import gettext as _
from mms_core.i18n import lazy_gettext
from mms_core.limits import LETTERS, limiter
from mms_core.messages.outbox import send_national
from mms_core.tenancy import hosts
from mms_core.tenancy import rules as tenancy

nation = Blueprint("statements", __name__)
hall = Blueprint("hall_statements", __name__, url_prefix="/<slug>")
MOST_SENT = 10


def init_app(app: Flask) -> None:
    """Attach the statements, and the address of "feedback on this page" for every template."""
    app.register_blueprint(nation)
    app.register_blueprint(hall)
    app.context_processor(lambda: {"feedback_url": feedback_url()})


def feedback_url() -> str:
    """Give the address where something can be said of the present page."""
    asked = here.asked()
    return f"{asked.script_root}/page-feedback?page={quote(asked.path)}"


@nation.get("/accessibility")
@hall.get("/accessibility", endpoint="accessibility")
def accessibility() -> str:
    """Show the accessibility statement."""
    return render_template("citizen/accessibility.html", contact=_contact(_here()))


@nation.get("/personal-data")
@hall.get("/personal-data", endpoint="personal_data")
def personal_data() -> str:
    """Show the notice on personal data, with the data protection officer's contact."""
    return render_template("citizen/personal_data.html", contact=_contact(_here()))


def _here() -> tenancy.Tenant | None:
    """Give the hall of this page, also on a host of its own, where the path names none."""
    if g.get("tenant") is None and (slug := hosts.owner()):
        g.tenant = tenancy.by_slug(slug)
        bind(g.tenant.id if g.tenant else NATION)
    found: tenancy.Tenant | None = g.get("tenant")
    return found


class FeedbackSchema(ma.Schema):
    """What a reader says of a page."""

    text = ma.fields.String(
        required=True,
        validate=ma.validate.Length(
            min=1,
            max=3000,
            error=lazy_gettext("Write at most 3000 characters."),
        ),
        error_messages={"required": lazy_gettext("Write what should be better.")},
        metadata={
            "label": lazy_gettext("What is wrong, or what should be better?"),
            "kind": "textarea",
            "help": lazy_gettext("Please write no personal data here."),
        },
    )
    email = ma.fields.String(
        load_default="",
        validate=ma.validate.Email(error=lazy_gettext("This is not an e-mail address.")),
        metadata={
            "label": lazy_gettext("Your e-mail, if you would like an answer"),
            "kind": "email",
            "autocomplete": "email",
        },
    )
    page = ma.fields.String(load_default="/", metadata={"kind": "hidden", "label": ""})


@nation.get("/page-feedback")
def feedback() -> str:
    """Ask what is wrong with a page."""
    page = safe_next(request.args.get("page"))[:500]
    return _ask(forms.blank(FeedbackSchema, values={"page": page}), page)


def _ask(form: forms.Form, page: str) -> str:
    return render_template("citizen/feedback.html", form=form, about=_hall_of(page))


@nation.post("/page-feedback")
@limiter.limit(LETTERS, methods=["POST"])
def send_feedback() -> Any:
    """Send it to the people who look after that page; sent twice, it makes one letter."""
    form = forms.read(FeedbackSchema, request.form)
    page = safe_next(request.form.get("page"))[:500]
    if not form.valid:
        return _ask(form, page), 422
    if not _sent_before():
        _send(form.data["text"], sender=form.data["email"], page=page)
    flash(
        _("Thank you. Your message is on its way to the people who look after this page."),
        "success",
    )
    return redirect(page, 303)


def _sent_before() -> bool:
    """Remember the form's key in this browser; a second sending of the same form is silent."""
    key = request.form.get(once.FIELD, "")[:80]
    known = browser.get("said", [])
    if not key or key in known:
        return bool(key)
    browser["said"] = [*known, key][-MOST_SENT:]
    return False


def _send(text: str, *, sender: str, page: str) -> None:
    tenant = _hall_of(page)
    lines = [
        _("Page: %(page)s", page=page),
        _("From: %(sender)s", sender=sender or _("not given")),
        "",
        text,
    ]
    subject = _("Feedback on a page: %(page)s", page=page[:100])
    bind(NATION)
    send_national(_contact(tenant), subject=subject, body="\n".join(lines))


def _hall_of(page: str) -> tenancy.Tenant | None:
    """Find the hall to which a page belongs, by the first part of its path."""
    return tenancy.by_slug(page.strip("/").partition("/")[0])


def _contact(tenant: tenancy.Tenant | None) -> str:
    """Give the hall's e-mail, or the installation's where a hall has none."""
    settings: Settings = current_app.extensions["mms_settings"]
    return (tenant.contacts.get("email") if tenant else "") or settings.mail_from
