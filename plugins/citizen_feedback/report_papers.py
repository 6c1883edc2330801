"""Reports on paper and in spreadsheets, computed from the freeze like the pages."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import send_file

from mms_core import sheets
from mms_core.dates import day, short_day
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from plugins.citizen_feedback import freezing, report_showing
from plugins.citizen_feedback.kinds import dimensions_of, needs_of, words_of
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.report_models import Report, ReportFreeze

PAPER = Path(__file__).parent / "templates" / NAME / "report.typ"


def pdf(row: Report, frozen: ReportFreeze, tenant: Any, settings: Mapping[str, Any]) -> bytes:
    """Set a report in type."""
    from mms_core.papers import to_pdf

    given = report_showing.page(row, frozen, tenant, settings)
    title = str(report_showing.line(row, today=row.due_on)["title"])
    data = {
        "title": title,
        "heading": _("Report on citizens' feedback and needs"),
        "facts": [
            [_("City hall"), tenant.hall],
            [_("Period"), f"{short_day(row.first_day)} – {short_day(row.last_day)}"],
            [_("Prepared by"), given["unit"]],
            [_("Frozen on"), day(frozen.frozen_at)],
            [_("Fingerprint of the figures"), frozen.sha256[:16]],
        ],
        "parts": list(_parts(row, given)),
    }
    return to_pdf(PAPER, data=data, language=locale(), title=title)


def _parts(row: Report, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    said, asked, mean = row.analysis, _("What was asked"), _("Mean mark")
    overview = [[title, words] for title, _value, words in given["overview"]]
    values = [value for _title, value, _words in given["overview"]]
    marks = _table(_("Mean marks, from 1 to 5"), [_("Programme"), mean], overview, values, most=5)
    yield _part(_("Ratings of programmes"), said.get("programmes"), [marks])
    for one in given["programmes"]:
        bars = [[what, words] for what, _value, words in one["bars"]]
        head = [_("Settlement"), _("Answers"), mean]
        values = [value for _what, value, _words in one["bars"]]
        tables = [_table(one["answers"], [asked, mean], bars, values, most=5),
                  _table(_("By settlement"), head, one["places"])]  # fmt: skip
        few = "" if bars else _("Too few people to be shown.")
        yield _part(one["title"], few, tables, level=3)
    kinds = _counts(_("By kind"), _("Kind"), given["categories"])
    places = _counts(_("By settlement"), _("Settlement"), given["settlements"])
    yield _part(_("Needs of residents"), said.get("needs"), [kinds, places])
    head = [_("Problem"), _("Needs"), _("Supports")]
    yield _part(_("Problems"), said.get("problems"), [_table("", head, given["problems"])])
    yield _part(_("Conclusion"), said.get("conclusion"), [])
    if row.discussed_on:
        held = f"{day(row.discussed_on)}\n{row.participants}\n\n{row.decisions}"
        yield _part(_("The mayor's discussion"), held, [])


def _part(title: str, words: Any, tables: list[Any], *, level: int = 2) -> dict[str, Any]:
    kept = [table for table in tables if table["rows"]]
    return {"title": title, "words": words or "", "tables": kept, "level": level}


def _counts(caption: str, what: str, rows: Sequence[tuple[str, int]]) -> dict[str, Any]:
    values = [n for _name, n in rows]
    return _table(caption, [what, _("Needs")], rows, values, most=max(values, default=1))


def _table(
    caption: str, head: list[str], rows: Any, values: Sequence[float] = (), *, most: float = 1
) -> dict[str, Any]:
    """Give a table, with a bar beside each row where there are values."""
    return {
        "caption": str(caption),
        "head": [str(word) for word in head],
        "rows": [[str(cell) for cell in row] for row in rows],
        "bars": [value / most for value in values],
        "chart": str(_("Chart")),
    }


def xlsx(row: Report, frozen: ReportFreeze, settings: Mapping[str, Any]) -> Any:
    """Give the figures as a spreadsheet, each with the number of people behind it."""
    figures = freezing.figures(frozen.rows)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - Flask closes it when it is sent
    head = (_("Part"), _("Programme"), _("What was asked"), _("Settlement"), _("Count"),
            _("Mean mark"), _("Share of good marks"))  # fmt: skip
    sheets.write_xlsx(head, list(_cells(figures, settings)), to=file, title=row.code)
    file.seek(0)
    name = f"feedback-{row.code}.xlsx"
    return send_file(file, mimetype=sheets.XLSX, as_attachment=True, download_name=name)


def _cells(figures: freezing.Figures, settings: Mapping[str, Any]) -> Iterator[list[Any]]:
    dimensions, categories = dimensions_of(settings), needs_of(settings)
    rating, need, problem = _("Rating"), _("Need"), _("Problem")
    for one in figures.programmes:
        results = one.results
        for item in (results.overall, *results.dimensions):
            if item.shown:
                what = words_of(item.key, dimensions)
                yield [rating, one.title, what, "", item.n, _two(item.mean), _two(item.good)]
        for item in results.settlements:
            what = words_of(results.overall.key, dimensions)
            yield [rating, one.title, what, item.key, item.n, _two(item.mean), _two(item.good)]
    for key, n in figures.by_category:
        yield [need, "", words_of(key, categories), "", n, None, None]
    for name, n in figures.by_settlement:
        yield [need, "", "", name, n, None, None]
    for row in figures.problems:
        yield [problem, "", row["title"], "", row["needs"], None, None]


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
