"""The public's pages: the catalogue of programmes, one programme with its results, open data."""

from __future__ import annotations

import tempfile
from typing import Any

from flask import Blueprint, Response, g, render_template, request, send_file

from mms_core import sheets
from mms_core.guard import tenant_modules
from mms_core.page_cache import keep
from mms_core.people.current import is_staff
from mms_core.switching.grounds import laid
from plugins.citizen_feedback import programmes, results, showing
from plugins.citizen_feedback.kinds import dimensions_of, kinds_of, words_of
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.tables import HEADINGS, table_rows

pages = Blueprint(NAME, __name__)


def asked_year(years: list[int]) -> int:
    """Give the budget year asked for, or the newest with programmes that has begun.

    A hall publishes the next year's programmes before this year's have been rated.
    """
    typed, today = request.args.get("year", ""), this_year()
    if typed.isdigit() and int(typed) in years:
        return int(typed)
    begun = [year for year in years if year <= today]
    return (begun or years or [today])[0]


def this_year() -> int:
    """Give the budget year of today."""
    return programmes.present_year()


@pages.get("/")
def index() -> str:
    """Show the catalogue of a budget year's programmes (art. 2.1)."""
    keep()
    years = programmes.years(g.tenant.id)
    year, kinds = asked_year(years), kinds_of(g.module_settings)
    kind, query = request.args.get("kind", ""), request.args.get("q", "").strip()[:200]
    kind = kind if kind in kinds else ""
    rows = programmes.of_year(g.tenant.id, year, kind=kind, query=query)
    found = results.of_programmes(g.tenant.id, [row.id for row in rows])
    return render_template(
        f"{NAME}/index.html",
        items=[showing.card(row, g.module_settings, found.get(row.id)) for row in rows],
        year=year,
        years=years,
        kinds=list(kinds.items()),
        wanted={"kind": kind, "q": query},
        open_door=tenant_modules()[NAME].takes_new,
    )


@pages.get("/programmes/<programme>")
def programme(programme: str) -> str:
    """Show a programme: what it gives and to whom, and what its users say."""
    keep()
    row = programmes.by_code(g.tenant.id, programme, drafts=is_staff(g.tenant.id))
    dimensions = dimensions_of(g.module_settings)
    found = results.of_programme(row, dimensions)
    return render_template(
        f"{NAME}/programme.html",
        programme=row,
        title=showing.title_of(row),
        lang=showing.language_of(row),
        kind=words_of(row.kind, kinds_of(g.module_settings)),
        budget=showing.money(row.budget),
        results=found,
        answers=showing.answers(found.overall.n),
        bars=showing.bars(found, dimensions),
        places=showing.places(found),
        open_door=tenant_modules()[NAME].takes_new and row.state == "published",
    )


@pages.get("/programmes.csv")
def programmes_csv() -> Response:
    """Give a year's published programmes as open data, in the form in which they are imported."""
    year = asked_year(programmes.years(g.tenant.id))
    rows = list(table_rows(programmes.of_year(g.tenant.id, year)))  # read before it is sent
    answer = Response(sheets.write_csv(HEADINGS, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=programmes-{year}.csv"
    return answer


@pages.get("/programmes.xlsx")
def programmes_xlsx() -> Any:
    """Give the same as a spreadsheet."""
    year = asked_year(programmes.years(g.tenant.id))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - Flask closes it when it is sent
    sheets.write_xlsx(HEADINGS, table_rows(programmes.of_year(g.tenant.id, year)), to=file)
    file.seek(0)
    name = f"programmes-{year}.xlsx"
    return send_file(file, mimetype=sheets.XLSX, as_attachment=True, download_name=name)


@pages.get("/rule")
def rule() -> str:
    """Show the hall's own rule of the platform, with the number and date of its act."""
    keep()
    return render_template(
        f"{NAME}/rule.html", settings=g.module_settings, laid=laid(g.tenant.id, NAME)
    )
