"""What becomes of an accepted idea: planned, in work, carried out, or dropped with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from mms_core.contributions import STAFF, Reason, State, Step
from mms_core.i18n import lazy_gettext as _

PROMISED = ("accepted", "planned", "in_work")  # the hall has said yes, and owes the work

DROPPED = (
    Reason(name="no_money", title=_("There is no money for it in the budget")),
    Reason(name="not_ours", title=_("Another body decides on it")),
    Reason(name="not_possible", title=_("It turned out to be technically impossible")),
    Reason(name="against_law", title=_("The law does not allow it")),
    Reason(name="otherwise", title=_("It was solved in another way")),
    Reason(name="other", title=_("Another reason, said in the text")),
)


class CostSchema(Schema):
    """What a yes costs and how long it takes, as far as it is known."""

    cost = fields.Integer(
        validate=validate.Range(0, 10**9),
        metadata={
            "label": _("Estimated cost, lari"),
            "help": _("Everybody can read it; leave it empty if it is not known."),
        },
    )
    term = fields.String(
        validate=validate.Length(max=120),
        metadata={"label": _("When the work is done"), "help": _("For example: spring 2027.")},
    )


STATES = (
    State(name="planned", title=_("Planned"), tone="good"),
    State(name="in_work", title=_("In work"), tone="good"),
    State(name="done", title=_("Carried out"), tone="good", open=False),
    State(name="dropped", title=_("Given up"), tone="bad", open=False),
)

STEPS = (
    Step(
        name="plan",
        title=_("Plan the work"),
        source=("accepted",),
        target="planned",
        by=STAFF,
        told=_("The city hall planned the work."),
        message="planned",
        text="required",
        fields=CostSchema,
    ),
    Step(
        name="start_work",
        title=_("Say that the work has begun"),
        source=("accepted", "planned"),
        target="in_work",
        by=STAFF,
        told=_("The work has begun."),
        message="in_work",
        text="required",
    ),
    Step(
        name="carry_out",
        title=_("Report what was done"),
        source=PROMISED,
        target="done",
        by=STAFF,
        told=_("The idea was carried out."),
        message="done",
        text="required",
        answers=True,
        primary=True,
    ),
    Step(
        name="drop",
        title=_("Give the work up, with the reason"),
        source=PROMISED,
        target="dropped",
        by=STAFF,
        told=_("The city hall gave the work up and said why."),
        message="dropped",
        text="required",
        answers=True,
        reasons=DROPPED,
    ),
)
WORK = frozenset(step.name for step in STEPS)
WAY = ("accepted", "planned", "in_work", "done")


def latest(events: Sequence[Any]) -> Any:
    """Give the newest public event that tells of the work; None before the first one.

    What was told before the idea was looked at once more counts no longer.
    """
    for event in reversed(events):
        if event.step in WORK:
            return event
        if event.step == "reopen":
            return None
    return None


def way(state: str) -> tuple[tuple[str, ...], int]:
    """Give the states that promised work passes, and which of them it is in, from 1; else 0."""
    return (WAY, WAY.index(state) + 1) if state in PROMISED else ((), 0)
