"""Decides on opinions of units: asked by the officer, given by the unit, collected on the case.

Nothing waits for them: the clock of the answer runs on, and the hall answers with or without.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from mms_core.cases.days_off import extra_days_off
from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Case
from mms_core.clock import local_day, working_days_from
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.units import rules as units
from plugins.your_idea_to_mayor.models import Feasibility, Idea

TERM = 5  # working days that a unit has
SHOWN = 100  # opinions that the list of a unit shows
COMPETENCES = (
    ("ours", _("Ours: the city hall can decide on it")),
    ("shared", _("Ours together with another body")),
    ("other", _("Another body's")),
)
_WORDS = validate.Length(max=2000)

IDEA, ROW = Idea.__table__, Feasibility.__table__
OF_IDEA = (ROW.c.tenant_id == IDEA.c.tenant_id) & (ROW.c.case_id == IDEA.c.case_id)
ASKED = select(ROW.c.id).where(OF_IDEA).correlate(IDEA).exists().label("asked")  # beside an idea


class OpinionSchema(Schema):
    """What a unit says of an idea."""

    competence = fields.String(
        required=True,
        validate=validate.OneOf([key for key, _words in COMPETENCES]),
        metadata={"label": _("Whose competence it is"), "kind": "radio", "choices": COMPETENCES},
    )
    cost = fields.Integer(
        load_default=None,
        validate=validate.Range(0, 10**9),
        metadata={"label": _("Cost in lari"), "help": _("Empty if it is not known.")},
    )
    term = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"label": _("How long it would take")},
    )
    risk = fields.String(
        load_default="", validate=_WORDS, metadata={"label": _("Risks"), "kind": "textarea"}
    )
    note = fields.String(
        load_default="",
        validate=_WORDS,
        metadata={
            "label": _("What else the answer should say"),
            "kind": "textarea",
            "help": _("Only the staff read it."),
        },
    )


def ask(
    case: Case, unit_ids: Sequence[str], *, question: str, actor: Actor, now: datetime
) -> list[Feasibility]:
    """Ask units; Invalid (field `units`) without any, Refused when the case has its answer.

    A unit that was asked before is asked anew; what it said stays in its form, to be said again.
    """
    if not case.is_open or case.answered_at is not None:
        raise Refused(_("The idea has its answer already."))
    if not unit_ids:
        none = _("Choose at least one unit.")
        raise Invalid(none, fields={"units": [none]})
    asked = [units.open_unit(case.tenant_id, raw) for raw in dict.fromkeys(unit_ids)]
    known = {row.unit_id: row for row in of_case(case)}
    off = extra_days_off(case.tenant_id)
    wanted_by = working_days_from(local_day(now), TERM, extra_days_off=off)
    rows = [known.get(unit.id) or _new(case, unit.id) for unit in asked]
    for row in rows:
        row.question, row.asked_by, row.asked_at = question.strip(), actor.name, now
        row.wanted_by, row.answered_at = wanted_by, None
        db.session.add(row)
    names = ", ".join(units.title(unit) for unit in asked)
    said = str(_("An opinion was asked of: %(names)s", names=names))
    append(case, Entry(kind="note", actor=actor, text=said), at=now)
    return rows


def _new(case: Case, unit_id: uuid.UUID) -> Feasibility:
    return Feasibility(tenant_id=case.tenant_id, id=uuid7(), case_id=case.id, unit_id=unit_id)


def give(
    row: Feasibility, case: Case, data: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    """Keep what a unit thinks; it can be corrected until the idea is answered, then Refused."""
    if case.answered_at is not None:
        raise Refused(_("The idea has its answer already."))
    for name, value in data.items():
        setattr(row, name, value)
    row.answered_by, row.answered_at = actor.name, now
    unit = units.unit(row.tenant_id, row.unit_id)
    said = str(_("%(unit)s gave its opinion.", unit=units.title(unit)))
    append(case, Entry(kind="note", actor=actor, text=said), at=now)


def of_case(case: Case) -> list[Feasibility]:
    """List the opinions on an idea, the first asked first."""
    own = (Feasibility.tenant_id == case.tenant_id) & (Feasibility.case_id == case.id)
    query = select(Feasibility).where(own).order_by(Feasibility.asked_at, Feasibility.id)
    return list(db.session.scalars(query))


def by_id(tenant_id: int, opinion_id: uuid.UUID) -> tuple[Feasibility, Case]:
    """Give an opinion with its case, which is locked; NotFound when there is none."""
    row = db.session.get(Feasibility, (tenant_id, opinion_id))
    if row is None:
        raise NotFound(_("There is no such request for an opinion."))
    query = select(Case).where(Case.tenant_id == tenant_id, Case.id == row.case_id)
    return row, db.session.execute(query.with_for_update()).scalar_one()


def waiting(tenant_id: int, unit_ids: Iterable[uuid.UUID]) -> list[tuple[Feasibility, Case]]:
    """List what units still owe on ideas without an answer, the nearest day first."""
    same = (Case.tenant_id == Feasibility.tenant_id) & (Case.id == Feasibility.case_id)
    query = (
        select(Feasibility, Case)
        .join(Case, same)
        .where(Feasibility.tenant_id == tenant_id, Case.tenant_id == tenant_id)
        .where(Feasibility.unit_id.in_([*unit_ids]), Feasibility.answered_at.is_(None))
        .where(Case.answered_at.is_(None))
        .order_by(Feasibility.wanted_by, Feasibility.id)
        .limit(SHOWN)
    )
    return [(row.Feasibility, row.Case) for row in db.session.execute(query)]


def state(row: Feasibility, *, today: date) -> tuple[Any, str]:
    """Say how an opinion stands, in a word and its colour."""
    if row.answered_at is not None:
        return _("Given"), "success"
    return (_("Late"), "warning") if row.wanted_by < today else (_("Asked"), "info")


def line(row: Feasibility, names: Mapping[str, str]) -> dict[str, Any]:
    """Put an opinion into words for a page; `names` are those of the units."""
    from plugins.your_idea_to_mayor.showing import language_of  # which knows the table of steps

    word, tone = state(row, today=local_day(datetime.now(UTC)))
    competence = dict(COMPETENCES).get(row.competence, "")
    unit = names.get(str(row.unit_id), "")
    said = {"row": row, "unit": unit, "word": word, "tone": tone, "competence": competence}
    return said | {"lang": language_of}


def collected(case: Case) -> list[dict[str, Any]]:
    """Give the opinions on an idea as the desk's page of it shows them."""
    rows = of_case(case)
    names = units.names(case.tenant_id) if rows else {}
    return [line(row, names) for row in rows]
