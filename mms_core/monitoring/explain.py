"""Explains a figure of a hall down to the events behind it, for the hall that owns them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mms_core.db import db
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.pace import each_month

MEASURES = {
    "opened": _("Opened"),
    "answered": _("Answered"),
    "answered_in_time": _("Answered in time"),
    "closed": _("Closed"),
}
PAGE = 50
_CONDITIONS = {
    "opened": "e.before = ''",
    "answered": "e.at = c.answered_at",
    "answered_in_time": "e.at = c.answered_at and (c.due_on is null or "
    "(e.at at time zone 'Asia/Tbilisi')::date <= c.due_on)",
    "closed": "e.at = c.closed_at",
}
_LISTED = """
    select c.number, c.title, e.at, e.step, e.actor_role, e.case_id, e.seq
    from mms.case_event e
    join mms.cases c on c.tenant_id = e.tenant_id and c.id = e.case_id
    where e.tenant_id = :tenant and e.kind = 'step' and e.at >= :start and e.at < :end
        and c.module = :module and ({what})
        and (e.at, e.case_id, e.seq) > (:after_at, :after_case, :after_seq)
    order by e.at, e.case_id, e.seq limit :most
"""
_COUNTED = sa.text("""
    select module, measure, sum(n)::int as n from (
        select module, measure, n from mms.stat_month where tenant_id = :tenant and month = :month
        union all
        select module, measure, n from mms.stat_delta
        where tenant_id = :tenant and day >= :month and day < :next
    ) both_places group by module, measure
    """)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which figure is asked about."""

    tenant_id: int
    month: date
    module: str
    measure: str

    @property
    def bounds(self) -> dict[str, datetime]:
        """The moments between which its events lie."""
        after = next_month(self.month)
        return {
            "start": datetime(self.month.year, self.month.month, 1, tzinfo=TBILISI),
            "end": datetime(after.year, after.month, 1, tzinfo=TBILISI),
        }


def next_month(month: date) -> date:
    """Give the first day of the month after."""
    return (month + timedelta(days=32)).replace(day=1)


def months_to(today: date) -> list[date]:
    """Give the months that can be asked about, the newest first."""
    first = today.replace(day=1, year=today.year - 3)
    return each_month(first, today)[::-1]


def counted(tenant_id: int, month: date) -> dict[tuple[str, str], int]:
    """Read the hall's figures of a month, as the ministry sees them."""
    given = {"tenant": tenant_id, "month": month, "next": next_month(month)}
    return {(r.module, r.measure): r.n for r in db.session.execute(_COUNTED, given)}


def events(asked: Question, *, after: tuple[datetime, Any, int] | None) -> Sequence[Any]:
    """Read the events that make a figure, one more than a page shows, in their order."""
    start = asked.bounds["start"] - timedelta(seconds=1)
    at, case, seq = after or (start, UUID(int=0), 0)
    query = sa.text(_LISTED.format(what=_CONDITIONS[asked.measure]))
    given = {
        "tenant": asked.tenant_id, "module": asked.module, **asked.bounds, "most": PAGE + 1,
        "after_at": at, "after_case": case, "after_seq": seq,
    }  # fmt: skip
    return db.session.execute(query, given).all()
