"""Puts a report into words: its state, its figures as tables and bars, the unit's analysis."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.switching.grounds import laid
from plugins.citizen_feedback import freezing, showing, slots
from plugins.citizen_feedback.kinds import dimensions_of, needs_of, words_of
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.report_models import Report, ReportFreeze

STATES: Mapping[str, tuple[Any, str]] = {
    "planned": (_("Planned"), "neutral"),
    "freezing": (_("Being frozen"), "info"),
    "draft": (_("Draft"), "neutral"),
    "sent": (_("Sent to the mayor"), "info"),
    "discussed": (_("Discussed"), "info"),
    "published": (_("Published"), "success"),
}


def line(row: Report, *, today: date) -> dict[str, Any]:
    """Give a line of a list of reports."""
    return {
        "code": row.code,
        "title": _("Report %(slot)s of %(year)s", slot=row.slot, year=row.year),
        "first_day": row.first_day,
        "last_day": row.last_day,
        "due_on": row.due_on,
        "state": STATES[row.state],
        "late": slots.is_late(row, today=today),
        "published_at": row.published_at,
    }


def page(
    row: Report, frozen: ReportFreeze | None, tenant: Any, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Give all that the pages of a report are drawn from; without a freeze no figures."""
    given: dict[str, Any] = {
        "report": row,
        "frozen": frozen,
        "unit": laid(row.tenant_id, NAME).unit,
    }
    if frozen is None:
        return given
    figures = freezing.figures(frozen.rows)
    dimensions, categories = dimensions_of(settings), needs_of(settings)
    return given | {
        "figures": figures,
        "programmes": [
            {
                "title": _title(one),
                "lang": "ka" if locale() != "ka" and not one.title_en else None,
                "results": one.results,
                "answers": showing.answers(one.results.overall.n),
                "bars": showing.bars(one.results, dimensions),
                "places": [(showing.place_name(tenant, name), n, mean)
                           for name, n, mean in showing.places(one.results)],
            }
            for one in figures.programmes
        ],
        "overview": [
            (_title(one), one.results.overall.mean or 0, showing.mean(one.results.overall))
            for one in figures.programmes
            if one.results.overall.shown
        ],
        "settlements": [(showing.place_name(tenant, name), n) for name, n in figures.by_settlement],
        "categories": [(words_of(key, categories), n) for key, n in figures.by_category],
        "problems": [
            (p["title"] if locale() == "ka" else p["title_en"] or p["title"], p["needs"],
             p["supports"])
            for p in figures.problems
        ],
    }  # fmt: skip


def _title(one: freezing.OfProgramme) -> str:
    return one.title if locale() == "ka" else one.title_en or one.title
