"""The adoption ladder: how far a module has come in a municipality, told from live rows alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.allowances import Allowance
from mms_core.monitoring.books import Books, Question, joined
from mms_core.monitoring.counters import RESULTS, USES
from mms_core.monitoring.figures import FEW, Key
from mms_core.monitoring.overview import SERVING, Again, Cell, Row, anew

GOOD = 0.9  # the share of answers in time that makes the seventh rung
USED_DAYS = 30
# Answers that the public can read, told from the log of events; results, told by the module.
PUBLIC = ("published", RESULTS)
USED = ("opened", USES)
STALLED = {2: 90, 3: 60, 4: 30}  # days on a rung after which it counts as stalled


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A rung: its name, what it says word for word, and what leads to the next one."""

    name: str
    title: Any
    means: Any
    then: Any
    tone: str = "neutral"


RUNGS = (
    Rung(
        name="forbidden",
        title=_("Not allowed"),
        means=_("The ministry's decision does not name this municipality, and it is not on."),
        then=_("The ministry decides whether the module is allowed here."),
    ),
    Rung(
        name="allowed",
        title=_("Allowed"),
        means=_("The municipality may switch it on and has decided nothing yet."),
        then=_(
            "The city hall opens the module's page, chooses settings and goes through the list."
        ),
    ),
    Rung(
        name="set_up",
        title=_("Set up"),
        means=_("The city hall has decided on settings or a state; the module is off."),
        then=_("The staff of the city hall try it on trial."),
        tone="info",
    ),
    Rung(
        name="trial",
        title=_("On trial"),
        means=_("Only the staff of the city hall see it."),
        then=_("The city hall switches it on with a legal act and tells the residents."),
        tone="warning",
    ),
    Rung(
        name="live",
        title=_("Live"),
        means=_("The public reaches it: switched on, or closing."),
        then=_("Nobody used it for 30 days: the residents should be told of it."),
        tone="info",
    ),
    Rung(
        name="used",
        title=_("Used in 30 days"),
        means=_(
            "It is live, and in the last 30 days a case was opened or it was used without one."
        ),
        then=_("Nine answers in ten must be in time, of at least five."),
        tone="info",
    ),
    Rung(
        name="in_time",
        title=_("Answers in time"),
        means=_(
            "It is used, and of at least five cases that were answered in this and the two months "
            "before or are overdue now, nine in ten were answered in time."
        ),
        then=_("Answers should be published where everybody can read them."),
        tone="success",
    ),
    Rung(
        name="publishes",
        title=_("Publishes results"),
        means=_(
            "It answers in time, and in this and the two months before an answer or a result was "
            "published where everybody can read it."
        ),
        then=_("Nothing: this is the top of the ladder."),
        tone="success",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recent:
    """What a module did lately in a municipality."""

    used: int = 0
    answered: int = 0
    in_time: int = 0
    published: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The rung of a module in a municipality; `few` says that the numbers are too small."""

    at: int
    few: bool = False
    since: datetime | None = None

    @property
    def rung(self) -> Rung:
        """The rung with its words."""
        return RUNGS[self.at]


NOTHING, EVERYWHERE = Recent(), Allowance()
_RECENT = sa.text("""
    select tenant_id, module,
        coalesce(sum(n) filter (where measure = any(:using)), 0)::int as used,
        coalesce(sum(n) filter (where measure = 'answered'), 0)::int as answered,
        coalesce(sum(n) filter (where measure = 'answered_in_time'), 0)::int as in_time,
        coalesce(sum(n) filter (where measure = any(:public)), 0)::int as published
    from (
        select tenant_id, module, measure, n from mms.stat_day
        where tenant_id = any(:halls) and measure = any(:using) and day between :used and :today
        union all
        select tenant_id, module, measure, n from mms.stat_month
        where tenant_id = any(:halls) and measure = any(:wanted) and month between :first and :today
    ) lately group by tenant_id, module
    """)
FIELDS = {
    "answered": "answered",
    "answered_in_time": "in_time",
    **dict.fromkeys(PUBLIC, "published"),
}


def recents(opened: Books, *, today: date) -> dict[Key, Recent]:
    """Read what was done lately, by municipality and module; days to come are not counted."""
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    first = (first - timedelta(days=1)).replace(day=1)
    used = today - timedelta(days=USED_DAYS - 1)
    given = {"used": used, "first": first, "today": today, "wanted": [*FIELDS],
             "public": [*PUBLIC], "using": [*USED]}  # fmt: skip
    question = Question(
        key=("recents", today), query=_RECENT, given=given, part=_lately, whole=joined
    )
    found: dict[Key, Recent] = {**opened.ask(question)}
    for row in opened.waiting(USED, first=used, last=today):
        _add(found, row, "used")
    for row in opened.waiting(FIELDS, first=first, last=today):
        _add(found, row, FIELDS[row.measure])
    return found


def _lately(rows: Iterable[Any]) -> dict[Key, Recent]:
    return {
        (tenant_id, module): Recent(
            used=used, answered=answered, in_time=in_time, published=published
        )
        for tenant_id, module, used, answered, in_time, published in rows
    }


def _add(found: dict[Key, Recent], row: Any, field: str) -> None:
    key = (row.tenant_id, row.module)
    before = found.get(key, NOTHING)
    found[key] = replace(before, **{field: getattr(before, field) + row.n})


def climb(
    rows: Iterable[Row],
    *,
    recent: Mapping[Key, Recent],
    allowed: Mapping[str, Allowance],
    on: date,
    again: Again = anew,
) -> dict[Key, Standing]:
    """Tell of each cell on which rung it stands: the highest with none missing below it.

    `again` gives the rungs of a municipality that were told of the same before.
    """
    found: dict[Key, Standing] = {}
    for row in rows:
        names = tuple(cell.module.name for cell in row.cells)
        lately = tuple(recent.get((row.subject.id, name), NOTHING) for name in names)
        told = partial(_climbed, row, lately, allowed, on)
        found |= again(("rungs", row.subject.id, names), (row, lately, allowed, on), told)
    return found


def _climbed(
    row: Row, lately: Sequence[Recent], allowed: Mapping[str, Allowance], on: date
) -> dict[Key, Standing]:
    found = {}
    for cell, recent in zip(row.cells, lately, strict=True):
        name = cell.module.name
        may = allowed.get(name, EVERYWHERE).covers(cell.hall.id, on=on)
        found[cell.hall.id, name] = _standing(cell, recent, may=may)
    return found


def _standing(cell: Cell, recent: Recent, *, may: bool) -> Standing:
    since = cell.standing.since if cell.standing else None
    if cell.state not in SERVING:
        return Standing(at=_before(cell, may=may), since=since)
    if recent.used <= 0:
        return Standing(at=4, since=since)
    judged = recent.answered + cell.figures.overdue
    if judged < FEW or recent.in_time / judged < GOOD:
        return Standing(at=5, few=judged < FEW, since=since)
    return Standing(at=7 if recent.published > 0 else 6, since=since)


def _before(cell: Cell, *, may: bool) -> int:
    if cell.state == "trial":
        return 3
    if not may:
        return 0
    return 2 if cell.standing else 1


@dataclass(frozen=True, kw_only=True)
class Stall:
    """A module that has not moved for long, or whose cases are overdue."""

    hall: Any
    module: Any
    at: Standing
    days: int
    late: bool  # many of its cases are overdue


def stalled(
    cells: Iterable[Cell], standings: Mapping[Key, Standing], *, now: datetime
) -> list[Stall]:
    """List what stands still, the longest first; merged municipalities owe nothing any more."""
    found = []
    for cell in cells:
        standing = standings[cell.hall.id, cell.module.name]
        days = (now - standing.since).days if standing.since else 0
        late = cell.figures.overdue >= FEW
        waits = standing.at in STALLED and days >= STALLED[standing.at]
        if (waits or late) and not cell.hall.successor_id:
            found.append(
                Stall(hall=cell.hall, module=cell.module, at=standing, days=days, late=late)
            )
    return sorted(found, key=lambda stall: (-stall.days, stall.hall.id, stall.module.name))
