"""What the citizen taps and writes on the page of an answered case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.whose import own_case
from mms_core.citizen import opinion
from mms_core.errors import Answerable, Invalid, Refused
from mms_core.i18n import gettext as _
from mms_core.limits import limiter
from mms_core.modules import registry
from mms_core.people.current import acting

pages = Blueprint("own_case", __name__, url_prefix="/<slug>/cases/<number>")
TAPS = "30 per minute; 300 per hour"


@pages.post("/opinion")
@limiter.limit(TAPS, methods=["POST"])
def tell(number: str) -> Any:
    """Keep one tap or a few words; what is refused is said on the page of the case."""
    case = own_case(number, lock=True)
    work = WORK.get(request.form.get("do", ""))
    if work is None:
        raise Invalid(_("It is not clear what should be done."))
    try:
        said = work(case)
    except (Invalid, Refused) as problem:
        return _again(case, problem)
    flash(said, "success")
    return redirect(url_for("cases.page", number=case.number), 303)


def _again(case: Case, problem: Answerable) -> Any:
    """Show the page with the problem and the words as they were typed."""
    from mms_core.cases.views import show_own

    typed = {name: request.form.get(name, "") for name in ("do", "text", "reason")}
    return show_own(case, opinion_error=str(problem.message), typed=typed), problem.status


def _rate(case: Case) -> str:
    opinion.rate(case, request.form.get("score", 0, type=int), now=datetime.now(UTC))
    return _("Thank you. Your rating is kept.")


def _say(case: Case) -> str:
    opinion.say(case, request.form.get("text", ""))
    return _("Thank you. Your words are kept.")


def _solved(case: Case) -> str:
    answer = request.form.get("solved", "")
    opinion.tell_solved(case, answer, now=datetime.now(UTC))
    if answer == "yes":
        return _("Thank you. We are glad that it helped.")
    return _("Thank you. If you wish, the city hall looks at it once more: see below.")


def _first_time(case: Case) -> str:
    first = request.form.get("first", "")
    if first not in {"yes", "no"}:
        raise Invalid(_("Choose yes or no."))
    opinion.tell_first_time(case, first=first == "yes", now=datetime.now(UTC))
    return _("Thank you. It is counted, without your name.")


def _reopen(case: Case) -> str:
    person = acting()
    opinion.reopen(
        registry(),
        case,
        reason=request.form.get("reason", ""),
        text=request.form.get("text", ""),
        actor=Actor(role="citizen", id=person.id if person else None),
        now=datetime.now(UTC),
    )
    return _("The city hall looks at it once more.")


WORK: dict[str, Callable[[Case], str]] = {
    "rate": _rate,
    "say": _say,
    "solved": _solved,
    "first_time": _first_time,
    "reopen": _reopen,
}
