"""The desk's page before switching off: what it touches, who is told, what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.errors import Refused
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import Loaded, registry
from mms_core.people.current import require
from mms_core.switching import rules, schemas
from mms_core.switching.impact import impact, running
from mms_core.switching.open_cases import gather
from mms_core.switching.telling import concerned
from mms_core.switching.views import (
    DECIDERS,
    Answer,
    decide,
    done,
    loaded_module,
    pages,
    standing_of,
)


@pages.route("/<name>/off", methods=["GET", "POST"])
def off(name: str) -> Answer:
    """Show what switching off would touch, and ask what becomes of it."""
    loaded, standing = loaded_module(name), standing_of(name)
    if standing.state == "off":
        return redirect(url_for("switching.module", name=name), 303)
    if request.method == "GET":
        return _page(loaded, standing, forms.blank(schemas.OffSchema))
    form = forms.read(schemas.OffSchema, request.form)
    if not form.valid:
        return _page(loaded, standing, form), 422
    fate = form.data["fate"]
    state = "off" if fate == "off" else "closing"
    try:
        if state != standing.state:
            decide(name, state, form.data)
    except Refused as problem:
        return _page(loaded, standing, form, problem=problem.message), 409
    return _work(loaded, fate) if fate in {"hand_over", "answer"} else done(loaded, state)


def _work(loaded: Loaded, fate: str) -> Response:
    """Lead on to the desk's work on many cases, with the open ones chosen."""
    person, now = require(*DECIDERS), datetime.now(UTC)
    batch = gather(g.tenant.id, loaded, person, fate=fate, language=locale(), now=now)
    if batch is None:
        flash(_("There is no case to be worked on so."), "warning")
        return redirect(url_for("switching.module", name=loaded.name), 303)
    flash(_("It takes nothing new now. Decide here about the open cases."), "success")
    return redirect(url_for("batches.show", batch_id=batch.id), 303)


def _page(
    loaded: Loaded, standing: rules.Switched, form: forms.Form, *, problem: object = ""
) -> str:
    touched, found = (
        impact(registry(), g.tenant, module=loaded.name),
        running(g.tenant.id, loaded.name),
    )
    fate = form.fields["fate"]
    hidden = {"closing"} if standing.state == "closing" else set()
    hidden |= set() if found.cases else {"hand_over"}
    hidden |= set() if found.unanswered else {"answer"}
    fate.choices = [choice for choice in fate.choices if choice[0] not in hidden]
    fate.value = fate.value or ("off" if standing.state == "closing" or not touched else "closing")
    return render_template(
        "switching/off.html",
        loaded=loaded,
        standing=standing,
        touched=touched,
        found=found,
        told=concerned(g.tenant.id, loaded.name, but=require(*DECIDERS).id),
        form=form,
        problem=problem,
    )
