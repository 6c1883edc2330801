"""The ministry's figures as open data: shares and rates, nothing of fewer than five cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mms_core.i18n import gettext as _
from mms_core.monitoring.figures import FEW
from mms_core.monitoring.ladder import RUNGS
from mms_core.monitoring.national import Seen
from mms_core.monitoring.overview import residents

ADOPTION = ("municipality", "name_ka", "name_en", "region", "merged", "module", "state", "rung",
            "rung_number", "since")  # fmt: skip
ANSWERS = ("municipality", "region", "residents_2014", "cases_per_1000_residents", "share_in_time",
           "median_days", "p90_days", "share_overdue", "too_few")  # fmt: skip
MONTHS = ("month", "cases_opened", "cases_answered", "share_in_time", "too_few")


def adoption(seen: Seen) -> Iterator[tuple[Any, ...]]:
    """Give the ladder: one row for each municipality and module."""
    for row in seen.found.halls:
        for cell in row.cells:
            hall, at = cell.hall, seen.rungs[cell.hall.id, cell.module.name]
            since = at.since.date() if at.since else None
            yield (hall.slug, hall.name_ka, hall.name_en, hall.region, bool(hall.successor_id),
                   cell.module.name, cell.state, at.rung.name, at.at, since)  # fmt: skip


def answers(seen: Seen) -> Iterator[tuple[Any, ...]]:
    """Give rates and shares: one row for each municipality."""
    for row in seen.found.halls:
        hall, total, waits = row.subject, row.total, seen.waits.get(row.subject.id)
        yield (
            hall.slug, hall.region, residents(hall), _rounded(total.per_thousand(row.people), 2),
            _rounded(total.rate, 4), waits.median if waits else None, waits.most if waits else None,
            _rounded(total.late, 4), total.judged < FEW,
        )  # fmt: skip


def months(seen: Seen) -> Iterator[tuple[Any, ...]]:
    """Give the trend of the country: one row for each month."""
    for month in seen.months:
        few = month.opened < FEW
        answered = month.answered if month.answered >= FEW else None
        opened = None if few else month.opened
        yield month.first, opened, answered, _rounded(month.rate, 4), few


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def tables() -> dict[str, tuple[str, str, tuple[str, ...], Any]]:
    """Name the tables of the country: title, definition, columns, rows."""
    rungs = "\n".join(f"{n} {rung.title}: {rung.means}" for n, rung in enumerate(RUNGS))
    return {
        "adoption": (
            _("The adoption ladder by municipality and module"),
            _("How far each module has come in each municipality.") + "\n" + rungs,
            ADOPTION,
            adoption,
        ),
        "answers": (
            _("Answers of city halls by municipality"),
            _(
                "Cases opened per 1,000 residents (census of 2014), the share answered in time of "
                "all answered in the period or overdue now, calendar days to the first answer by "
                "median and 90th percentile, and the share overdue. A figure of fewer than five "
                "cases is left empty."
            ),
            ANSWERS,
            answers,
        ),
        "months": (
            _("Cases and answers by month"),
            _("Cases opened and answered in the country by month, and the share in time."),
            MONTHS,
            months,
        ),
    }
