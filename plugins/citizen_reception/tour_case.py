"""The life of a group's visit, a table to read aloud: none ends without what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate

from mms_core.clock import Policy, Wording
from mms_core.contributions import COMPLAINT, STAFF, CaseType, State, Step
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception import group_showing, tours
from plugins.citizen_reception.models import NAME

POLICY = Policy(
    key="group_visit",
    days=5,
    unit="working",
    most=15,
    source="Default of the shared system: a group is told in time whether it is expected.",
    source_ka="საერთო სისტემის ნაგულისხმევი წესი: ჯგუფმა დროულად იცის, ელიან თუ არა.",
    label=Wording(ka="პასუხი ჯგუფის ვიზიტზე", en="Answer to a group's visit"),
    cure="",
)


class GuideFields(Schema):
    """Who leads the group."""

    guide = fields.String(
        required=True,
        validate=validate.Length(1, 120),
        metadata={"label": _("Who leads the group")},
    )


class CameFields(Schema):
    """How many came."""

    came = fields.Integer(
        required=True,
        validate=validate.Range(1, 2000),
        metadata={"label": _("How many people came"), "kind": "number"},
    )


STATES = (
    State(name="asked", title=_("Asked for"), tone="neutral", public=False),
    State(name="expected", title=_("Expected"), tone="good", public=False),
    State(name="received", title=_("Received in the building"), tone="good", open=False,
          public=False),
    State(name="missed", title=_("Did not come"), tone="bad", open=False, public=False),
    State(name="declined", title=_("Not possible"), tone="bad", open=False, public=False,
          remedy=COMPLAINT),
    State(name="cancelled", title=_("Called off"), open=False, public=False),
)  # fmt: skip

STEPS = (
    Step(
        name="ask",
        title=_("A visit is asked for"),
        source=(),
        target="asked",
        by=("citizen", "clerk"),
        told=_("The city hall registered your group's visit and holds the hour."),
        message="tour_receipt",
    ),
    Step(
        name="confirm",
        title=_("Expect the group"),
        source=("asked",),
        target="expected",
        by=STAFF,
        told=_("Your group is expected."),
        message="tour_confirmed",
        text="optional",
        answers=True,
        primary=True,
        fields=GuideFields,
    ),
    Step(
        name="decline",
        title=_("Not possible, with the reason and another proposal"),
        source=("asked", "expected"),
        target="declined",
        by=STAFF,
        told=_("The visit is not possible; the city hall says why."),
        message="tour_declined",
        text="required",
        answers=True,
    ),
    Step(
        name="withdraw",
        title=_("Call the visit off"),
        source=("asked",),
        target="cancelled",
        by=("citizen",),
        told=_("You called the visit off; the hour is free for others."),
        message="tour_cancelled",
        withdraws=True,
    ),
    Step(
        name="call_off",
        title=_("Call the visit off"),
        source=("expected",),
        target="cancelled",
        by=("citizen",),
        told=_("You called the visit off; the hour is free for others."),
        message="tour_cancelled",
    ),
    Step(
        name="received",
        title=_("The group was here: what came of it"),
        source=("expected",),
        target="received",
        by=STAFF,
        told=_("The group was in the building."),
        message="tour_received",
        text="required",
        answers=True,
        primary=True,
        fields=CameFields,
    ),
    Step(
        name="missed",
        title=_("The group did not come: what was done"),
        source=("expected",),
        target="missed",
        by=STAFF,
        told=_("The group did not come."),
        message="tour_missed",
        text="required",
        answers=True,
    ),
)


def details(case: Any) -> Mapping[str, Any]:
    """Give the desk what is special in a group's visit."""
    tour = tours.of_case(case)
    return {"facts": group_showing.facts(tour), "sheet": url_for(f"{NAME}.desk_groups")}


GROUP_VISIT = CaseType(
    name=tours.KIND,
    title=_("Visit of a group"),
    states=STATES,
    steps=STEPS,
    deadline=POLICY,
    must_answer=True,
    on_step=tours.keep_in_step,
    own_endpoint=f"{NAME}.own_group",
    intake_endpoint=f"{NAME}.group_intake",
    detail_template=f"{NAME}/desk/group_detail.html",
    details=details,
)
