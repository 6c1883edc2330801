"""The desk's page by which a case is forwarded to the body that is competent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.cases import forwarding, numbers
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.clock import local_day
from mms_core.desk.acting import actor_for
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.files.pending import Attached
from mms_core.files.stored import Stored
from mms_core.files.views import pending
from mms_core.i18n import gettext
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import registry
from mms_core.people.current import require

pages = Blueprint("forwarding", __name__, url_prefix="/<slug>/desk")
LENGTH = ma.validate.Length


class ForwardSchema(ma.Schema):
    """Where a case goes, and why."""

    to = ma.fields.String(
        load_default="",
        metadata={
            "label": _("Municipality"),
            "kind": "select",
            "help": _("Where the same service is on, the case opens there as a new one."),
        },
    )
    body = ma.fields.String(
        load_default="",
        validate=LENGTH(max=200),
        metadata={
            "label": _("Or another body"),
            "help": _("Its name as the citizen shall read it, such as a ministry or an agency."),
        },
    )
    email = ma.fields.String(
        load_default="",
        validate=LENGTH(max=200),
        metadata={
            "label": _("E-mail of that body"),
            "kind": "email",
            "help": _("It gets the citizen's words and contact. Send it the files yourself."),
        },
    )
    text = ma.fields.String(
        required=True,
        validate=LENGTH(max=forwarding.LONGEST),
        error_messages={"required": _("Write the reasons: the citizen and the body read them.")},
        metadata={
            "label": _("Reasons"),
            "kind": "textarea",
            "help": _("The citizen reads them, and everybody where the case is public."),
        },
    )


def init_app(app: Flask) -> None:
    """Add the page under every municipality's desk."""
    app.register_blueprint(pages)


@pages.before_request
def only_staff() -> None:
    """Let in those who work in the hall."""
    require("operator", "head", "mayor")


@pages.get("/<number>/forward")
def form(number: str) -> str:
    """Ask where the case goes and why; say so where it can go nowhere any more."""
    return _page(case_of(number), forms.blank(ForwardSchema))


def case_of(number: str, *, lock: bool = False) -> Case:
    """Give a case of the hall by its number, however it was typed."""
    read = numbers.read(number)
    if read is None:
        raise NotFound(_("There is no case with this number."))
    return by_number(g.tenant.id, read, lock=lock)


def _page(case: Case, drawn: forms.Form, *, problem: object = "") -> str:
    case_type = registry().case_type(case.module, case.kind)
    halls = forwarding.municipalities(case)
    drawn.fields["to"].choices = [(str(hall.id), hall.name) for hall in halls]
    by = forwarding.forward_by(case)
    return render_template(
        "desk/forward.html",
        case=case,
        form=drawn,
        problem=problem,
        possible=forwarding.can_forward(case, case_type),
        by=by,
        late=local_day(datetime.now(UTC)) > by,
    )


@pages.post("/<number>/forward")
def send(number: str) -> Any:
    """Forward the case; what is wrong is said at its field, and nothing typed is lost."""
    case, typed = case_of(number, lock=True), forms.read(ForwardSchema, request.form)
    if not typed.valid:
        return _page(case, typed), 422
    try:
        new = _forward(case, typed.data)
    except Invalid as problem:
        typed.refuse(problem.fields)
        return _page(case, typed), 422
    except Refused as problem:
        return _page(case, typed, problem=problem.message), problem.status
    if new is not None:
        said = gettext("Forwarded: the case has the number %(number)s there.", number=new.number)
        flash(said, "success")
    else:
        flash(gettext("Forwarded: the citizen is told where and why."), "success")
    return redirect(url_for("desk.case_page", number=case.number), 303)


def _forward(case: Case, data: dict[str, Any]) -> Case | None:
    person = require("operator", "head", "mayor")
    to = forwarding.Forward(
        reasons=data["text"],
        tenant_id=int(data["to"]) if data["to"].isdigit() else None,
        body=data["body"],
        email=data["email"],
    )
    actor = actor_for(case, person)
    return forwarding.forward(
        registry(), case, to=to, actor=actor, now=datetime.now(UTC), copies=copies
    )


def copies(files: Sequence[Stored], tenant_id: int) -> Sequence[Stored]:
    """Copy files to another municipality's place in the storage."""
    return pending(tenant_id).settle(Attached(files=tuple(files)))
