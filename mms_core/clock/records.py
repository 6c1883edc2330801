"""Keeps a counted deadline as JSON, so that it explains itself without being counted again.

What is kept holds the policy's own numbers: a policy that changes later moves no running clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mms_core.clock.counting import DayOff, Due, Pause
from mms_core.clock.counting import due as count
from mms_core.clock.policies import Policy, Wording, policies

_NAMELESS = Wording(ka="", en="")


def kept(due: Due, start: dt.datetime) -> dict[str, Any]:
    """Write a deadline and the moment its clock began as JSON; what is empty is left out."""
    policy = due.policy
    record: dict[str, Any] = {
        "policy": policy.key,
        "days": policy.days,
        "months": policy.months,
        "unit": policy.unit,
        "next": policy.from_next_day,
        "moves": policy.moves,
        "from": start.isoformat(),
        "date": due.date.isoformat(),
        "first": due.first.isoformat(),
        "counted": due.counted,
    }
    more = {
        "skipped": [[off.day.isoformat(), off.name.ka, off.name.en] for off in due.skipped],
        "moved_from": due.moved_from.isoformat() if due.moved_from else None,
        "pauses": [[one.first.isoformat(), one.last.isoformat()] for one in due.pauses],
        "extended": due.extended,
        "extended_on": due.extended_on.isoformat() if due.extended_on else None,
        "extended_why": due.extended_why,
    }
    return record | {name: value for name, value in more.items() if value}


def read(record: Mapping[str, Any], fallback: Policy | None = None) -> Due:
    """Read a kept deadline; `fallback` is a policy that our file does not know, such as a module's.

    Records without a first day, written before clocks could stand, are counted anew.
    """
    policy = policy_of(record, fallback)
    if "first" not in record:
        return count(start_of(record), policy)
    return Due(
        date=_day(record["date"]),
        policy=policy,
        first=_day(record["first"]),
        counted=record["counted"],
        skipped=tuple(_off(one) for one in record.get("skipped", ())),
        moved_from=_day(record["moved_from"]) if record.get("moved_from") else None,
        pauses=pauses_of(record),
        extended=record.get("extended", 0),
        extended_on=_day(record["extended_on"]) if record.get("extended_on") else None,
        extended_why=record.get("extended_why", ""),
    )


def again(
    record: Mapping[str, Any],
    fallback: Policy | None = None,
    *,
    off: tuple[DayOff, ...],
    **changes: Any,
) -> Due:
    """Count a kept deadline anew, with other days off, or with other `pauses` or `extended`."""
    pauses = changes.pop("pauses", pauses_of(record))
    due = count(
        start_of(record),
        policy_of(record, fallback),
        extra_days_off=off,
        pauses=pauses,
        extended=changes.get("extended", record.get("extended", 0)),
    )
    on = record.get("extended_on")
    told = {"extended_on": _day(on) if on else None, "extended_why": record.get("extended_why", "")}
    # Every pause is kept, also one that the time had run out before.
    return replace(due, pauses=tuple(pauses), **{**told, **changes})


def start_of(record: Mapping[str, Any]) -> dt.datetime:
    """Give the moment from which a kept deadline is counted."""
    return dt.datetime.fromisoformat(record["from"])


def pauses_of(record: Mapping[str, Any]) -> tuple[Pause, ...]:
    """Give the pauses of a kept deadline, oldest first."""
    pairs = record.get("pauses", ())
    return tuple(Pause(first=_day(first), last=_day(last)) for first, last in pairs)


def policy_of(record: Mapping[str, Any], fallback: Policy | None = None) -> Policy:
    """Give the policy as it was when the clock began."""
    known = policies().get(record["policy"])
    if fallback is not None and fallback.key == record["policy"]:
        known = fallback
    basis = known or Policy(
        key=record["policy"], days=0, unit="working", source="", label=_NAMELESS
    )
    return replace(
        basis,
        days=record["days"],
        months=record.get("months", basis.months),
        unit=record.get("unit", basis.unit),
        from_next_day=record.get("next", basis.from_next_day),
        moves=record.get("moves", basis.moves),
    )


def _day(raw: str) -> dt.date:
    return dt.date.fromisoformat(raw)


def _off(raw: list[str]) -> DayOff:
    day, ka, en = raw
    return DayOff(day=_day(day), name=Wording(ka=ka, en=en))
