"""The life of an idea, a table to read aloud: no way leads to its end past an answer.

The words of the states are those of Tbilisi's portal of ideas, so that people know them.
"""

from __future__ import annotations

from mms_core.cases.imports import Imports
from mms_core.clock import policies
from mms_core.contributions import STAFF, CaseType, State, Step
from mms_core.i18n import lazy_gettext as _
from plugins.your_idea_to_mayor import progress
from plugins.your_idea_to_mayor.categories import categories_of
from plugins.your_idea_to_mayor.figures import details
from plugins.your_idea_to_mayor.forwarded import carry, take_over
from plugins.your_idea_to_mayor.imported import ImportedIdea, take
from plugins.your_idea_to_mayor.merged import on_merged, on_split
from plugins.your_idea_to_mayor.rules import KIND, is_shown, keep_in_step
from plugins.your_idea_to_mayor.settings import settings_now

WAITING = ("received", "under_review")

STATES = (
    State(name="received", title=_("Received"), tone="neutral"),
    State(name="under_review", title=_("Under review"), tone="info"),
    State(name="accepted", title=_("Accepted"), tone="good"),
    *progress.STATES,
    State(name="answered", title=_("Answered"), tone="info", open=False),
    State(name="rejected", title=_("Rejected"), tone="bad", open=False),
    State(name="withdrawn", title=_("Withdrawn"), open=False, public=False),
    State(name="withdrawn_late", title=_("Withdrawn, the answer follows"), tone="info"),
    State(name="blocked", title=_("Blocked"), tone="bad", open=False, public=False),
)

STEPS = (
    Step(
        name="submit",
        title=_("The idea is handed in"),
        source=(),
        target="received",
        by=("citizen", "clerk"),
        told=_("The city hall received the idea and registered it."),
        message="receipt",
    ),
    Step(
        name="withdraw",
        title=_("Withdraw the idea"),
        source=("received",),
        target="withdrawn",
        by=("citizen",),
        told=_("The author withdrew the idea before the city hall began."),
        message="withdrawn",
        withdraws=True,
    ),
    Step(
        name="withdraw_late",
        title=_("Withdraw the idea; the city hall still answers"),
        source=("under_review",),
        target="withdrawn_late",
        by=("citizen",),
        told=_("The author withdrew the idea; the city hall still answers it."),
        message="withdrawn_late",
    ),
    Step(
        name="review",
        title=_("Publish and take under review"),
        source=("received",),
        target="under_review",
        by=STAFF,
        told=_("The idea was published, and the city hall is reviewing it."),
        message="under_review",
        text="optional",
        primary=True,
    ),
    Step(
        name="accept",
        title=_("Answer: the idea is accepted"),
        source=WAITING,
        target="accepted",
        by=STAFF,
        told=_("The city hall accepted the idea."),
        message="accepted",
        text="required",
        answers=True,
        primary=True,
        fields=progress.CostSchema,
    ),
    Step(
        name="answer",
        title=_("Answer: an explanation"),
        source=(*WAITING, "withdrawn_late"),
        target="answered",
        by=STAFF,
        told=_("The city hall answered."),
        message="answered",
        text="required",
        answers=True,
    ),
    Step(
        name="reject",
        title=_("Answer: the idea is rejected, with the reason"),
        source=WAITING,
        target="rejected",
        by=STAFF,
        told=_("The city hall rejected the idea and gave the reason."),
        message="rejected",
        text="required",
        answers=True,
    ),
    Step(
        name="block",
        title=_("Do not publish, and tell the author why"),
        source=WAITING,
        target="blocked",
        by=STAFF,
        told=_("The city hall did not publish the idea and told the author why."),
        message="blocked",
        text="required",
        answers=True,
    ),
    *progress.STEPS,
    Step(
        name="reopen",
        title=_("Look at it once more"),
        source=(*progress.PROMISED, "answered", "rejected", "blocked", "done", "dropped"),
        target="under_review",
        by=("head", "mayor", "citizen"),
        told=_("The city hall is looking at the idea once more."),
        message="reopened",
        text="optional",
    ),
)

IDEA = CaseType(
    name=KIND,
    title=_("Idea"),
    states=STATES,
    steps=STEPS,
    deadline=policies()["idea"],
    days_setting="answer_days",
    must_answer=True,
    on_step=keep_in_step,
    on_merged=on_merged,
    on_split=on_split,
    compared=True,
    own_endpoint="your_idea_to_mayor.own",
    intake_endpoint="your_idea_to_mayor.intake",
    public_endpoint="your_idea_to_mayor.idea",
    shown=is_shown,
    detail_template="your_idea_to_mayor/desk_detail.html",
    details=details,
    topics=lambda hall: categories_of(settings_now(hall.id)),
    carry=carry,
    take_over=take_over,
    imports=Imports(answered="answered", take=take, fields=ImportedIdea),
)
