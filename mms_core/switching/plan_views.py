"""The desk's steps about time: plan a switch, call it off, undo the last one."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.errors import Invalid, Refused
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import require
from mms_core.switching import planning, rules, schemas, words
from mms_core.switching.impact import impact
from mms_core.switching.telling import tell
from mms_core.switching.views import DECIDERS, Answer, decision_of, loaded_module, pages, seen


@pages.route("/<name>/plan", methods=["GET", "POST"])
def plan(name: str) -> Answer:
    """Plan a switch for a day to come."""
    if request.method == "GET":
        return _plan_page(name, forms.blank(schemas.PlanSchema))
    form = forms.read(schemas.PlanSchema, request.form)
    if not form.valid:
        return _plan_page(name, form), 422
    try:
        row = planning.plan(
            registry(),
            g.tenant.id,
            module=name,
            on_day=form.data["on_day"],
            decision=decision_of(form.data["state"], form.data),
        )
    except Invalid as problem:
        form.refuse(problem.fields or {"": [problem.message]})
        return _plan_page(name, form), 422
    except Refused as problem:
        form.refuse({"": [problem.message]})
        return _plan_page(name, form), 409
    flash(_("It is planned: %(state)s.", state=words.STATES[row.state]), "success")
    return redirect(url_for("switching.module", name=name), 303)


def _plan_page(name: str, form: forms.Form) -> str:
    schemas.offer(form, planning.PLANNED)
    return render_template("switching/plan.html", loaded=loaded_module(name), form=form)


@pages.post("/<name>/plan/<uuid:plan_id>/call-off")
def call_off(name: str, plan_id: uuid.UUID) -> Answer:
    """Call a planned switch off."""
    try:
        planning.call_off(g.tenant.id, plan_id, who=require(*DECIDERS).name)
    except Refused as problem:
        flash(str(problem.message), "warning")
    else:
        flash(_("The plan is called off."), "success")
    return redirect(url_for("switching.module", name=name), 303)


@pages.post("/<name>/undo")
def undo(name: str) -> Answer:
    """Undo the last switch; what leads to off shows its card first."""
    loaded_module(name)
    touched = impact(registry(), g.tenant, module=name)
    if planning.undoable(g.tenant.id, module=name) == "off" and touched:
        return redirect(url_for("switching.off", name=name), 303)
    said = str(_("The last switch is undone."))
    reason = {"act_number": "", "act_date": None, "reason": said}
    decision: rules.Decision = decision_of("off", reason)
    before, by = rules.standing(g.tenant.id, name).state, require(*DECIDERS).id
    try:
        row = planning.undo(registry(), g.tenant.id, module=name, decision=decision, seen=seen())
        tell(registry(), row, before=before, reason=said, by=by)
    except Refused as problem:
        flash(str(problem.message), "warning")
    else:
        flash(said, "success")
    return redirect(url_for("switching.module", name=name), 303)
