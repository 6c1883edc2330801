"""The life of a booked visit, a table to read aloud: none ends without what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mms_core.cases.clockwork import begin_at
from mms_core.cases.log import Actor
from mms_core.clock import Policy, Wording
from mms_core.contributions import COMPLAINT, STAFF, CaseType, State, Step, StepTaken
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception import day_showing, outcomes, visit_showing, visits
from plugins.citizen_reception.models import NAME

POLICY = Policy(
    key="booked_visit",
    days=3,
    unit="working",
    most=30,
    source="Default of the shared system: what came of a visit is written while it is remembered.",
    source_ka="საერთო სისტემის ნაგულისხმევი წესი: ვიზიტის შედეგი დროულად იწერება.",
    label=Wording(ka="დაჯავშნილი ვიზიტი და მისი შედეგი", en="A booked visit and what came of it"),
    cure="",
)

STATES = (
    State(name="booked", title=_("Booked"), tone="info", public=False),
    State(name="received", title=_("Received"), tone="good", open=False, public=False),
    State(name="missed", title=_("Was not held"), tone="bad", open=False, public=False),
    State(name="cancelled", title=_("Cancelled by the visitor"), open=False, public=False),
    State(name="called_off", title=_("Called off by the city hall"), tone="bad", open=False,
          public=False, remedy=COMPLAINT),
)  # fmt: skip

STEPS = (
    Step(
        name="book",
        title=_("A visit is booked"),
        source=(),
        target="booked",
        by=("citizen", "clerk", *STAFF),
        told=_("Your visit is booked."),
    ),
    Step(
        name="move",
        title=_("Move the visit"),
        source=("booked",),
        target="booked",
        by=("citizen", "system"),
        told=_("The visit has another time."),
        message="visit_moved",
    ),
    Step(
        name="relocate",
        title=_("Say another place"),
        source=("booked",),
        target="booked",
        by=("system",),
        told=_("The visit is at another place."),
        message="visit_elsewhere",
    ),
    Step(
        name="cancel",
        title=_("Cancel the visit"),
        source=("booked",),
        target="cancelled",
        by=("citizen",),
        told=_("You cancelled the visit; the time is free for others."),
        message="visit_cancelled",
        withdraws=True,
    ),
    Step(
        name="call_off",
        title=_("Call the visit off, with the reason and another proposal"),
        source=("booked",),
        target="called_off",
        by=STAFF,
        told=_("The city hall called the visit off and says why."),
        message="visit_called_off",
        text="required",
        answers=True,
    ),
    *outcomes.closing(("booked",)),
)


def details(case: Any) -> Mapping[str, Any]:
    """Give the desk the visit's facts beside the turns of its day."""
    known = dict(day_showing.details(case))
    row = visits.of_case(case)
    if row is not None:
        known["facts"] = [*visit_showing.facts(case.tenant_id, row), *known.get("facts", [])]
    return known


def keep_in_step(case: Any, taken: StepTaken) -> None:
    """Keep the visit's row and minutes, and count the outcome from where the visit moved to."""
    visits.keep_in_step(case, taken)
    row = visits.of_case(case) if taken.name == "move" else None
    if row is not None:
        actor = Actor(role=taken.actor)
        begin_at(case, VISIT, start=row.ends_at, actor=actor, now=case.updated_at)


VISIT = CaseType(
    name=visits.KIND,
    title=_("Visit by appointment"),
    states=STATES,
    steps=STEPS,
    deadline=POLICY,
    days_setting="outcome_days",
    must_answer=True,
    on_step=keep_in_step,
    own_endpoint=f"{NAME}.own_visit",
    intake_endpoint=f"{NAME}.visit_intake",
    detail_template=f"{NAME}/desk/visit_detail.html",
    details=details,
)
