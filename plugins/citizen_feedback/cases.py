"""The life of a need, a table to read aloud: no way leads to its end past an answer.

An anonymous rating is no case: it has neither author nor number, and only its sums are discussed.
"""

from __future__ import annotations

from mms_core.clock import policies
from mms_core.contributions import STAFF, CaseType, State, Step
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_feedback.need_desk import details, topics
from plugins.citizen_feedback.needs import KIND, is_shown, keep_in_step

WAITING = ("received", "considered")

STATES = (
    State(name="received", title=_("Received"), tone="neutral"),
    State(name="considered", title=_("Considered"), tone="info"),
    State(name="in_budget", title=_("In the budget"), tone="good"),
    State(name="solved", title=_("Solved"), tone="good", open=False),
    State(name="answered", title=_("Answered"), tone="info", open=False),
    State(name="blocked", title=_("Not published"), tone="bad", open=False, public=False),
)

STEPS = (
    Step(
        name="submit",
        title=_("The need is handed in"),
        source=(),
        target="received",
        by=("citizen", "clerk"),
        told=_("The city hall received the need and registered it."),
        message="need_receipt",
        eligibility=("citizen", "age:18", "registered"),  # art. 3.3
    ),
    Step(
        name="consider",
        title=_("Publish and consider"),
        source=("received",),
        target="considered",
        by=STAFF,
        told=_("The need was published; it is considered in the half-year report."),
        message="need_considered",
        text="optional",
        primary=True,
    ),
    Step(
        name="answer",
        title=_("Answer with an explanation"),
        source=WAITING,
        target="answered",
        by=STAFF,
        told=_("The city hall answered."),
        message="need_answered",
        text="required",
        answers=True,
    ),
    Step(
        name="block",
        title=_("Do not publish, and tell the author why"),
        source=WAITING,
        target="blocked",
        by=STAFF,
        told=_("The city hall did not publish the need and told the author why."),
        message="need_answered",
        text="required",
        answers=True,
    ),
    Step(
        name="into_budget",
        title=_("The problem goes into the draft budget"),
        source=(*WAITING, "answered"),
        target="in_budget",
        by=("mayor", "system"),
        told=_("The mayor chose the problem for the next year's draft budget."),
        message="need_in_budget",
        text="required",
        answers=True,
    ),
    Step(
        name="solve",
        title=_("The problem is solved"),
        source=("in_budget",),
        target="solved",
        by=(*STAFF, "system"),
        told=_("The problem is solved."),
        message="need_solved",
        text="required",
        answers=True,
    ),
    Step(
        name="drop",
        title=_("The problem did not stay in the budget"),
        source=("in_budget",),
        target="answered",
        by=("mayor", "system"),
        told=_("The problem did not stay in the budget."),
        message="need_answered",
        text="required",
        answers=True,
    ),
)

NEED = CaseType(
    name=KIND,
    title=_("Need"),
    states=STATES,
    steps=STEPS,
    deadline=policies()["need"],
    days_setting="need_days",
    must_answer=True,
    on_step=keep_in_step,
    compared=True,
    intake_endpoint="citizen_feedback.need_intake",
    public_endpoint="citizen_feedback.need",
    shown=is_shown,
    detail_template="citizen_feedback/desk/need_detail.html",
    details=details,
    topics=topics,
)
