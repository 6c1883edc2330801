"""The application as a case: a table that every module's cases can lead to.

Somebody who asks for an individual act has made an application, whatever door they took (General
Administrative Code, art. 78); the city hall decides on it within the terms of art. 100.
"""

from __future__ import annotations

from mms_core.clock import policies
from mms_core.contributions import APPLICATION, COMPLAINT, STAFF, CaseType, State, Step
from mms_core.i18n import lazy_gettext as _

LETTERS = "cases"
OPEN = ("filed", "in_proceedings")

CASE = CaseType(
    name=APPLICATION,
    title=_("Application"),
    states=(
        State(name="filed", title=_("Application filed"), public=False),
        State(name="in_proceedings", title=_("In proceedings"), tone="info", public=False),
        State(name="granted", title=_("Granted"), tone="good", open=False, public=False),
        State(
            name="refused",
            title=_("Not granted"),
            tone="bad",
            open=False,
            public=False,
            remedy=COMPLAINT,
        ),
        State(
            name="unexamined",
            title=_("Left unexamined"),
            open=False,
            public=False,
            remedy=COMPLAINT,
        ),
    ),
    steps=(
        Step(
            name="file",
            title=_("The application is registered"),
            source=(),
            target="filed",
            by=("operator", "head", "mayor", "clerk"),
            told=_("The city hall registered the application."),
            message="application_filed",
        ),
        Step(
            name="begin",
            title=_("Begin the proceedings"),
            source=("filed",),
            target="in_proceedings",
            by=STAFF,
            told=_("The city hall has begun the proceedings on the application."),
            message="application_begun",
            text="optional",
            primary=True,
        ),
        Step(
            name="grant",
            title=_("Decision: the application is granted"),
            source=OPEN,
            target="granted",
            by=STAFF,
            told=_("The city hall granted the application."),
            message="application_decided",
            text="required",
            answers=True,
            primary=True,
        ),
        Step(
            name="refuse",
            title=_("Decision: the application is refused, with the reason"),
            source=OPEN,
            target="refused",
            by=STAFF,
            told=_("The city hall refused the application and gave the reason."),
            message="application_decided",
            text="required",
            answers=True,
        ),
        Step(
            name="leave",
            title=_("Decision: the application is left unexamined, with the reason"),
            source=OPEN,
            target="unexamined",
            by=STAFF,
            told=_("The city hall left the application unexamined and gave the reason."),
            message="application_decided",
            text="required",
            answers=True,
        ),
    ),
    deadline=policies()["application"],
    letters=LETTERS,
)
