"""Moves many visits at once: an official falls ill, or hours change over what is booked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.modules import Registry
from plugins.citizen_reception import officials, receiving, slots, visits
from plugins.citizen_reception.booking_models import Official, Visit
from plugins.citizen_reception.slots import Slot, Wanted


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What became of the visits: how many have another time, and which have none."""

    moved: int
    left: Sequence[Visit]


def stranded(official: Official, *, now: datetime) -> list[Visit]:
    """List the visits to come that no hours of the official hold any more."""
    lines = officials.hours_of(official.tenant_id, official.id)
    away = officials.away_of(official.tenant_id, official.id, today=local_day(now))
    rows = officials.booked(official.tenant_id, official.id, now=now)
    return [row for row in rows if not _is_held(row, lines, away)]


def _is_held(row: Visit, lines: Iterable[Any], away: Iterable[Any]) -> bool:
    day = local_day(row.starts_at)
    if any(gone.since <= day <= gone.until for gone in away):
        return False
    return any(
        line.weekday == day.isoweekday()
        and (line.valid_from or day) <= day <= (line.valid_to or day)
        and any(a <= row.starts_at and row.ends_at <= b for a, b in receiving.stretches(line, day))
        for line in lines
    )


def move_all(
    registry: Registry,
    rows: Sequence[Visit],
    *,
    to: Official,
    actor: Actor,
    settings: Mapping[str, Any],
    now: datetime,
) -> Moved:
    """Give each visit the same hour with another official, or the next free one; each is told."""
    done, left = 0, []
    for row in rows:
        case = _case(row)
        slot = _new_time(row, to, settings, now=now) if case.state == visits.BOOKED else None
        if slot is None:
            left.append(row)
            continue
        try:
            visits.move(registry, case, row, at=slot.starts_at, official=to, actor=actor,
                        settings=settings, now=now)  # fmt: skip
        except Invalid:  # somebody took it in this very second
            left.append(row)
            continue
        done += 1
    return Moved(moved=done, left=left)


def _case(row: Visit) -> Case:
    mine = (Case.tenant_id == row.tenant_id) & (Case.id == row.case_id)
    return db.session.scalars(select(Case).where(mine).with_for_update()).one()


def _new_time(
    row: Visit, to: Official, settings: Mapping[str, Any], *, now: datetime
) -> Slot | None:
    kind = officials.kind(row.tenant_id, row.kind_id)
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    looked, since = Wanted(kind=kind, officials=[to], minutes=minutes), _day(row)
    free = slots.next_free(row.tenant_id, looked, settings, now=now, since=since, most=40)
    same = next((slot for slot in free if slot.starts_at == row.starts_at), None)
    return same or next(iter(free), None)


def _day(row: Visit) -> date:
    return local_day(row.starts_at)
