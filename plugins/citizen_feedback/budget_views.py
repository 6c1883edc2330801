"""The mayor's page of next year's draft budget (art. 4.7), and what became of it, for everybody."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from marshmallow import EXCLUDE, Schema, fields, validate

from mms_core import forms
from mms_core.db import db
from mms_core.errors import Invalid, NotFound
from mms_core.files.stored import Stored
from mms_core.files.views import limits, pending, send
from mms_core.i18n import gettext as _
from mms_core.i18n import lazy_gettext as _l
from mms_core.page_cache import keep
from mms_core.people.current import STAFF, require, roles_in
from plugins.citizen_feedback import budget_showing, budgeting, problems
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.problem_views import problem_line
from plugins.citizen_feedback.report_models import ChoicePicture
from plugins.citizen_feedback.schemas import Money
from plugins.citizen_feedback.views import pages, this_year


class ChoiceSchema(Schema):
    """A choice of the mayor: the problem, the programme line that pays, and how much."""

    class Meta:
        """What the page sends besides is not ours."""

        unknown = EXCLUDE

    problem = fields.String(required=True, metadata={"label": _l("Problem"), "kind": "select"})
    line = fields.String(
        required=True,
        validate=validate.Length(2, 200),
        metadata={
            "label": _l("Programme line of the draft budget"),
            "help": _l("Code and name, as in 03 02 01 Drainage."),
        },
    )
    amount = Money(required=True, metadata={"label": _l("Amount, in lari")})


@pages.route("/desk/budget/<int:year>", methods=["GET", "POST"])
def desk_budget(year: int) -> Any:
    """Let the mayor choose problems for a year's draft budget, or explain why there are fewer."""
    require(*STAFF)
    if not 2015 <= year <= 2100:
        raise NotFound(_("There is no such budget year."))
    form = _choice_form(forms.blank(ChoiceSchema))
    said = ""
    if request.method == "POST":
        mayor, now = require("mayor"), datetime.now(UTC)  # art. 4.7
        if request.form.get("do") == "explain":
            try:
                words = request.form.get("explanation", "")
                budgeting.explain(g.tenant.id, year, words=words, by=mayor.name, now=now)
                return redirect(url_for(".desk_budget", year=year), 303)
            except Invalid as wrong:
                said = str(wrong.message)
        else:
            form = _choice_form(forms.read(ChoiceSchema, request.form))
            if form.valid:
                problem = problems.by_code(g.tenant.id, form.data["problem"], lock=True)
                new = budgeting.NewChoice(line=form.data["line"], amount=form.data["amount"])
                budgeting.choose(problem, new, year=year, by=mayor.name, now=now)
                flash(_("The problem is chosen; those who named it are told."), "success")
                return redirect(url_for(".desk_budget", year=year), 303)
    shown = render_template(
        f"{NAME}/desk/budget.html",
        year=year,
        items=budget_showing.items(budgeting.chosen(g.tenant.id, year)),
        problems=[problem_line(row) for row in problems.listed(g.tenant.id, states=("open",))],
        form=form,
        said=said,
        lacking=budgeting.missing(g.tenant.id, year),
        target=budgeting.TARGET,
        due=budgeting.draft_due(year),
        kept=budgeting.of_year(g.tenant.id, year),
        mayor="mayor" in roles_in(g.tenant.id),
    )
    return (shown, 422) if form.errors or said else shown


def _choice_form(form: forms.Form) -> forms.Form:
    rows = problems.listed(g.tenant.id, states=("open",))
    lines = [problem_line(row) for row in rows]
    form.fields["problem"].choices = [(p["code"], f"{p['code']}: {p['title']}") for p in lines]
    return form


@pages.route("/desk/choices/<uuid:choice>", methods=["GET", "POST"])
def desk_choice(choice: uuid.UUID) -> Any:
    """Follow a chosen problem: in the draft, adopted, in work, solved, with pictures."""
    person = require(*STAFF)
    row = budgeting.by_id(g.tenant.id, choice)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        waiting = pending(g.tenant.id)
        attached = waiting.gather(request.files.getlist("files"), tokens=[], left_out=[])
        try:
            if attached.problems:
                raise Invalid(_("A picture cannot be taken."), fields={"files": attached.problems})
            words, state = request.form.get("words", ""), request.form.get("state", "")
            budgeting.move(row, state, words=words, by=person.name, now=datetime.now(UTC))
            budgeting.show_pictures(row, waiting.settle(attached))
            return redirect(url_for(".desk_choice", choice=row.id), 303)
        except Invalid as wrong:
            errors = {name: [str(text) for text in texts] for name, texts in wrong.fields.items()}
    found = next(one for one in budgeting.chosen(g.tenant.id, row.year) if one.choice.id == row.id)
    shown = render_template(
        f"{NAME}/desk/choice.html",
        item=budget_showing.item(found),
        choice=row,
        ways=[(way, budget_showing.STATES[way][0]) for way in budgeting.WAYS[row.state]],
        errors=errors,
        typed=request.form,
        limits=limits(),
    )
    return (shown, 422) if errors else shown


@pages.get("/became")
def became() -> str:
    """Say what became of what people said, by budget year (art. 4.7)."""
    keep()
    found = budgeting.chosen(g.tenant.id)
    years = sorted({one.choice.year for one in found}, reverse=True)
    return render_template(
        f"{NAME}/became.html",
        years=[
            (
                year,
                budget_showing.items([one for one in found if one.choice.year == year]),
                budgeting.of_year(g.tenant.id, year),
            )
            for year in years
        ],
        target=budgeting.TARGET,
        next_year=this_year() + 1,
    )


@pages.get("/pictures/<uuid:picture>")
def picture(picture: uuid.UUID) -> Any:
    """Give a picture of what was done."""
    row = db.session.get(ChoicePicture, (g.tenant.id, picture))
    if row is None:
        raise NotFound(_("There is no such picture."))
    small = request.args.get("thumb", "")
    edge = int(small) if small.isdigit() else None
    return send(Stored.of(row), thumbnail=edge, public=True)
