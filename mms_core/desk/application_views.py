"""The desk's page by which a case that asks for an individual act becomes an application."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.cases import applying, forwarding
from mms_core.cases.models import Case
from mms_core.clock import policies
from mms_core.desk.acting import actor_for
from mms_core.desk.forward_views import case_of, copies
from mms_core.errors import Invalid, Refused
from mms_core.i18n import gettext, locale
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import registry
from mms_core.people.current import require

pages = Blueprint("applying", __name__, url_prefix="/<slug>/desk")


class ApplySchema(ma.Schema):
    """Why a case is an application, and its term."""

    term = ma.fields.String(
        load_default=applying.TERMS[0],
        metadata={
            "label": _("Term of the decision"),
            "kind": "radio",
            "help": _("It begins today; the date is counted anew."),
        },
    )
    text = ma.fields.String(
        required=True,
        validate=ma.validate.Length(max=forwarding.LONGEST),
        error_messages={"required": _("Write why it is an application: the citizen reads it.")},
        metadata={
            "label": _("Which individual act is asked for, and why it is an application"),
            "kind": "textarea",
            "help": _("The citizen reads it in the letter that has the new number."),
        },
    )


def init_app(app: Flask) -> None:
    """Add the page under every municipality's desk."""
    app.register_blueprint(pages)


@pages.before_request
def only_staff() -> None:
    """Let in those who work in the hall."""
    require("operator", "head", "mayor")


@pages.get("/<number>/application")
def form(number: str) -> str:
    """Ask why the case is an application; say so where it can become none any more."""
    return _page(case_of(number), forms.blank(ApplySchema))


def _page(case: Case, drawn: forms.Form, *, problem: object = "") -> str:
    case_type = registry().case_type(case.module, case.kind)
    terms = ((key, policies()[key]) for key in applying.TERMS)
    drawn.fields["term"].choices = [
        (key, f"{policy.label.said_in(locale())} ({policy.source_in(locale())})")
        for key, policy in terms
    ]
    return render_template(
        "desk/application.html",
        case=case,
        form=drawn,
        problem=problem,
        possible=applying.can_apply(case, case_type),
    )


@pages.post("/<number>/application")
def register(number: str) -> Any:
    """Register the application; what is wrong is said at its field, and nothing typed is lost."""
    case, typed = case_of(number, lock=True), forms.read(ApplySchema, request.form)
    if not typed.valid:
        return _page(case, typed), 422
    actor = actor_for(case, require("operator", "head", "mayor"))
    asked = applying.Apply(reasons=typed.data["text"], term=typed.data["term"])
    now = datetime.now(UTC)
    try:
        new = applying.register(registry(), case, asked=asked, actor=actor, now=now, copies=copies)
    except Invalid as problem:
        typed.refuse(problem.fields)
        return _page(case, typed), 422
    except Refused as problem:
        return _page(case, typed, problem=problem.message), problem.status
    said = gettext("Registered as the application %(number)s.", number=new.number)
    flash(said, "success")
    return redirect(url_for("desk.case_page", number=new.number), 303)
