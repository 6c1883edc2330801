"""Somebody who comes without a booking: a case like every visit, closed with what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact, NewCase, open_case
from mms_core.clock import Policy, Wording
from mms_core.contributions import STAFF, CaseType, State, Step
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from plugins.citizen_reception import day, day_showing, outcomes
from plugins.citizen_reception.models import NAME

KIND = "walk_in"
POLICY = Policy(
    key="visit_outcome",
    days=3,
    unit="working",
    most=30,
    source="Default of the shared system: what came of a visit is written while it is remembered.",
    source_ka="საერთო სისტემის ნაგულისხმევი წესი: ვიზიტის შედეგი დროულად იწერება.",
    label=Wording(ka="ვიზიტის შედეგის ჩაწერა", en="Writing what came of a visit"),
    cure="",
)

STATES = (
    State(name="here", title=_("In the building"), tone="info", public=False),
    State(name="received", title=_("Received"), tone="good", open=False, public=False),
    State(name="missed", title=_("Left without being received"), tone="bad", open=False,
          public=False),
)  # fmt: skip

STEPS = (
    Step(
        name="come",
        title=_("Somebody comes"),
        source=(),
        target="here",
        by=("citizen", "clerk", *STAFF),
        told=_("You came to the reception."),
    ),
    *outcomes.closing(("here",)),
)

WALK_IN = CaseType(
    name=KIND,
    title=_("Visit without a booking"),
    states=STATES,
    steps=STEPS,
    deadline=POLICY,
    days_setting="outcome_days",
    must_answer=True,
    on_step=outcomes.tell_figures,
    detail_template=f"{NAME}/desk/visit_detail.html",
    details=day_showing.details,
)


def come(
    registry: Registry,
    tenant: Any,
    *,
    data: Mapping[str, Any],
    settings: Mapping[str, Any],
    by: Actor,
    now: datetime,
) -> tuple[Case, int]:
    """Open the case of somebody who came, and give the number by which they are called."""
    new = NewCase(
        title=data["matter"],
        body="",
        contact=Contact(name=data["name"], phone=data["phone"]),
        language=data.get("language", "ka"),
        channel="visit",
        by=by,
        settings=settings,
    )
    case = open_case(registry, WALK_IN, module=NAME, tenant=tenant, new=new, now=now)
    turn, _new = day.arrive(case, official=data["official"], planned_at=None, by=by.name, now=now)
    return case, turn.no
