"""Puts a case's events into lines that a person reads, for the desk and for the citizen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mms_core.cases import clock_lines
from mms_core.cases.given import shown
from mms_core.cases.log import CaseEvent
from mms_core.cases.models import CaseMessage
from mms_core.contributions import APPLY, CaseType
from mms_core.dates import day, moment
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale

QUIET = frozenset({"look", "reminder", "letter", "held"})  # kinds that change nothing about a case
ICONS = {
    "step": "check",
    "message": "mail",
    "note": "pencil",
    "assigned": "user-check",
    "routed": "users",
    "due": "calendar",
    "file": "paperclip",
    "look": "eye",
    "promise": "handshake",
    "letter": "mail",
    "held": "clock",
    "moderation": "shield",
    "reminder": "clock",
    "merged": "layers",
    "imported": "download",
}
TITLES = {
    "message": _("Message from the city hall"),
    "note": _("Internal note"),
    "file": _("A file was attached"),
    "look": _("Contact details were looked at"),
    "edited": _("The author changed the text"),
}
LETTERS = {
    "again": _("A letter that was not delivered was sent again"),
    "corrected": _("A letter that was not delivered was sent to a better address"),
    "told": _("The citizen was told in another way than by letter"),
}
HELD = {
    "soon": _("A step was decided; until its minute was over it could be undone"),
    "held": _("An answer was decided and held"),
    "withdrawn": _("What was decided was taken back before it was done"),
}
PROMISED = {
    "made": _("The city hall promised, by %(day)s"),
    "moved": _("The promise was moved to %(day)s"),
    "kept": _("The promise was kept"),
    "broken": _("The promise was not kept"),
    "lapsed": _("The promise was not kept: its day, %(day)s, has passed"),
}
MERGED = {
    "joined": _("Joined to case %(number)s, which asks for the same: one answer to all"),
    "took": _("Case %(number)s, which asks for the same, was joined to this one"),
    "parted": _("Separated from case %(number)s: it gets an answer of its own"),
    "lost": _("Case %(number)s was separated from this one"),
}
MODERATED = {
    "hidden": _("Hidden from the public by a rule"),
    "redacted": _("A part was struck out by a rule"),
    "restored": _("Shown to the public again"),
    "appealed": _("The author appealed against the hiding"),
    "upheld": _("The appeal was decided: it stays hidden"),
    "looked": _("The original was looked at"),
}
ROLES = {
    "citizen": _("Citizen"),
    "operator": _("Operator"),
    "head": _("Head of unit"),
    "mayor": _("Mayor"),
    "clerk": _("Centre employee"),
    "system": _("System"),
}
TONES = {"info": "info", "wait": "warning", "good": "success", "bad": "danger"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a timeline, as the component draws it."""

    title: str
    when: str
    datetime: str
    by: str = ""
    text: str = ""
    tone: str = ""
    icon: str = "check"
    lang: str = ""
    next: bool = False
    facts: tuple[tuple[str, str], ...] = ()  # the reason and the step's own fields


def inside(
    events: Iterable[CaseEvent],
    case_type: CaseType | None,
    *,
    messages: Iterable[CaseMessage],
    language: str,
) -> list[Line]:
    """Give every line, newest first, as the staff of the hall reads it."""
    words = {str(row.id): row for row in messages}
    lines = [_line(e, case_type, words=words, language=language, staff=True) for e in events]
    return lines[::-1]


def outside(
    events: Iterable[CaseEvent],
    case_type: CaseType | None,
    *,
    messages: Iterable[CaseMessage],
    language: str,
) -> list[Line]:
    """Give the citizen's lines, oldest first: public steps, and what was written to and fro."""
    words = {str(row.id): row for row in messages if row.direction != "note"}
    shown = [e for e in events if e.public or (e.kind == "message" and _message(e, words))]
    return [_line(e, case_type, words=words, language=language, staff=False) for e in shown]


def tone(case_type: CaseType | None, state: str) -> str:
    """Give the component's tone of a state; neutral when its module is gone."""
    try:
        return TONES.get(case_type.state(state).tone, "neutral") if case_type else "neutral"
    except KeyError:
        return "neutral"


def state_title(case_type: CaseType | None, state: str) -> str:
    """Give the words of a state; its bare name when its module is gone."""
    try:
        return str(case_type.state(state).title) if case_type else state
    except KeyError:
        return state


def _line(
    event: CaseEvent,
    case_type: CaseType | None,
    *,
    words: Mapping[str, CaseMessage],
    language: str,
    staff: bool,
) -> Line:
    message = _message(event, words)
    return Line(
        title=_title(event, case_type, staff=staff),
        when=moment(event.at),
        datetime=event.at.isoformat(),
        by=_by(event, staff=staff),
        text=message.body if message else event.text,
        tone=tone(case_type, event.after) if event.kind == "step" else "",
        icon=ICONS.get(event.kind, "circle-dot"),
        lang=language if message or event.text else "",
        facts=_facts(event, case_type, staff=staff),
    )


