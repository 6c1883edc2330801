"""What the hall has written down of who receives: hours, leave, and days off of all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BindParameter, Select, Text, bindparam, cast, func, or_, select

from mms_core.asking import ask_all
from mms_core.cases.days_off import HOLDING, counted
from mms_core.clock import DayOff
from mms_core.i18n import TBILISI
from plugins.citizen_reception.booking_models import Away, Hours, Official, VisitKind
from plugins.citizen_reception.taken import IDS, written

# Written once: every page of times asks them, and building a statement costs more than its answer.
TENANT: Any = bindparam("tenant")
HOURS, AWAY = Hours.__table__.c, Away.__table__.c
LINE = (HOURS.weekday, HOURS.opens, HOURS.closes, HOURS.break_from, HOURS.break_to,
        HOURS.valid_from, HOURS.valid_to, HOURS.kind_id, HOURS.way, HOURS.place)  # fmt: skip


def lines_of(who: Any, kind: Any) -> Select[Any]:
    """Ask the hours of officials for a kind of visit: a row for all who have the same."""
    return (
        select(*LINE, func.array_agg(cast(HOURS.official_id, Text)).label("who"))
        .where(HOURS.tenant_id == TENANT, HOURS.official_id == who,
               or_(HOURS.kind_id.is_(None), HOURS.kind_id == kind))
        .group_by(*LINE)
        .order_by(HOURS.opens)
    )  # fmt: skip


def gone_of(who: Any) -> Select[Any]:
    """Ask when officials do not receive."""
    since: BindParameter[date] = bindparam("since")
    return select(AWAY.official_id, AWAY.since, AWAY.until).where(
        AWAY.tenant_id == TENANT, AWAY.official_id == who, AWAY.until >= since
    )


LINES, GONE = lines_of(IDS, bindparam("kind")), gone_of(IDS)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What the hall has written down of some officials."""

    hours: Mapping[int, Sequence[Any]]  # by weekday, each with `who` has them
    away: Mapping[uuid.UUID, Sequence[Any]]
    off: Sequence[DayOff]


def calendar_of(
    kind: VisitKind, lines: Sequence[Any], gone: Sequence[Any], off: Sequence[DayOff]
) -> Calendar:
    """Read the answers of `lines_of` and `gone_of`, with the extra days off."""
    hours: dict[int, list[Any]] = {}
    for line in lines:
        if kind.capacity == 1 or line.kind_id is not None:
            hours.setdefault(line.weekday, []).append(line)
    away: dict[uuid.UUID, list[Any]] = {}
    for row in gone:
        away.setdefault(row.official_id, []).append(row)
    return Calendar(hours=hours, away=away, off=off)


def read(tenant_id: int, kind: VisitKind, keys: Sequence[str], since: date) -> Calendar:
    """Read what the hall has written down of some officials, from a day on."""
    ids = written(keys)
    asked = {"tenant": tenant_id, "ids": ids, "kind": kind.id, "since": since}
    lines, gone, off = ask_all((LINES, asked), (GONE, asked), (HOLDING, asked))
    return calendar_of(kind, lines, gone, counted(off))


def on_day(
    who: Sequence[Official], keys: Sequence[str], calendar: Calendar, day: date
) -> Iterator[tuple[Official, Any]]:
    """Walk through who receives on a day, each with a line of their hours; `keys` are theirs."""
    hours: dict[str, list[Any]] = {}
    for line in calendar.hours.get(day.isoweekday(), ()):
        if _holds(line, day):
            for one in line.who:
                hours.setdefault(one, []).append(line)
    away = calendar.away
    for official, key in zip(who, keys, strict=True):
        lines = hours.get(key, ())
        gone = away.get(official.id, ()) if away else ()
        if lines and not any(row.since <= day <= row.until for row in gone):
            yield from ((official, line) for line in lines)


def _holds(line: Any, day: date) -> bool:
    return (line.valid_from or day) <= day <= (line.valid_to or day)


def stretches(line: Any, day: date) -> list[tuple[datetime, datetime]]:
    """Give the hours of a day as moments, parted by the break."""
    ends = [line.opens, line.closes]
    if line.break_from and line.break_to:
        ends = [line.opens, line.break_from, line.break_to, line.closes]
    moments = [datetime.combine(day, hour, TBILISI).astimezone(UTC) for hour in ends]
    return list(zip(moments[::2], moments[1::2], strict=True))
