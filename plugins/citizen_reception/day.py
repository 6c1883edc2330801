"""Decides on a day at the reception: who came, who is called, who is inside, who is out.

Every act names the version it saw. Of two clerks who act at the same moment one acts, and the other
is told what happened; an act that is repeated over a bad line does nothing a second time.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from mms_core.cases.models import Case, CaseContact
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from mms_core.errors import NotFound, Refused
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.counters import count
from plugins.citizen_reception.day_models import DayNumber, DayPresence, Turn
from plugins.citizen_reception.models import NAME

WAITING, CALLED, INSIDE, OUT, GONE = "waiting", "called", "inside", "out", "gone"
STATES: Mapping[str, tuple[Any, str]] = {
    WAITING: (_("Waits"), "info"),
    CALLED: (_("Called"), "warning"),
    INSIDE: (_("Inside"), "success"),
    OUT: (_("Has left"), "neutral"),
    GONE: (_("Did not answer the call"), "danger"),
}
PRESENT = timedelta(seconds=60)
MOST = 500  # turns of a day
ON_SCREEN = 8  # numbers that the screen shows


@dataclass(frozen=True, kw_only=True)
class Act:
    """A way from one state of a turn to another."""

    title: Any
    source: tuple[str, ...]
    target: str
    icon: str = "check"


ACTS: Mapping[str, Act] = {
    "call": Act(
        title=_("Call the number"), source=(WAITING, CALLED), target=CALLED, icon="megaphone"
    ),
    "in": Act(title=_("Goes in"), source=(WAITING, CALLED), target=INSIDE, icon="log-in"),
    "out": Act(title=_("Has come out"), source=(INSIDE,), target=OUT, icon="log-out"),
    "gone": Act(title=_("No answer"), source=(WAITING, CALLED), target=GONE, icon="user"),
    "back": Act(title=_("Back to the queue"), source=(CALLED, GONE), target=WAITING, icon="undo-2"),
}


def arrive(
    case: Case,
    *,
    official: str,
    planned_at: datetime | None,
    by: str,
    now: datetime,
) -> tuple[Turn, bool]:
    """Give somebody a number; tells whether it is new: who is in the list keeps the number."""
    day = local_day(now)
    before = turn_of(case, day)
    if before is not None:
        return before, False
    row = Turn(
        tenant_id=case.tenant_id,
        id=uuid7(),
        day=day,
        no=_next_number(case.tenant_id, day),
        case_id=case.id,
        official=official,
        planned_at=planned_at,
        state=WAITING,
        room="",
        arrived_at=now,
        by_name=by,
        acted_at=now,
        version=1,
    )
    db.session.add(row)
    measure = "arrived_booked" if planned_at else "walk_ins"
    count(case.tenant_id, NAME, {day: {measure: 1}})
    return row, True


def _next_number(tenant_id: int, day: date) -> int:
    """Take the day's next number; two clerks never get the same."""
    table = DayNumber.__table__
    first = insert(table).values(tenant_id=tenant_id, day=day, last=1)
    taken = first.on_conflict_do_update(
        index_elements=["tenant_id", "day"], set_={"last": table.c.last + 1}
    )
    return int(db.session.execute(taken.returning(table.c.last)).scalar_one())


def turn_of(case: Case, day: date) -> Turn | None:
    """Give the turn of a case on a day."""
    own = (Turn.tenant_id == case.tenant_id) & (Turn.case_id == case.id) & (Turn.day == day)
    found: Turn | None = db.session.scalars(select(Turn).where(own)).first()
    return found