def _facts(
    event: CaseEvent, case_type: CaseType | None, *, staff: bool
) -> tuple[tuple[str, str], ...]:
    step = case_type.step(event.step) if case_type and event.kind == "step" else None
    if step and step.name == APPLY:
        return ((str(_("Number of the application")), str(event.data.get("to_number", ""))),)
    if step and step.forwards:
        return _forwarded(event.data, staff=staff)
    return shown(step, event.data, staff=staff) if step else ()


def _forwarded(data: Mapping[str, Any], *, staff: bool) -> tuple[tuple[str, str], ...]:
    """Say where a case went, and to the staff whether the five days of the law were over."""
    to = str(data.get("to_ka" if locale() == "ka" else "to_en", ""))
    facts = [(str(_("Forwarded to")), to), (str(_("Number there")), str(data.get("to_number", "")))]
    if staff and data.get("late"):
        facts.append((str(_("In time")), str(_("No"))))
    return tuple(pair for pair in facts if pair[1])


def _came(data: Mapping[str, Any]) -> str:
    hall = str(data.get("ka" if locale() == "ka" else "en", ""))
    return str(_("Forwarded from %(hall)s, number %(number)s", hall=hall, number=data["number"]))


def _moved(data: Mapping[str, Any]) -> str:
    hall = str(data.get("to_ka" if locale() == "ka" else "to_en", ""))
    number = data["to_number"]
    return str(_("Moved to %(hall)s, number there %(number)s", hall=hall, number=number))


def _imported(data: Mapping[str, Any]) -> str:
    said = _("Taken over from %(platform)s, number there %(number)s", platform=data["platform"],
             number=data["number"])  # fmt: skip
    return f"{said}, {day(date.fromisoformat(data['opened']))}"


def _applied(data: Mapping[str, Any]) -> str:
    return str(_("It came as case %(number)s, which asked for this act", number=data["number"]))


def _message(event: CaseEvent, words: Mapping[str, CaseMessage]) -> CaseMessage | None:
    return words.get(str(event.data.get("message", "")))


def _title(event: CaseEvent, case_type: CaseType | None, *, staff: bool) -> str:
    if event.kind == "step":
        step = case_type.step(event.step) if case_type else None
        if step is None:
            return event.step
        return str(step.title if staff or not step.told else step.told)
    if event.kind == "message" and event.actor_role == "citizen":
        return str(_("The citizen wrote") if staff else _("You wrote"))
    said = _of_kind(event, staff=staff)
    return said or str(TITLES.get(event.kind, event.kind))


def _of_kind(event: CaseEvent, *, staff: bool) -> str:
    """Say what an event's own facts tell; empty where they tell nothing."""
    if event.kind in clock_lines.KINDS:
        return clock_lines.title(event, staff=staff)
    if event.kind in SAID:
        return SAID[event.kind](event.data)
    if event.kind == "file" and event.data.get("name"):
        return str(_("File attached: %(name)s", name=event.data["name"]))
    if event.kind == "letter":
        return str(LETTERS[event.data["what"]])
    return promised(event.data)


def promised(data: Mapping[str, Any]) -> str:
    """Say what happened to a promise; empty for an event about none."""
    if "promise" not in data:
        return ""
    return str(PROMISED[data["what"]]) % {"day": day(date.fromisoformat(data["due"]))}


def _assigned(data: Mapping[str, Any]) -> str:
    if not data.get("name"):
        return str(_("Nobody is responsible any more"))
    said = str(_("Responsible: %(name)s", name=data["name"]))
    if data.get("instead_of"):
        away = data["instead_of"]
        said += " " + str(_("(stands in for %(name)s, who is away)", name=away))
    return said


def _held(data: Mapping[str, Any]) -> str:
    return str(HELD.get(data.get("what", ""), ""))


def _moderated(data: Mapping[str, Any]) -> str:
    return str(MODERATED.get(data.get("what", ""), ""))


def _merged(data: Mapping[str, Any]) -> str:
    return str(MERGED[data["what"]]) % {"number": data["other"]}


def _routed(data: Mapping[str, Any]) -> str:
    name = data.get("name") if locale() == "ka" else data.get("name_en") or data.get("name")
    return str(_("Handed over to the unit: %(name)s", name=name or ""))


SAID = {
    "assigned": _assigned,
    "routed": _routed,
    "came": _came,
    "imported": _imported,
    "moved": _moved,
    "applied": _applied,
    "held": _held,
    "moderation": _moderated,
    "merged": _merged,
}


def _by(event: CaseEvent, *, staff: bool) -> str:
    """Name the officer to colleagues; to the citizen the city hall answers, not one person."""
    if staff:
        role = str(ROLES.get(event.actor_role, event.actor_role))
        return f"{event.actor_name}, {role}" if event.actor_name else role
    if event.actor_role in {"citizen", "system"}:
        return ""
    return str(_("City hall"))


def since(events: Iterable[CaseEvent], version: int) -> list[CaseEvent]:
    """Give the events after a version that change what an officer sees of the case."""
    return [e for e in events if e.seq > version and e.kind not in QUIET]


def newest(messages: Iterable[CaseMessage], direction: str) -> datetime | None:
    """Give the moment of the newest message in a direction, or None."""
    return max((row.at for row in messages if row.direction == direction), default=None)
