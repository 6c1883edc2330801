"""Counts what became of ideas, where it happens: by month, by category and by place.

The results are read from these counters, so a hall with a million ideas answers as quickly as one
with a thousand. How many days an answer took is counted for each number of days, which gives the
median exactly. `recount` makes the counters anew from the cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select, text

from mms_core import together
from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from plugins.your_idea_to_mayor.models import NAME, Tally, TallyDelta

ALL, CATEGORY, PLACE = "all", "category", "place"
SHOWN = ("came", "answered", "accepted", "done")  # what is counted by category and place too
# What was given up had been accepted, and is said beside it.
ACCEPTED = frozenset({"accepted", "planned", "in_work", "done", "dropped"})
STATES: Mapping[str, frozenset[str]] = {
    "accepted": ACCEPTED,
    "rejected": frozenset({"rejected"}),
    "done": frozenset({"done"}),
    "dropped": frozenset({"dropped"}),
}
LONGEST = 200  # days; longer ones are counted as this
TOOK = "took_"  # measures of days from the day an idea came to the day of its first answer
TALLY, DELTA = Tally.__table__, TallyDelta.__table__
Figures = Counter[tuple[date, str, str, str]]  # (month, kind, key, measure) -> n


def came(case: Case, *, category: str, place: str) -> None:
    """Count an idea on the day it came."""
    _note(case, {"came": 1}, category=category, place=place, day=local_day(case.opened_at))


def moved(case: Case, before: Any, *, state: str) -> None:
    """Count what a step has changed; `before` is the idea's row as it was."""
    changes = {
        measure: (state in states) - (before.state in states) for measure, states in STATES.items()
    }
    day = local_day(case.updated_at)
    if case.answered_at is not None and not before.answered:
        day = local_day(case.answered_at)
        took = min(max((day - local_day(case.opened_at)).days, 0), LONGEST)
        in_time = case.due_on is None or day <= case.due_on
        changes |= {"answered": 1, "in_time": int(in_time), f"{TOOK}{took}": 1}
    _note(case, changes, category=before.category, place=before.settlement, day=day)


def _note(case: Case, changes: Mapping[str, int], *, category: str, place: str, day: date) -> None:
    month = day.replace(day=1)
    rows = [
        {"tenant_id": case.tenant_id, "id": uuid7(), "month": month, "kind": kind, "key": key,
         "measure": measure, "n": n}
        for measure, n in changes.items()
        for kind, key in ((ALL, ""), (CATEGORY, category), (PLACE, place))
        if n and (kind == ALL or (measure in SHOWN and key))
    ]  # fmt: skip
    if rows:
        together.insert(DELTA, *rows)


FOLD = text(f"""
    with taken as (
        delete from {NAME}.tally_delta where tenant_id = :tenant
        returning month, kind, key, measure, n
    )
    insert into {NAME}.tally (tenant_id, month, kind, key, measure, n)
    select :tenant, month, kind, key, measure, sum(n)::int from taken
    group by month, kind, key, measure order by month, kind, key, measure
    on conflict (tenant_id, month, kind, key, measure)
    do update set n = {NAME}.tally.n + excluded.n
    """)  # noqa: S608 - the module's own name


def fold(tenant_id: int) -> None:
    """Fold a hall's deltas: what is deleted is what is added, whoever appends meanwhile."""
    db.session.execute(FOLD, {"tenant": tenant_id})


def read(tenant_id: int, *, first: date, last: date) -> Figures:
    """Give a hall's figures of the months from `first` to `last`, to this moment."""
    found: Figures = Counter()
    for table in (TALLY, DELTA):
        keys = (table.c.month, table.c.kind, table.c.key, table.c.measure)
        query = (
            select(*keys, func.sum(table.c.n).label("n"))
            .where(table.c.tenant_id == tenant_id, table.c.month.between(first, last))
            .group_by(*keys)
        )
        for row in db.session.execute(query):
            found[row.month, row.kind, row.key, row.measure] += row.n
    return found


def sums(figures: Figures, *, kind: str = ALL) -> dict[str, Counter[str]]:
    """Add the months up: {key: {measure: n}}; of all ideas the only key is the empty one."""
    found: dict[str, Counter[str]] = {}
    for (_month, of_kind, key, measure), n in figures.items():
        if of_kind == kind:
            found.setdefault(key, Counter())[measure] += n
    return found


def median(measures: Mapping[str, int]) -> int | None:
    """Give the median of the days until the answer; None without an answer."""
    days = sorted(
        (int(measure.removeprefix(TOOK)), n)
        for measure, n in measures.items()
        if measure.startswith(TOOK) and n > 0
    )
    half = (sum(n for _day, n in days) + 1) // 2
    seen = 0
    for day, n in days:
        seen += n
        if seen >= half:
            return day
    return None


# --- counting anew -------------------------------------------------------------------------------

CAME = "date_trunc('month', c.opened_at at time zone 'Asia/Tbilisi')::date"
ANSWERED = "date_trunc('month', c.answered_at at time zone 'Asia/Tbilisi')::date"
NOW = "date_trunc('month', c.updated_at at time zone 'Asia/Tbilisi')::date"
# What had its answer on another platform before it was taken over is no work of this one.
OURS = "not (c.channel = 'import' and c.due_on is null)"
DAY = "(c.{} at time zone 'Asia/Tbilisi')::date"


def _counts() -> Iterable[tuple[str, str, str]]:
    """Give each measure with its month and its condition, as SQL."""
    days = f"{DAY.format('answered_at')} - {DAY.format('opened_at')}"
    answered = "c.answered_at is not null"
    in_time = f"{answered} and (c.due_on is null or {DAY.format('answered_at')} <= c.due_on)"
    yield "'came'", CAME, "true"
    yield "'answered'", ANSWERED, answered
    yield "'in_time'", ANSWERED, in_time
    yield f"'{TOOK}' || least(greatest({days}, 0), {LONGEST})", ANSWERED, answered
    for measure, states in STATES.items():
        listed = ", ".join(f"'{state}'" for state in sorted(states))
        yield f"'{measure}'", NOW, f"i.state in ({listed})"


def recount(tenant_id: int) -> None:
    """Make a hall's counters anew from its cases; an administrator's errand, not a page's."""
    db.session.execute(DELTA.delete().where(DELTA.c.tenant_id == tenant_id))
    db.session.execute(TALLY.delete().where(TALLY.c.tenant_id == tenant_id))
    kinds = ((ALL, "''"), (CATEGORY, "i.category"), (PLACE, "i.settlement"))
    for measure, month, condition in _counts():
        for kind, key in kinds:
            if kind != ALL and (measure.strip("'") not in SHOWN):
                continue
            known = "" if kind == ALL else f"and {key} <> ''"
            sql = f"""insert into {NAME}.tally (tenant_id, month, kind, key, measure, n)
                select :tenant, {month}, '{kind}', {key}, {measure}, count(*)
                from {NAME}.idea i
                join mms.cases c on c.tenant_id = i.tenant_id and c.id = i.case_id
                where i.tenant_id = :tenant and {OURS} and {condition} {known} group by 2, 4, 5"""  # noqa: S608 - our own words
            db.session.execute(text(sql), {"tenant": tenant_id})
