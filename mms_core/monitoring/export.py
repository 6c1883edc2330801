"""The ministry's figures as CSV: one row for each municipality and module."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from mms_core.i18n import TBILISI
from mms_core.monitoring.figures import Period
from mms_core.monitoring.overview import Cell, Overview

COLUMNS = (
    "municipality", "name", "region", "merged_into", "module", "state", "since", "from", "as_of",
    "opened", "answered", "answered_in_time", "share_in_time", "mean_days", "overdue",
)  # fmt: skip


def table_of_figures(found: Overview, span: Period, *, now: datetime) -> str:
    """Write the table with a byte order mark, by which spreadsheets know it is UTF-8.

    A share or a mean of too few cases is left empty, as on the page.
    """
    file = io.StringIO()
    file.write("\ufeff")
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    as_of = now.astimezone(TBILISI).isoformat(timespec="seconds")
    for row in found.halls:
        for cell in row.cells:
            rows.writerow(_row(cell, span, as_of=as_of))
    return file.getvalue()


def _row(cell: Cell, span: Period, *, as_of: str) -> list[object]:
    seen, hall = cell.figures, cell.hall
    since = cell.standing.since.astimezone(TBILISI).date().isoformat() if cell.standing else ""
    return [
        hall.slug,
        hall.name,
        hall.region,
        hall.successor_id or "",
        cell.module.name,
        cell.state,
        since,
        span.first.isoformat(),
        as_of,
        seen.opened,
        seen.answered,
        seen.in_time,
        "" if seen.rate is None else round(seen.rate, 4),
        "" if seen.mean_days is None else round(seen.mean_days, 1),
        seen.overdue,
    ]
