"""Which column of a foreign file is what, and a line of it as a record, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import marshmallow as ma

from mms_core.cases.asked import Contact
from mms_core.cases.imports import Record
from mms_core.contributions import CaseType
from mms_core.form_words import said
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _

# What the core asks of a record: its name, its words, the columns by which it is guessed. The first
# of Open311 GeoReport v2, then those of tables as people keep them.
FIELDS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "external_id": (_("Number there"), ("service_request_id", "id", "number", "ნომერი")),
    "title": (_("Title"), ("title", "summary", "service_name", "სათაური")),
    "body": (_("Text"), ("description", "text", "body", "ტექსტი", "წინადადება")),
    "opened_at": (_("Came on"), ("requested_datetime", "date", "created", "თარიღი")),
    "status": (_("Status there"), ("status", "სტატუსი")),
    "answer": (_("Answer"), ("status_notes", "answer", "response", "პასუხი")),
    "answered_at": (
        _("Answered on"),
        ("closed_datetime", "updated_datetime", "answered", "პასუხის თარიღი"),
    ),
    "topic": (_("Topic"), ("service_code", "category", "topic", "კატეგორია", "თემა")),
    "place": (_("Settlement"), ("address", "settlement", "place", "დასახლება", "სოფელი")),
    "name": (_("Name of the author"), ("name", "author", "first_name", "ავტორი", "სახელი")),
    "email": (_("E-mail of the author"), ("email", "e-mail", "ელფოსტა")),
    "phone": (_("Telephone of the author"), ("phone", "telephone", "ტელეფონი")),
}
NEEDED = ("external_id", "body", "opened_at")
OPEN = frozenset({"open", "new", "pending", "in progress", "ღია", "მიმდინარე", "ახალი"})
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z")
TITLE = 120  # characters of a title that is made of the text


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a record becomes: the kind of case, the hall's topics, what the module asks for."""

    case_type: CaseType
    topics: Mapping[str, Any]
    places: Sequence[str]

    def fields(self) -> dict[str, Any]:
        """Name every field to which a column can belong, with its words."""
        return {name: label for name, (label, _ways) in FIELDS.items()} | {
            name: item.metadata.get("label", name) for name, item in _own(self.case_type).items()
        }


class LineError(ValueError):
    """A line that is no record; `reason` says why in the officer's language."""

    def __init__(self, reason: Any) -> None:
        super().__init__()
        self.reason = str(reason)


def _own(case_type: CaseType) -> Mapping[str, ma.fields.Field[Any]]:
    door = case_type.imports
    return door.fields().fields if door and door.fields else {}


def guess(columns: Iterable[str], target: Target) -> dict[str, str]:
    """Guess which column is which field by its heading."""
    known = {_plain(column): column for column in columns}
    ways = {name: (name, *ways) for name, (_label, ways) in FIELDS.items()}
    ways |= {name: (name,) for name in _own(target.case_type)}
    found = {}
    for name, words in ways.items():
        column = next((known[_plain(way)] for way in words if _plain(way) in known), None)
        if column is not None:
            found[name] = column
    return found


def _plain(words: str) -> str:
    return " ".join(words.lower().split())


def record(
    values: Mapping[str, str], mapping: Mapping[str, str], target: Target, *, now: datetime,
    published: bool = False,
) -> Record:  # fmt: skip
    """Read a line as a record; LineError when it is none."""
    given = {name: str(values.get(column, "")).strip() for name, column in mapping.items()}
    for name in NEEDED:
        if not given.get(name):
            raise LineError(_("“%(field)s” is empty.", field=str(FIELDS[name][0])))
    opened, answered_at = (_moment(given, name, now=now) for name in ("opened_at", "answered_at"))
    assert opened is not None  # it is needed
    answer = "" if _plain(given.get("status", "")) in OPEN else given.get("answer", "")
    if answered_at and answered_at < opened:
        raise LineError(_("It was answered before it came."))
    return Record(
        external_id=given["external_id"][:200],
        title=_title(given),
        body=given["body"],
        opened_at=opened,
        contact=_contact(given),
        answer=answer,
        answered_at=(answered_at or opened) if answer else None,
        topic=_topic(given.get("topic", ""), target.topics),
        place=_place(given.get("place", ""), target.places),
        own=_loaded(given, target.case_type),
        published=published,
    )


def _title(given: Mapping[str, str]) -> str:
    words = given.get("title") or given["body"].splitlines()[0]
    return words if len(words) <= TITLE else f"{words[: TITLE - 1].rstrip()}…"


def _moment(given: Mapping[str, str], name: str, *, now: datetime) -> datetime | None:
    """Read a day or a moment (ISO 8601, or 31.12.2019); Tbilisi's where no zone is given."""
    raw = given.get(name, "")
    if not raw:
        return None
    turned = DAY_FIRST.match(raw)
    if turned:
        raw = f"{turned[3]}-{int(turned[2]):02d}-{int(turned[1]):02d}"
    try:
        found = datetime.fromisoformat(raw)
    except ValueError as problem:
        words = _("“%(value)s” is no date. An example: 2019-12-31", value=given[name][:40])
        raise LineError(words) from problem
    aware = found if found.tzinfo else found.replace(tzinfo=TBILISI)
    if not datetime(1990, 1, 1, tzinfo=TBILISI) <= aware <= now + timedelta(days=1):
        raise LineError(_("The date %(value)s cannot be right.", value=raw[:40]))
    return aware


def _contact(given: Mapping[str, str]) -> Contact:
    email = given.get("email", "")
    if email and not EMAIL.match(email):
        raise LineError(_("“%(value)s” is no e-mail address.", value=email[:60]))
    return Contact(name=given.get("name", ""), email=email, phone=given.get("phone", ""))


def _topic(raw: str, topics: Mapping[str, Any]) -> str:
    """Find a topic of the hall by its key or its words; what nobody knows has none."""
    wanted = _plain(raw)
    return next((key for key, words in topics.items() if wanted in {key, _plain(str(words))}), "")


def _place(raw: str, places: Sequence[str]) -> str:
    """Find the hall's settlement that an address names; the longest name wins."""
    named = [place for place in places if place and place.removesuffix("ი") in raw]
    return max(named, key=len, default="")


def _loaded(given: Mapping[str, str], case_type: CaseType) -> dict[str, Any]:
    door = case_type.imports
    if door is None or door.fields is None:
        return {}
    own = {name: given[name] for name in _own(case_type) if given.get(name)}
    try:
        return dict(door.fields().load(own))
    except ma.ValidationError as problem:
        found = problem.messages if isinstance(problem.messages, dict) else {}
        raise LineError("; ".join(said(t) for texts in found.values() for t in texts)) from problem
