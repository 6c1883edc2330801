"""The desk's pages of opinions: asking units about an idea, what units owe, giving one."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.errors import Invalid, NotAllowed, NotFound
from mms_core.forms import Form, blank, read
from mms_core.i18n import gettext as _
from mms_core.people.current import STAFF, Person, require, roles_in
from mms_core.units import rules as units
from plugins.your_idea_to_mayor import feasibility
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.feasibility import line
from plugins.your_idea_to_mayor.models import NAME, Feasibility
from plugins.your_idea_to_mayor.rules import KIND

Answer = BaseResponse | str | tuple[str, int]
LONGEST = 2000  # characters of a question


def _officer() -> tuple[Person, Actor]:
    person, roles = require(*sorted(STAFF)), roles_in(g.tenant.id)
    role: Any = next(role for role in ("mayor", "head", "operator") if role in roles)
    return person, Actor(role=role, id=person.id, name=person.name)


@pages.get("/desk/opinions/")
def desk_opinions() -> str:
    """Show an officer the opinions that their units owe; to the mayor and heads, all of them."""
    person, _actor = _officer()
    names = units.names(g.tenant.id)
    every = roles_in(g.tenant.id) & {"head", "mayor"}
    mine = units.units_of(g.tenant.id) if every else units.of_person(g.tenant.id, person.id)
    rows = [
        line(row, names) | {"case": case}
        for row, case in feasibility.waiting(g.tenant.id, [unit.id for unit in mine])
    ]
    return render_template(f"{NAME}/desk_opinions.html", rows=rows, has_units=bool(mine))


def _idea(number: str, *, lock: bool = False) -> Case:
    case = by_number(g.tenant.id, number, lock=lock)
    if (case.module, case.kind) != (NAME, KIND):
        raise NotFound(_("There is no case with this number."))
    return case


@pages.get("/desk/<number>/opinions")
def ask_units(number: str) -> str:
    """Show the form that asks units about an idea."""
    _officer()
    return _ask_page(_idea(number), [], "")


@pages.post("/desk/<number>/opinions")
def send_question(number: str) -> Answer:
    """Ask the units."""
    _person, actor = _officer()
    case, chosen = _idea(number, lock=True), request.form.getlist("units")
    question = request.form.get("question", "").replace("\x00", "")[:LONGEST]
    now = datetime.now(UTC)
    try:
        feasibility.ask(case, chosen, question=question, actor=actor, now=now)
    except Invalid as problem:
        return _ask_page(case, [str(problem.message)], question, chosen), 422
    flash(_("The units have been asked."), "success")
    return redirect(url_for("desk.case_page", number=case.number), 303)


def _ask_page(case: Case, errors: list[str], question: str, chosen: Any = ()) -> str:
    return render_template(
        f"{NAME}/desk_ask.html",
        case=case,
        choices=[(str(one.id), units.title(one)) for one in units.units_of(g.tenant.id)],
        errors=errors,
        question=question,
        chosen=list(chosen),
        term=feasibility.TERM,
        longest=LONGEST,
    )


@pages.get("/desk/opinions/<uuid:opinion_id>")
def opinion_page(opinion_id: uuid.UUID) -> str:
    """Show the idea and the form of a unit's opinion."""
    _officer()
    row, case = feasibility.by_id(g.tenant.id, opinion_id)
    names = feasibility.OpinionSchema().fields
    values = {name: getattr(row, name) for name in names}
    return _opinion_page(row, case, blank(feasibility.OpinionSchema, values=values))


@pages.post("/desk/opinions/<uuid:opinion_id>")
def give_opinion(opinion_id: uuid.UUID) -> Answer:
    """Keep a unit's opinion; only who works there may give it, or a head or the mayor."""
    person, actor = _officer()
    row, case = feasibility.by_id(g.tenant.id, opinion_id)
    mine = {unit.id for unit in units.of_person(g.tenant.id, person.id)}
    if row.unit_id not in mine and not roles_in(g.tenant.id) & {"head", "mayor"}:
        raise NotAllowed(_("Only this unit gives its opinion."))
    form = read(feasibility.OpinionSchema, request.form)
    if not form.valid:
        return _opinion_page(row, case, form), 422
    feasibility.give(row, case, form.data, actor=actor, now=datetime.now(UTC))
    flash(_("The opinion has been kept."), "success")
    return redirect(url_for(".desk_opinions"), 303)


def _opinion_page(row: Feasibility, case: Case, form: Form) -> str:
    names = units.names(g.tenant.id)
    return render_template(f"{NAME}/desk_opinion.html", o=line(row, names), case=case, form=form)
