"""The hall's pages of problems: needs grouped, merged and split, similar ones proposed."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.cases.rules import by_number
from mms_core.errors import Refused
from mms_core.i18n import gettext as _
from mms_core.people.current import STAFF, require
from plugins.citizen_feedback import budgeting, need_list, problems, programmes, showing
from plugins.citizen_feedback.kinds import needs_of
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.need_models import Problem
from plugins.citizen_feedback.need_views import line
from plugins.citizen_feedback.schemas import ProblemSchema
from plugins.citizen_feedback.views import pages


@pages.get("/desk/needs")
def desk_needs() -> str:
    """Show the needs that belong to no problem yet, or those that are like one need."""
    require(*STAFF)
    categories, like = needs_of(g.module_settings), request.args.get("like", "")
    after = None
    if like:
        case = by_number(g.tenant.id, like)
        rows = [*problems.lines(g.tenant.id, [case.id]), *problems.proposals(g.tenant.id, case)]
    else:
        found = need_list.page(
            g.tenant.id, after=request.args.get("after", ""), public=False, ungrouped=True
        )
        rows, after = list(found.rows), found.after
    return render_template(
        f"{NAME}/desk/needs.html",
        items=[line(row, categories) for row in rows],
        like=like,
        after=url_for(".desk_needs", after=after) if after else None,
        problems=[problem_line(row) for row in problems.listed(g.tenant.id)],
        form=forms.blank(ProblemSchema, values={"title": rows[0].title if like and rows else ""}),
    )


def problem_line(row: Problem) -> dict[str, Any]:
    """Put a problem into a line of a list."""
    return {
        "code": row.code,
        "title": showing.problem_title(row),
        "lang": showing.problem_lang(row),
        "needs": row.needs,
        "supports": row.supports,
        "state": showing.PROBLEM_STATES[row.state],
    }


@pages.post("/desk/needs")
def desk_group() -> Any:
    """Group the chosen needs: into a problem that there is, or into a new one."""
    person, now = require(*STAFF), datetime.now(UTC)
    chosen, code = _chosen(), request.form.get("problem", "")
    if not chosen:
        raise Refused(_("Choose the needs."))
    if code:
        problem = problems.by_code(g.tenant.id, code, lock=True)
    else:
        form = forms.read(ProblemSchema, request.form)
        if not form.valid:
            raise Refused(_("Write the new problem in one sentence, or choose one of the list."))
        new = problems.NewProblem(**form.data, made_by=person.name)
        problem = problems.make(g.tenant.id, new, now=now)
    moved = budgeting.add_needs(problem, chosen)
    flash(_("Grouped: %(count)s.", count=len(moved)), "success")
    return redirect(url_for(".desk_problem", problem=problem.code), 303)


def _chosen() -> list[uuid.UUID]:
    try:
        return [uuid.UUID(raw) for raw in request.form.getlist("need")]
    except ValueError:
        raise Refused(_("Choose the needs.")) from None


@pages.get("/desk/problems")
def desk_problems() -> str:
    """List the problems, those with most needs first."""
    require(*STAFF)
    rows = problems.listed(g.tenant.id, limit=200)
    return render_template(f"{NAME}/desk/problems.html", items=[problem_line(row) for row in rows])


@pages.route("/desk/problems/new", methods=["GET", "POST"])
def desk_problem_new() -> Any:
    """Make a problem that the ratings of a programme show (art. 4.7)."""
    person = require(*STAFF)
    rows = {row.code: row for year in programmes.years(g.tenant.id)[:2]
            for row in programmes.of_year(g.tenant.id, year)}  # fmt: skip
    form = forms.blank(ProblemSchema)
    chosen = request.values.get("programme", "")
    if request.method == "POST":
        form = forms.read(ProblemSchema, request.form)
        if form.valid:
            programme = rows.get(chosen)
            new = problems.NewProblem(
                **form.data,
                made_by=person.name,
                programme_id=programme.id if programme else None,
            )
            made = problems.make(g.tenant.id, new, now=datetime.now(UTC))
            return redirect(url_for(".desk_problem", problem=made.code), 303)
    shown = render_template(
        f"{NAME}/desk/problem_new.html",
        form=form,
        chosen=chosen,
        choices=[(code, f"{row.year}: {showing.title_of(row)}") for code, row in rows.items()],
    )
    return (shown, 422) if form.errors else shown


@pages.route("/desk/problems/<problem>", methods=["GET", "POST"])
def desk_problem(problem: str) -> Any:
    """Show a problem with its needs; split needs off, merge another problem into it."""
    person = require(*STAFF)
    row = problems.by_code(g.tenant.id, problem, lock=request.method == "POST")
    if request.method == "POST":
        return _done(row, request.form.get("do", ""), by=person.name)
    found = need_list.page(
        g.tenant.id, after=request.args.get("after", ""), public=False, problem_id=row.id
    )
    programme = programmes.by_id(g.tenant.id, row.programme_id) if row.programme_id else None
    others = [o for o in problems.listed(g.tenant.id, states=("open",)) if o.id != row.id]
    return render_template(
        f"{NAME}/desk/problem.html",
        problem=row,
        item=problem_line(row),
        items=[line(need, needs_of(g.module_settings)) for need in found.rows],
        after=url_for(".desk_problem", problem=row.code, after=found.after)
        if found.after
        else None,
        others=[(o.code, f"{o.code}: {showing.problem_title(o)}") for o in others],
        programme=programme,
        form=forms.blank(ProblemSchema),
    )


def _done(row: Problem, what: str, *, by: str) -> Any:
    if what == "merge":
        other = problems.by_code(g.tenant.id, request.form.get("other", ""), lock=True)
        problems.merge(row, other)
        flash(_("The problems are merged."), "success")
    elif what == "split":
        form = forms.read(ProblemSchema, request.form)
        if not form.valid:
            raise Refused(_("Write the new problem in one sentence, or choose one of the list."))
        row = problems.split(row, _chosen(), problems.NewProblem(**form.data, made_by=by))
        flash(_("The problem is split."), "success")
    else:
        raise Refused(_("This step is not possible now."))
    return redirect(url_for(".desk_problem", problem=row.code), 303)
