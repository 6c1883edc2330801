"""The clerk's form: a need named in a centre for a citizen, whose papers the clerk has seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.cases import keys
from mms_core.centre import rules as centre
from mms_core.centre.schemas import IntakeSchema
from mms_core.clock import local_day
from mms_core.errors import Invalid
from mms_core.files.views import limits, pending
from mms_core.forms import Form
from mms_core.guard import require_open_door
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import Person, require
from mms_core.switching.grounds import officer
from plugins.citizen_feedback import needs
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.need_views import check_choices, fitted
from plugins.citizen_feedback.schemas import AttestedNeedSchema
from plugins.citizen_feedback.views import pages


@pages.route("/needs/intake", methods=["GET", "POST"])
def need_intake() -> Any:
    """File a need whose author is the citizen; the clerk attests who may name one (art. 3.3)."""
    clerk, now = require("clerk"), datetime.now(UTC)
    require_open_door(NAME)
    if request.method == "GET":
        today = {"received_on": local_day(now).isoformat()}
        citizen = forms.blank(IntakeSchema, values=today)
        return _page(citizen, fitted(forms.blank(AttestedNeedSchema)))
    citizen = forms.read(IntakeSchema, request.form)
    form, waiting = fitted(forms.read(AttestedNeedSchema, request.form)), pending(g.tenant.id)
    attached = waiting.gather(
        request.files.getlist("files"),
        tokens=request.form.getlist("kept_file"),
        left_out=request.form.getlist("leave_out"),
    )
    form.refuse({"files": list(attached.problems)})
    check_choices(form)
    known = _citizen(clerk, citizen, form)
    if known is None:
        return _page(citizen, form, kept=waiting.keep(attached)), 422
    need = needs.new_need(form.data, files=waiting.settle(attached))
    giver = needs.brought_by(known, first_name=citizen.data["first_name"] * form.data["shown"])
    case = needs.submit(
        registry(), g.tenant, need=need, giver=giver, settings=g.module_settings, now=now
    )
    needs.attested(case, clerk=known.by, now=now)
    centre.filed(case, known)
    flash(_("The need is registered: %(number)s.", number=case.number), "success")
    key = keys.key_of(current_app.extensions["mms_settings"], g.tenant.id, case.id)
    return redirect(url_for("cases.page", number=case.number, key=key), 303)


def _citizen(clerk: Person, citizen: Form, form: Form) -> centre.Citizen | None:
    """Give the citizen before the clerk; without a document nobody's age and home are known."""
    if citizen.data.get("identified_by") == "none":
        citizen.refuse({"identified_by": [_("A need is named with a document (article 3.3).")]})
    if not (citizen.valid and form.valid):
        return None
    try:
        return centre.citizen_of(clerk, citizen.data)
    except Invalid as problem:
        citizen.refuse(problem.fields)
        return None


def _page(citizen: Form, form: Form, *, kept: Any = ()) -> str:
    return render_template(
        f"{NAME}/need_intake.html",
        intake=citizen,
        form=form,
        both=Form(fields={**citizen.fields, **form.fields}, general=form.general),
        kept=kept,
        limits=limits(),
        contact=officer(g.tenant, NAME),
    )
