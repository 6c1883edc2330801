"""The clerk's form: an idea filed in a centre for a citizen of any municipality."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.cases import keys
from mms_core.centre import rules as centre
from mms_core.centre.schemas import IntakeSchema
from mms_core.clock import local_day
from mms_core.drafts import browser
from mms_core.drafts import rules as drafts
from mms_core.errors import Invalid
from mms_core.files.views import limits, pending
from mms_core.forms import Form, blank, read
from mms_core.guard import require_open_door
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import Person, require
from plugins.your_idea_to_mayor import alike, entry, rules
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.models import NAME

DRAFT = f"{NAME}.centre"
KEPT = (
    *IntakeSchema().fields, "title", "body", "why", "for_whom", "category", "settlement", "shown",
)  # fmt: skip
Answer = BaseResponse | str | tuple[str, int]


@pages.get("/intake")
def intake() -> Answer:
    """Show the form to a clerk, with what they kept of it before."""
    require("clerk")
    require_open_door(NAME)
    draft = browser.current(DRAFT)
    typed = draft.data if draft else {}
    today = local_day(datetime.now(UTC)).isoformat()
    citizen = blank(IntakeSchema, values={"received_on": today} | typed)
    return _page(citizen, entry.blank_for_another(g.module_settings, typed))


@pages.post("/intake")
def take_in() -> Answer:
    """File the idea: its author is the citizen, and the centre is where it was taken."""
    clerk = require("clerk")
    require_open_door(NAME)
    if request.form.get("go") == "keep":
        return _keep()
    citizen = read(IntakeSchema, request.form)
    form = entry.read_for_another(request.form, g.module_settings)
    waiting = pending(g.tenant.id)
    attached = waiting.gather(
        request.files.getlist("files"),
        tokens=request.form.getlist("kept_file"),
        left_out=request.form.getlist("leave_out"),
    )
    form.refuse({"files": list(attached.problems)})
    known = _citizen(clerk, citizen) if citizen.valid and form.valid else None
    if known is None:
        return _page(citizen, form, kept=waiting.keep(attached)), 422
    idea = entry.idea_of_citizen(
        form.data, known, first_name=citizen.data["first_name"], files=waiting.settle(attached)
    )
    case = rules.submit(
        registry(), g.tenant, idea=idea, settings=g.module_settings, now=datetime.now(UTC)
    )
    centre.filed(case, known)
    draft = browser.current(DRAFT)
    if draft is not None:
        drafts.drop(draft)
    key = keys.key_of(current_app.extensions["mms_settings"], g.tenant.id, case.id)
    return redirect(url_for(".receipt", number=case.number, key=key), 303)


def _citizen(clerk: Person, form: Form) -> centre.Citizen | None:
    try:
        return centre.citizen_of(clerk, form.data)
    except Invalid as problem:
        form.refuse(problem.fields)
        return None


def _keep() -> BaseResponse:
    """Keep the form as it is, for a bad line or the next citizen's question."""
    changes = {name: request.form.get(name, "")[:5000] for name in KEPT}
    draft = browser.keep(browser.current(DRAFT), DRAFT, changes=changes)
    draft.title, draft.path = changes["title"][:120], url_for(".intake")
    flash(_("Kept. Come back to this page to go on; pictures must be attached again."), "success")
    return redirect(url_for(".intake"), 303)


def _page(citizen: Form, form: Form, *, kept: Any = ()) -> str:
    words = {name: form.fields[name].value for name in ("title", "body")}
    return render_template(
        f"{NAME}/intake.html",
        intake=citizen,
        form=form,
        both=Form(fields={**citizen.fields, **form.fields}, general=form.general),
        alike=alike.alike(g.tenant.id, words) if request.method == "POST" else (),
        kept=kept,
        limits=limits(),
        settlements=entry.settlements(g.tenant),
        due=entry.answer_date(g.tenant.id, g.module_settings, now=datetime.now(UTC)),
        notice=entry.notice(g.tenant, g.module_settings),
    )
