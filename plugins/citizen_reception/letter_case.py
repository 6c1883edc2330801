"""The life of a letter to the city hall, a table to read aloud (GAC art. 79, 80, 83, 100)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate

from mms_core.clock import policies
from mms_core.contributions import COMPLAINT, STAFF, CaseType, Reason, State, Step
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import marked
from plugins.citizen_reception import letters
from plugins.citizen_reception.models import NAME

WAITING = ("received", "in_work")
OTHERS = ("", *(key for key, _words, _needs in letters.KINDS if key != letters.INFORMATION))
# Said to whoever is refused public information (General Administrative Code, art. 41 and 183).
INFORMATION_REFUSED = _(
    "Within three days of a refusal the city hall owes you in writing the ground of law, your"
    " rights, how to complain, and whom it consulted (General Administrative Code, article 41). If"
    " you do not agree, you can file an administrative complaint with the city hall, addressed to"
    " the mayor, within one month from the day on which you learnt of this; it is decided within"
    " one month (article 183). Write who you are and where you live, what you challenge, what you"
    " ask for and why, and list what you attach."
)


class RefusalSchema(Schema):
    """What a refusal of public information must name besides its reason (art. 41)."""

    ground = fields.String(
        required=True,
        validate=validate.Length(min=3, max=300),
        metadata={
            "label": _("Ground of law"),
            "help": _("Article and law, for example: General Administrative Code, article 44."),
        },
    )
    consulted = fields.String(
        load_default="",
        validate=validate.Length(max=300),
        metadata={
            "label": _("Whom you consulted on it"),
            "help": _("Unit or institution (article 41). Leave it empty if nobody was consulted."),
        },
    )


STATES = (
    State(name="received", title=_("Received"), tone="neutral", public=False),
    State(name="in_work", title=_("In preparation"), tone="info", public=False),
    State(name="answered", title=_("Answered"), tone="good", open=False, public=False),
    State(name="refused", title=_("Refused by the city hall"), tone="bad", open=False,
          public=False, remedy=COMPLAINT),
    State(name="information_refused", title=_("Public information was refused"), tone="bad",
          open=False, public=False, remedy=INFORMATION_REFUSED),
    State(name="withdrawn", title=_("The letter was withdrawn"), open=False, public=False),
)  # fmt: skip

STEPS = (
    Step(
        name="register",
        title=_("The letter is registered"),
        source=(),
        target="received",
        by=("citizen", "clerk", "operator", "head", "mayor"),
        told=_("The city hall registered your letter."),
        message="letter_receipt",
    ),
    Step(
        name="take",
        title=_("Take the letter into work"),
        source=("received",),
        target="in_work",
        by=STAFF,
        told=_("Your letter is in work."),
        message="letter_in_work",
        text="optional",
        primary=True,
    ),
    Step(
        name="withdraw",
        title=_("Withdraw the letter"),
        source=("received",),
        target="withdrawn",
        by=("citizen",),
        told=_("You withdrew the letter."),
        message="letter_withdrawn",
        withdraws=True,
    ),
    Step(
        name="answer",
        title=_("Answer the letter"),
        source=WAITING,
        target="answered",
        by=STAFF,
        told=_("The city hall answered your letter."),
        message="letter_answered",
        text="required",
        answers=True,
        primary=True,
    ),
    Step(
        name="refuse",
        title=_("Refuse, with the reason and how to appeal"),
        source=WAITING,
        target="refused",
        by=STAFF,
        told=_("The city hall refused and gave the reason."),
        message="letter_refused",
        text="required",
        answers=True,
        topics=OTHERS,
        reasons=(
            Reason(name="no_ground", title=_("The law gives no ground for it")),
            Reason(name="not_shown", title=_("What it is based on was not shown")),
            Reason(name="decided", title=_("The same was decided already")),
            Reason(name="other", title=_("Another reason")),
        ),
    ),
    Step(
        name="refuse_information",
        title=_("Refuse public information, with the ground of law"),
        source=WAITING,
        target="information_refused",
        by=STAFF,
        told=_("The city hall refused public information and named the ground of law."),
        message="information_refused",
        text="required",
        answers=True,
        fields=RefusalSchema,
        topics=(letters.INFORMATION,),
    ),
    Step(
        name="reopen",
        title=_("Look at it once more"),
        source=("answered", "refused", "information_refused"),
        target="in_work",
        by=("head", "mayor", "citizen"),
        told=_("The city hall looks at your letter once more."),
        message="letter_in_work",
        text="optional",
    ),
)


def details(case: Any) -> Mapping[str, Any]:
    """Give the desk what is special in a letter, and the way to it as a paper."""
    row = letters.of_case(case)
    kinds = letters.topics(None)
    return {
        "kind": kinds.get(row.kind, row.kind) if row else "",
        "addressee": marked(row.addressee) if row else "",
        "address": marked(row.address) if row else "",
        "signed": row.signed if row else False,
        "paper": url_for(f"{NAME}.letter_paper", number=case.number),
    }


LETTER = CaseType(
    name=letters.KIND,
    title=_("Letter to the city hall"),
    states=STATES,
    steps=STEPS,
    deadline=policies()["application"],
    terms=letters.TERMS,
    must_answer=True,
    own_endpoint=f"{NAME}.own_letter",
    intake_endpoint=f"{NAME}.letter_intake",
    detail_template=f"{NAME}/desk/letter_detail.html",
    details=details,
    topics=letters.topics,
    carry=letters.carry,
    take_over=letters.take_over,
)