def by_id(tenant_id: int, turn_id: uuid.UUID, *, lock: bool = False) -> Turn:
    """Find a turn; NotFound when there is none."""
    query = select(Turn).where(Turn.tenant_id == tenant_id, Turn.id == turn_id)
    row = db.session.scalars(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound(_("There is nobody with this number in the list."))
    return row


def act(row: Turn, what: str, *, seen: int, by: str, now: datetime, room: str = "") -> bool:
    """Do something with a turn that was read for update; tells whether anything was done.

    False when a colleague, or the same form before, has done just this. Raises Refused, with what
    happened meanwhile, when it is no longer possible.
    """
    wanted = ACTS.get(what)
    if wanted is None:
        raise Refused(_("This step is not possible now."))
    stale = seen != row.version
    if stale and row.state == wanted.target:
        return False
    if stale or row.state not in wanted.source:
        raise Refused(_("Meanwhile: %(what)s", what=latest(row)))
    _move(row, wanted.target, room=room, now=now)
    row.by_name, row.acted_at, row.version = by, now, row.version + 1
    return True


def _move(row: Turn, target: str, *, room: str, now: datetime) -> None:
    if target == CALLED:
        row.called_at, row.room = now, room.strip()[:40] or row.room
    elif target == INSIDE:
        row.in_at = now
        waited = max(now - max(row.arrived_at, row.planned_at or row.arrived_at), timedelta())
        figures = {"held": 1, "waited_minutes": int(waited.total_seconds() // 60)}
        count(row.tenant_id, NAME, {row.day: {n: v for n, v in figures.items() if v}})
    elif target == OUT:
        row.out_at = now
    elif target == WAITING:
        row.called_at = None
    row.state = target


def latest(row: Turn) -> str:
    """Say who did what last, and when: `№ 7: Inside, L. M., 10:42`."""
    said, _tone = STATES[row.state]
    at = f"{row.acted_at.astimezone(TBILISI):%H:%M}"
    return ", ".join(part for part in (f"№ {row.no}: {said}", row.by_name, at) if part)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Somebody of the day's list, with the case and the name."""

    turn: Turn
    case: Case
    name: str


def of_day(tenant_id: int, day: date) -> list[Line]:
    """List everybody who came on a day, in the order of their numbers."""
    joined = (
        select(Turn, Case, CaseContact.name)
        .join(Case, (Case.tenant_id == tenant_id) & (Case.id == Turn.case_id))
        .outerjoin(
            CaseContact,
            (CaseContact.tenant_id == tenant_id) & (CaseContact.case_id == Turn.case_id),
        )
        .where(Turn.tenant_id == tenant_id, Turn.day == day)
        .order_by(Turn.no)
        .limit(MOST)
    )
    return [
        Line(turn=turn, case=case, name=name or "")
        for turn, case, name in db.session.execute(joined).all()
    ]


def on_screen(tenant_id: int, day: date) -> tuple[Sequence[Turn], int]:
    """Give the turns that are called, the latest first, and how many wait; nobody's name."""
    mine = (Turn.tenant_id == tenant_id) & (Turn.day == day)
    called = select(Turn).where(mine, Turn.state == CALLED).order_by(Turn.called_at.desc())
    waiting = select(Turn.no).where(mine, Turn.state == WAITING)
    return (
        db.session.scalars(called.limit(ON_SCREEN)).all(),
        len(db.session.scalars(waiting).all()),
    )


def look(tenant_id: int, person: Any, *, now: datetime, room: str | None = None) -> list[str]:
    """Say that a clerk has the list open, and name the others who have it open now.

    `room` is to where this clerk calls from now on; None leaves it as it is.
    """
    table = DayPresence.__table__
    again = {"seen_at": now, "name": person.name}
    if room is not None:
        again["room"] = room.strip()[:40]
    seen = insert(table).values(
        {"tenant_id": tenant_id, "person_id": person.id, "room": ""} | again
    )
    db.session.execute(
        seen.on_conflict_do_update(index_elements=["tenant_id", "person_id"], set_=again)
    )
    others = select(table.c.name).where(
        table.c.tenant_id == tenant_id,
        table.c.person_id != person.id,
        table.c.seen_at > now - PRESENT,
    )
    return sorted(db.session.scalars(others))


def room_of(tenant_id: int, person: Any) -> str:
    """Give the room to which a clerk calls; empty before they have said it."""
    found = db.session.get(DayPresence, (tenant_id, person.id))
    return found.room if found else ""
