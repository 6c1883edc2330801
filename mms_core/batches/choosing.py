"""Choosing cases and what shall be done with them, and looking at each letter beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import g, render_template, request
from sqlalchemy import select

from mms_core.batches import rules
from mms_core.batches.models import STEP, UNIT, Batch, BatchCase
from mms_core.batches.running import actor_of
from mms_core.cases import reading
from mms_core.cases.models import Case
from mms_core.contributions import STAFF, CaseType, Step
from mms_core.db import db
from mms_core.desk import answering
from mms_core.desk import rules as desk
from mms_core.desk.answering import Answer
from mms_core.desk.filters import wanted
from mms_core.desk.places import filters_of
from mms_core.desk.previews import Preview, previews
from mms_core.desk.step_fields import data_of, offered
from mms_core.errors import Answerable, Invalid
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import Person, roles_in
from mms_core.people.rules import Colleague, staff_of
from mms_core.units import rules as units


def chosen(
    tenant: Any, person: Person, form: Any, args: Mapping[str, str], *, today: date
) -> Sequence[Any]:
    """Give the cases (id, number, version) that were ticked, or all of the filter if asked."""
    query = select(Case.id, Case.number, Case.version).where(Case.tenant_id == tenant.id)
    ordered = query.order_by(Case.due_on.asc().nulls_last(), Case.id).limit(rules.MOST + 1)
    if form.get("all") == "true":
        filters = filters_of(
            args, registry(), person_id=person.id, today=today, settlements=tenant.settlements
        )
        return db.session.execute(ordered.where(*wanted(filters))).all()
    numbers = [raw[:40] for raw in form.getlist("case")][: rules.MOST]
    return db.session.execute(ordered.where(Case.number.in_(numbers))).all() if numbers else []


def page(batch: Batch, *, problem: Invalid | None = None) -> str:
    """Ask what shall be done with the chosen cases."""
    kept = batch.asked.get("answer", {})
    typed = request.form if request.method == "POST" else _as_typed(kept)
    fields = problem.fields if problem else {}
    case_type = one_kind(batch)
    steps = _steps(batch, case_type)
    return render_template(
        "batches/choose.html",
        batch=batch,
        some=rules.cases_of(batch, limit=10),
        mixed=case_type is None,
        steps=offered(steps, chosen=typed.get("step", ""), typed=typed, problems=fields),
        typed=typed,
        problems={name: [str(text) for text in texts] for name, texts in fields.items()},
        problem=str(problem.message) if problem else "",
        staff=[(str(one.id), one.name) for one in staff_of(batch.tenant_id)],
        units=[(str(one.id), units.title(one)) for one in units.units_of(batch.tenant_id)],
    )


def _as_typed(kept: Mapping[str, Any]) -> Any:
    from werkzeug.datastructures import MultiDict

    typed: MultiDict[str, Any] = MultiDict()
    if kept:
        typed["step"], typed["text_step"] = kept["step"], kept["text"]
        for name, value in kept["data"].items():
            own = f"{kept['step']}.{name}"
            typed.setlist(own, value if isinstance(value, list) else [value])
    return typed


def one_kind(batch: Batch) -> CaseType | None:
    """Give the type that all chosen cases have; None when they are of several."""
    found = {(module, kind) for module, kind, _state in rules.kinds_of(batch)}
    return registry().case_type(*found.pop()) if len(found) == 1 else None


def _steps(batch: Batch, case_type: CaseType | None) -> list[Step]:
    """Give the steps that at least one of the cases can take in the officer's roles."""
    if case_type is None:
        return []
    states = {state for _module, _kind, state in rules.kinds_of(batch)}
    have = roles_in(batch.tenant_id) & frozenset(STAFF)
    fits = [s for s in case_type.steps if states & set(s.source) and have & frozenset(s.by)]
    return sorted(fits, key=lambda step: not step.primary)


