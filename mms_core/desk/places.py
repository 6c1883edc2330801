"""Reads the desk's filters and places out of an address, and writes them back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from mms_core.desk.inbox import Filters, Place
from mms_core.modules import Registry

STATES, DUES, WHOSE = (
    ("open", "closed", "all"),
    ("owed", "overdue", "today", "week"),
    ("mine", "nobody"),
)
KEPT = ("q", "state", "module", "due", "whose", "unit")


def filters_of(
    args: Mapping[str, str], modules: Registry, *, person_id: uuid.UUID, today: date
) -> Filters:
    """Read the filters; a word that is none of ours is as if it were not there."""
    module = args.get("module", "")
    module = module if module in modules.loaded else ""
    state, due, whose = args.get("state", ""), args.get("due", ""), args.get("whose", "")
    state = state if state in STATES else "open"
    if state == "open" and not due and not whose:
        due = "owed"  # what the day begins with: the cases that still wait for an answer
    return Filters(
        person_id=person_id,
        today=today,
        state=state,
        module=module,
        due=due if due in DUES else "",
        whose=whose if whose in WHOSE else "",
        unit=args.get("unit", ""),
        states=_states(modules, module, state=state),
    )


def _states(modules: Registry, module: str, *, state: str) -> tuple[str, ...]:
    if not module:
        return ()
    types = modules.loaded[module].case_types
    wanted = (s.name for t in types for s in t.states if state == "all" or not s.open)
    return tuple(dict.fromkeys(wanted))


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


def address(place: Place, args: Mapping[str, str]) -> dict[str, Any]:
    """Write the address of the page at a place, with the filters that are in force."""
    at = place.at.isoformat() if place.at else ""
    word = "after" if place.forward else "before"
    return {name: args[name] for name in KEPT if args.get(name)} | {word: f"{at}~{place.id}"}
