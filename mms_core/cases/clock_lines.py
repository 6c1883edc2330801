"""Says in a timeline what moved a clock, and the date that came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mms_core.cases.log import CaseEvent
from mms_core.dates import day
from mms_core.i18n import gettext, locale
from mms_core.i18n import lazy_gettext as _

KINDS = frozenset({"due", "reminder"})  # the events that this file says
STAFF = {
    "asked": _("The citizen was asked, and the clock stands until %(until)s at the latest"),
    "more_time": _("The citizen asked for more time: until %(until)s"),
    "answered": _("The citizen answered, and the clock runs again"),
    "term_over": _("The citizen did not answer in time, and the clock runs again"),
    "by_hand": _("The clock runs again"),
    "answer_given": _("The clock stands no more: the answer was given"),
    "checked": _("Checked: nothing is missing"),
}
CITIZEN = {
    "asked": _("The city hall asked you something and waits until %(until)s; the clock stands"),
    "more_time": _("You have more time to answer: until %(until)s"),
    "answered": _("You answered, and the clock runs again"),
    "term_over": _("No answer came from you in time, and the clock runs again"),
}
BOTH = {
    "extended": _("The date of the answer was extended once"),
    "begun": _("What the answer follows has another day"),
    "days_off": _("A day off was declared: %(day)s, %(name)s"),
    "days_off_removed": _("A day off was taken back: %(day)s, %(name)s"),
}
MOVED = _("The date of the answer has moved")
RUNGS = {
    "half": _("Half of the term is over"),
    "before": _("The date of the answer is near"),
    "on_day": _("The answer is due today"),
    "check": _("It is to be checked that nothing is missing"),
    "head": _("The answer is late; the head was told"),
    "mayor": _("The answer is late; the mayor was told"),
}


def title(event: CaseEvent, *, staff: bool) -> str:
    """Give the line of an event of the kind `due` or `reminder`, for colleagues or the citizen."""
    if event.kind == "reminder":
        return _reminder(event.data)
    said = _what(event, staff=staff)
    if not event.after or event.after == event.before:
        return said
    return f"{said}. {gettext('Answer by %(day)s', day=_day(event.after))}"


def _what(event: CaseEvent, *, staff: bool) -> str:
    name = str(event.data.get("why") or event.step) if event.step == "resumed" else event.step
    if name == "days_off" and event.data.get("removed"):
        name = "days_off_removed"
    words = BOTH | STAFF | ({} if staff else CITIZEN)
    return _filled(str(words.get(name, MOVED)), event.data)


def _filled(words: str, data: Mapping[str, Any]) -> str:
    facts = {
        "until": _day(data.get("until")),
        "day": _day(data.get("day")),
        "name": data.get("name_ka" if locale() == "ka" else "name_en") or data.get("name_ka", ""),
    }
    return words % facts if "%(" in words else words


def _day(raw: Any) -> str:
    return day(date.fromisoformat(raw)) if raw else ""


def _reminder(data: Mapping[str, Any]) -> str:
    rung = str(RUNGS.get(str(data.get("rung")), MOVED))
    names = ", ".join(data.get("to", ()))
    told = gettext("reminded: %(names)s", names=names) if names else gettext("nobody to remind")
    return f"{rung} ({told})"
