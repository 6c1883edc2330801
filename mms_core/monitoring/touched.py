"""What a national default or a bound touches, told before it is decided: halls and their cases.

The ministry reads no case: what waits for an answer is the sum of the counter `due`, which an
answer takes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from mms_core.switching.bounds import Bound
from mms_core.switching.models import TenantModule

ROWS = TenantModule.__table__.c
_WAITING = sa.text("""
    select tenant_id, sum(n)::int as n from (
        select tenant_id, module, measure, n from mms.stat_month
        union all
        select tenant_id, module, measure, n from mms.stat_delta
    ) both_places where module = :module and measure = 'due' group by tenant_id
    """)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some halls, and the cases that wait there for an answer."""

    halls: int = 0
    cases: int = 0


@dataclass(frozen=True, kw_only=True)
class Touched:
    """Halls that get another value at once, and halls that stand outside of the bound then."""

    follow: Part
    outside: Part

    @property
    def any(self) -> bool:
        """Whether any waiting case is touched."""
        return bool(self.follow.cases or self.outside.cases)


def touched(
    connection: Connection, module: str, setting: str, *, before: Any, after: Any, bound: Bound
) -> Touched:
    """Count what a default (`before` it was another one) and a bound would touch."""
    query = sa.select(ROWS.tenant_id, ROWS.settings).where(
        ROWS.module == module, ROWS.state != "off"
    )
    halls = {row.tenant_id: row.settings for row in connection.execute(query)}
    waiting = {row.tenant_id: row.n for row in connection.execute(_WAITING, {"module": module})}
    follow = [h for h, own in halls.items() if setting not in own and before != after]
    outside = [
        hall
        for hall, own in halls.items()
        if not bound.holds(own.get(setting, after), default=after)
    ]
    return Touched(follow=_part(follow, waiting), outside=_part(outside, waiting))


def _part(halls: list[int], waiting: Mapping[int, int]) -> Part:
    return Part(halls=len(halls), cases=sum(max(waiting.get(hall, 0), 0) for hall in halls))