def keep_answer(batch: Batch) -> None:
    """Keep the step and its text for the preview; Invalid where no case could take it so."""
    case_type, name = one_kind(batch), request.form.get("step", "")
    step = case_type.step(name) if case_type else None
    if step is None:
        raise Invalid(_("Choose a step that these cases can take."))
    text = request.form.get("text_step", "").replace("\r\n", "\n").strip()
    answer = Answer(step=name, text=text, data=data_of(step, request.form))
    if step.text == "required" and not text:
        words = _("Write the text.")
        raise Invalid(words, fields={"text": [words]})
    batch.kind, batch.asked = STEP, {"answer": answer.to_json()}
    first = _first(batch)
    if first is not None:
        problem = _problem(first, answer, version=None)
        if isinstance(problem, Invalid):  # what is wrong with the words is wrong for all
            raise problem


def _first(batch: Batch) -> Case | None:
    rows = rules.cases_of(batch, limit=1)
    return db.session.get(Case, (batch.tenant_id, rows[0].case_id)) if rows else None


def handing_over(part: str) -> dict[str, Any]:
    """Read to whom the cases go; Invalid for nobody who works here, or no open unit."""
    text = request.form.get(f"text_{part}", "").strip()[:500]
    to = request.form.get("to", "")
    if part == UNIT:
        return {"unit": str(units.open_unit(g.tenant.id, to).id), "text": text}
    if to not in {str(one.id) for one in staff_of(g.tenant.id)}:
        words = _("Choose a colleague from the list.")
        raise Invalid(words, fields={"to": [words]})
    return {"to": to, "text": text}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a case of the batch would get: its letter, or why it would be refused."""

    number: str
    title: str
    language: str
    problem: str = ""
    preview: Preview | None = None


def letters_of(batch: Batch, rows: Sequence[BatchCase]) -> list[Letter]:
    """Write the letters of some cases with the code that sends them; nothing is kept."""
    answer = Answer.from_json(batch.asked["answer"])
    own = (Case.tenant_id == batch.tenant_id) & Case.id.in_([row.case_id for row in rows])
    cases = {case.id: case for case in db.session.scalars(select(Case).where(own))}
    return [_letter(cases[r.case_id], answer, r.version) for r in rows if r.case_id in cases]


def _letter(case: Case, answer: Answer, version: int) -> Letter:
    problem = _problem(case, answer, version=version)
    named: dict[str, Any] = {"number": case.number, "title": case.title, "language": case.language}
    if problem is not None:
        return Letter(**named, problem=str(problem.message))
    case_type = registry().case_type(case.module, case.kind)
    step = case_type.step(answer.step) if case_type else None
    if step is None or step.message is None:
        return Letter(**named)
    actor = actor_of(_me(), allowed=step.by)
    words = answering.letter_of(case, step, answer, actor=actor)
    found = previews(case, step.message, context=words)
    return Letter(**named, preview=next((one for one in found if one.used), None))


def _problem(case: Case, answer: Answer, *, version: int | None) -> Answerable | None:
    """Say why this case would be refused now; None if it would not."""
    case_type = registry().case_type(case.module, case.kind)
    step = case_type.step(answer.step) if case_type else None
    actor, now = actor_of(_me(), allowed=step.by if step else STAFF), datetime.now(UTC)
    if version is not None:
        version = desk.seen_version(case, reading.events(case), seen=version)
    try:
        answering.check(registry(), case, answer, actor=actor, version=version, now=now)
    except Answerable as problem:
        return problem
    return None


def _me() -> Colleague:
    person: Person = g.person
    return Colleague(id=person.id, name=person.name, roles=tuple(roles_in(g.tenant.id)))


def step_title(batch: Batch) -> str:
    """Name the step of a batch."""
    case_type = one_kind(batch)
    step = case_type.step(batch.asked["answer"]["step"]) if case_type else None
    return str(step.title) if step else ""
