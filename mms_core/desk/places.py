"""Reads the desk's filters and places out of an address, and writes them back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from mms_core.desk.filters import DUES, SORTS, STATES, Filters
from mms_core.desk.inbox import Place
from mms_core.letters import search_key
from mms_core.modules import Registry

# What an address of the inbox can say, in the order of the form.
ASKED = ("state", "module", "due", "whose", "unit", "channel", "topic", "place", "sort")
KEPT = ("q", *ASKED)
CHANNELS = ("web", "centre", "phone", "email", "letter", "visit", "api", "import")


def filters_of(
    args: Mapping[str, str],
    modules: Registry,
    *,
    person_id: uuid.UUID,
    today: date,
    settlements: tuple[Mapping[str, Any], ...] = (),
) -> Filters:
    """Read the filters; a word that is none of ours is as if it were not there."""
    topic_of, _colon, topic = args.get("topic", "").partition(":")
    module = args.get("module", "")
    module = module if module in modules.loaded else ""
    if topic and topic_of in modules.loaded and module in {"", topic_of}:
        module = topic_of
    else:
        topic = ""
    state, named = _state(args, modules, module)
    due, whose = _of(args, "due", DUES), _whose(args.get("whose", ""))
    chosen = any(args.get(name) for name in ("due", "whose", "unit", "channel", "topic", "place"))
    if state == "open" and not named and not chosen:
        due = "owed"  # what the day begins with: the cases that still wait for an answer
    sort = _of(args, "sort", SORTS)
    return Filters(
        person_id=person_id,
        today=today,
        state=state,
        module=module,
        due=due,
        whose=whose,
        unit=args.get("unit", ""),
        channel=_of(args, "channel", CHANNELS),
        topic=topic,
        place=_place(args.get("place", ""), settlements),
        sort="" if sort == "due" and state != "open" else sort,
        named=named,
        states=_states(modules, module, state=state, named=named),
    )


def _of(args: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    raw = args.get(name, "")
    return raw if raw in known else ""


def _state(args: Mapping[str, str], modules: Registry, module: str) -> tuple[str, str]:
    """Read open, closed, all, or one state of the module by its name."""
    raw = args.get("state", "")
    if raw in STATES or not module:
        return (raw if raw in STATES else "open"), ""
    types = modules.loaded[module].case_types
    found = next((s for t in types for s in t.states if s.name == raw), None)
    if found is None:
        return "open", ""
    return ("open" if found.open else "closed"), raw


def _whose(raw: str) -> str:
    if raw in {"mine", "nobody"}:
        return raw
    try:
        return str(uuid.UUID(raw))
    except ValueError:
        return ""


def _place(typed: str, settlements: tuple[Mapping[str, Any], ...]) -> str:
    """Give the settlement as the hall writes it, also when it was typed in Latin letters."""
    typed = " ".join(typed.split())[:120]
    key = search_key(typed)
    known = (str(one["ka"]) for one in settlements)
    return next((name for name in known if key and search_key(name) == key), typed)


def _states(modules: Registry, module: str, *, state: str, named: str) -> tuple[str, ...]:
    if not module:
        return ()
    if named:
        return (named,)
    types = modules.loaded[module].case_types
    fits = {"all": (True, False), "open": (True,), "closed": (False,)}[state]
    return tuple(dict.fromkeys(s.name for t in types for s in t.states if s.open in fits))


def place_of(args: Mapping[str, str]) -> Place | None:
    """Read where the page begins; an unreadable place is the beginning."""
    for word, forward in (("after", True), ("before", False)):
        raw, _sign, case_id = args.get(word, "").partition("~")
        try:
            return Place(forward=forward, at=_moment(raw), id=uuid.UUID(case_id))
        except ValueError:
            continue
    return None


def _moment(raw: str) -> date | datetime | None:
    if not raw:
        return None
    return datetime.fromisoformat(raw) if "T" in raw else date.fromisoformat(raw)


def asked(args: Mapping[str, str]) -> dict[str, str]:
    """Give what an address asks for, without the place of a page: what a saved filter keeps."""
    return {name: args[name][:200] for name in ASKED if args.get(name)}


def address(place: Place, args: Mapping[str, str]) -> dict[str, Any]:
    """Write the address of the page at a place, with the filters that are in force."""
    at = place.at.isoformat() if place.at else ""
    word = "after" if place.forward else "before"
    return {name: args[name] for name in KEPT if args.get(name)} | {word: f"{at}~{place.id}"}
