"""What was promised: with a date in answers, and as commitments of action plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from mms_core.commitments.models import Commitment, Milestone
from mms_core.monitoring.books import Books
from mms_core.monitoring.figures import FEW, Key
from mms_core.monitoring.overview import SERVING
from mms_core.monitoring.pace import Asked

MOST = 20
FINISHED = "done"  # the assessment of what was fulfilled
PLAN, STEP = Commitment.__table__, Milestone.__table__
_IN_ANSWERS = sa.text("""
    select tenant_id, measure, sum(n)::int as n from mms.stat_month
    where tenant_id = any(:halls) and (:module = '' or module = :module)
        and measure = any(:wanted) and month between :first and :today
    group by tenant_id, measure
    """)
WANTED = {"made": "promised", "kept": "promises_kept", "broken": "promises_broken"}


@dataclass(frozen=True, kw_only=True)
class InAnswers:
    """The promises with a date that answers carried."""

    made: int = 0
    kept: int = 0
    broken: int = 0

    @property
    def share(self) -> float | None:
        """The share that was kept, of those whose day has decided; None when there are too few."""
        decided = self.kept + self.broken
        return self.kept / decided if decided >= FEW else None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A commitment as the national page shows it."""

    slug: str
    title: Mapping[str, str]
    ends: date
    status: str
    assessment: str
    done: int
    late: int
    steps: int
    on: int
    of: int


@dataclass(frozen=True, kw_only=True)
class Promised:
    """All that was promised within the filters of a page."""

    answers: InAnswers
    plans: Sequence[Plan]


def read(
    opened: Books, asked: Asked, *, halls: Collection[Any], standings: Mapping[Key, Any]
) -> Promised:
    """Read what was promised, and how it stands."""
    question = asked.question(
        "promised", _IN_ANSWERS, part=_counted, whole=_added, given={"wanted": [*WANTED.values()]}
    )
    counts: Counter[str] = Counter(opened.ask(question))
    for row in asked.waiting(opened):
        counts[row.measure] += row.n
    serving = {key for key, standing in standings.items() if standing.state in SERVING}
    return Promised(
        answers=InAnswers(**{name: counts[measure] for name, measure in WANTED.items()}),
        plans=_plans(opened, asked, halls=halls, serving=serving),
    )


def _counted(rows: Sequence[Any]) -> Counter[str]:
    return Counter({row.measure: row.n for row in rows})


def _added(parts: Mapping[int, Any]) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in parts.values():
        found.update(part)
    return found


def _published(connection: Connection) -> tuple[Sequence[Any], Mapping[Any, Sequence[Any]]]:
    """Read the commitments that everybody reads, and their milestones."""
    published = sa.select(PLAN).where(PLAN.c.published).order_by(PLAN.c.ends.desc(), PLAN.c.id)
    rows = connection.execute(published.limit(10 * MOST)).all()
    found: dict[Any, list[Any]] = {row.id: [] for row in rows}
    columns = (STEP.c.commitment_id, STEP.c.ends, STEP.c.assessment)
    steps = sa.select(*columns).where(STEP.c.commitment_id.in_([*found]))
    for step in connection.execute(steps):
        found[step.commitment_id].append(step)
    return rows, found


def _plans(
    opened: Books, asked: Asked, *, halls: Collection[Any], serving: Collection[Key]
) -> list[Plan]:
    published, found = opened.settled("commitments", _published)
    near = {hall.id for hall in halls if not hall.successor_id}
    rows = [r for r in published if _concerns(r, near, asked.module)][:MOST]
    return [_plan(r, found[r.id], near=near, serving=serving, today=asked.span.today) for r in rows]


def _concerns(row: Any, near: Collection[int], module: str) -> bool:
    here = not row.tenants or bool({*row.tenants} & {*near})
    return here and (not module or module in row.modules)


def _plan(
    row: Any, steps: Sequence[Any], *, near: Collection[int], serving: Collection[Key], today: date
) -> Plan:
    about = [hall for hall in near if not row.tenants or hall in row.tenants] if row.modules else []
    return Plan(
        slug=row.slug,
        title=row.title,
        ends=row.ends,
        status=row.status,
        assessment=row.assessment,
        done=sum(1 for step in steps if step.assessment == FINISHED),
        late=sum(1 for step in steps if step.assessment != FINISHED and step.ends < today),
        steps=len(steps),
        on=sum(1 for hall in about if all((hall, name) in serving for name in row.modules)),
        of=len(about),
    )
