"""What came of a visit: the one way in which a visit is closed, whatever kind of visit it is.

`closing(...)` gives the steps; each asks for words, so that no table of a visit has another end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from mms_core.cases import numbers
from mms_core.cases.correspondence import write
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import StepAsked, take_step
from mms_core.clock import local_day
from mms_core.contributions import STAFF, Step, StepTaken
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.monitoring.counters import count
from mms_core.promises import rules as promises
from plugins.citizen_reception.day_models import Turn, VisitLink
from plugins.citizen_reception.models import NAME

RECEIVED, MISSED = "received", "missed"
RESULTS = (
    ("solved", _("Solved at once")),
    ("explained", _("Explained: what is possible and how")),
    ("promised", _("Promised, with a date")),
    ("registered", _("Goes on as a case: an idea, a letter, an application")),
    ("referred", _("Another body is competent; the way there was shown")),
    ("not_possible", _("Not possible, with the reason")),
)
LINKS, TURNS = VisitLink.__table__, Turn.__table__


class ResultFields(Schema):
    """What came of it, as one of a few that can be counted."""

    result = fields.String(
        required=True,
        validate=validate.OneOf([key for key, _words in RESULTS]),
        metadata={"label": _("What came of it"), "kind": "radio", "choices": RESULTS},
    )


def closing(source: tuple[str, ...], *, missed: tuple[str, ...] | None = None) -> tuple[Step, ...]:
    """Give the two ends of a visit: what came of it, or what was done as nobody came."""
    return (
        Step(
            name=RECEIVED,
            title=_("The visit was held: what came of it"),
            source=source,
            target=RECEIVED,
            by=STAFF,
            told=_("You were received; what came of it stands here."),
            message="visit_outcome",
            text="required",
            answers=True,
            primary=True,
            fields=ResultFields,
        ),
        Step(
            name=MISSED,
            title=_("Nobody came: what was done"),
            source=source if missed is None else missed,
            target=MISSED,
            by=STAFF,
            told=_("The visit was not held."),
            message="visit_missed",
            text="required",
            answers=True,
        ),
    )


def tell_figures(case: Case, taken: StepTaken) -> None:
    """Count how a visit ended, in the transaction of the step."""
    if taken.name == RECEIVED:
        figures = {"visits": 1, "outcomes": 1, f"result_{taken.data['result']}": 1}
        if not _went_in(case):  # the clerk wrote the outcome alone
            figures["held"] = 1
    elif taken.name == MISSED:
        figures = {"visits": 1, "no_show": 1}
    else:
        return
    count(case.tenant_id, NAME, {local_day(case.updated_at): figures})


def _went_in(case: Case) -> bool:
    own = (TURNS.c.tenant_id == case.tenant_id) & (TURNS.c.case_id == case.id)
    query = select(TURNS.c.id).where(own, TURNS.c.in_at.is_not(None)).limit(1)
    return db.session.execute(query).first() is not None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an officer writes after a visit."""

    text: str
    result: str
    note: str = ""
    linked: Sequence[str] = ()
    promise_text: str = ""
    promise_due: date | None = None
    step: str = RECEIVED
    data: Mapping[str, Any] = field(default_factory=dict)


def conclude(
    registry: Registry, case: Case, *, outcome: Outcome, version: int, actor: Actor, now: datetime
) -> None:
    """Close a visit that was read for update: words, note, links and promise in one transaction.

    Invalid names `text`, `result`, `linked`, `promise_text` or `promise_due`; StaleError when the
    case has moved since `version`.
    """
    others = check_links(case, outcome.linked)
    if outcome.result == "promised" and not outcome.promise_text.strip():
        none = _("Write what is promised.")
        raise Invalid(none, fields={"promise_text": [none]})
    postscript = ""
    if outcome.promise_text.strip():
        promises.check(text=outcome.promise_text, due_on=outcome.promise_due, now=now)
        assert outcome.promise_due is not None  # the check has refused it
        postscript = f"{outcome.promise_text.strip()}: {outcome.promise_due:%d.%m.%Y}"
    given = {"result": outcome.result} if outcome.step == RECEIVED else {}
    asked = StepAsked(
        name=outcome.step,
        actor=actor,
        version=version,
        text=outcome.text,
        data=given,
        postscript=postscript,
    )
    take_step(registry, case, asked=asked, now=now)
    if outcome.note.strip():
        write(case, "note", outcome.note.strip(), actor=actor, now=now)
    if outcome.promise_text.strip():
        promises.promise(
            case, text=outcome.promise_text, due_on=outcome.promise_due, actor=actor, now=now,
            public=False,
        )  # fmt: skip
    for other in others:
        link(case, other, actor=actor, now=now)


def typed_numbers(text: str) -> list[str]:
    """Read the numbers of cases from a line; commas and spaces part them."""
    return [part for part in text.replace(",", " ").replace(";", " ").split() if part]


def check_links(case: Case, typed: Sequence[str]) -> list[Case]:
    """Find the linked cases; Invalid (field `linked`) for a number that this hall does not have."""
    found = []
    for one in typed:
        number = numbers.read(one) or ""
        query = select(Case).where(Case.tenant_id == case.tenant_id, Case.number == number)
        other = db.session.scalars(query).first() if number != case.number else None
        if other is None:
            none = _("There is no other case with the number %(number)s here.", number=one[:40])
            raise Invalid(none, fields={"linked": [none]})
        found.append(other)
    return found


def link(case: Case, other: Case, *, actor: Actor, now: datetime) -> None:
    """Link a visit with another case; the other case's officers read it in its notes."""
    values = {"tenant_id": case.tenant_id, "case_id": case.id, "number": other.number}
    new = insert(LINKS).values(values).on_conflict_do_nothing().returning(LINKS.c.number)
    if db.session.execute(new).first() is not None:
        said = f"{case.number}: {case.title}"
        write(other, "note", said, actor=actor, now=now)


def linked(case: Case) -> list[str]:
    """Give the numbers of the cases that a visit is linked with."""
    own = (LINKS.c.tenant_id == case.tenant_id) & (LINKS.c.case_id == case.id)
    return list(db.session.scalars(select(LINKS.c.number).where(own).order_by(LINKS.c.number)))
