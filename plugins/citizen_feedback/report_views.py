"""The hall's pages of reports, and the published ones for everybody, also as PDF and XLSX."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for

from mms_core.clock import local_day
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import gettext as _
from mms_core.page_cache import keep
from mms_core.people.current import STAFF, is_staff, require, roles_in
from mms_core.people.rules import staff_of
from mms_core.switching.grounds import laid
from plugins.citizen_feedback import (
    budgeting,
    freezing,
    report_papers,
    report_showing,
    reports,
    slots,
)
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.report_models import Report, ReportFreeze
from plugins.citizen_feedback.views import pages, this_year


@pages.route("/desk/reports", methods=["GET", "POST"])
def desk_reports() -> Any:
    """Show the year's reports with their due days, and who leads the review (art. 4.3-4.4)."""
    person = require(*STAFF)
    now = datetime.now(UTC)
    year = _year()
    problem = ""
    if request.method == "POST":
        mayor = require("mayor")  # art. 4.3: nobody else charges
        form = request.form
        try:
            reports.charge(
                g.tenant.id, year=year, person_id=form.get("person", ""),
                service=form.get("service", ""), by=mayor, now=now,
            )  # fmt: skip
            flash(_("The charge is recorded."), "success")
            return redirect(url_for(".desk_reports", year=year), 303)
        except Invalid as wrong:
            problem = str(wrong.message)
    rows = slots.plan(g.tenant.id, year, g.module_settings)
    shown = render_template(
        f"{NAME}/desk/reports.html",
        rows=[report_showing.line(row, today=local_day(now)) for row in rows],
        year=year,
        leads=reports.leads(g.tenant.id, year),
        staff=[(str(one.id), one.name) for one in staff_of(g.tenant.id)],
        mayor="mayor" in roles_in(g.tenant.id),
        unit=laid(g.tenant.id, NAME).unit,
        problem=problem,
        typed=request.form,
        lacking=budgeting.missing(g.tenant.id, this_year() + 1),
        budget_year=this_year() + 1,
        draft_due=budgeting.draft_due(this_year() + 1),
        me=person,
    )
    return (shown, 422) if problem else shown


def _year() -> int:
    typed = request.values.get("year", "")
    return int(typed) if typed.isdigit() and 2015 <= int(typed) <= 2100 else this_year()


@pages.get("/desk/reports/<report>")
def desk_report(report: str) -> str:
    """Show a report to the hall: freeze, write, send, discuss, publish."""
    require(*STAFF)
    return _desk_page(reports.by_code(g.tenant.id, report), {})


def _desk_page(row: Report, errors: dict[str, Any]) -> str:
    frozen = freezing.frozen(row) if row.state not in {"planned", "freezing"} else None
    return render_template(
        f"{NAME}/desk/report.html",
        item=report_showing.line(row, today=local_day(datetime.now(UTC))),
        mayor="mayor" in roles_in(g.tenant.id),
        errors=errors,
        typed=request.form if errors else {},
        today=local_day(datetime.now(UTC)),
        **report_showing.page(row, frozen, g.tenant, g.module_settings),
    )


@pages.post("/desk/reports/<report>")
def desk_report_step(report: str) -> Any:
    """Take a step with a report; what is wrong is said at the field and nothing typed is lost."""
    person, now = require(*STAFF), datetime.now(UTC)
    row, what = reports.by_code(g.tenant.id, report, lock=True), request.form.get("do", "")
    try:
        if what == "freeze":
            reports.begin(row, now=now)
        elif what in {"write", "send"}:
            reports.write(row, request.form)
            if what == "send":
                reports.send(row, by=person.name, now=now)
            flash(_("The report is kept.") if what == "write" else _("The mayor has the report."),
                  "success")  # fmt: skip
        elif what == "discuss":
            require("mayor")  # art. 4.6
            reports.discuss(row, _discussion(), now=now)
        elif what == "publish":
            reports.publish(row, now=now)
        else:
            raise Refused(_("This step is not possible now."))
    except Invalid as wrong:
        return _desk_page(row, wrong.fields), 422
    return redirect(url_for(".desk_report", report=row.code), 303)


def _discussion() -> reports.Discussion:
    form = request.form
    problems: dict[str, list[object]] = {}
    try:
        on = date.fromisoformat(form.get("discussed_on", ""))
    except ValueError:
        on = date.min
        problems["discussed_on"] = [_("Write a date, as in 2026-11-21.")]
    for name in ("participants", "decisions"):
        if not form.get(name, "").strip():
            problems[name] = [_("Fill this in.")]
    if problems:
        raise Invalid(_("Fill this in."), fields=problems)
    return reports.Discussion(
        on=on,
        participants=form["participants"].strip()[:4000],
        decisions=form["decisions"].strip()[:8000],
    )


@pages.get("/reports")
def reports_page() -> str:
    """List the published reports."""
    keep()
    today = local_day(datetime.now(UTC))
    rows = [report_showing.line(row, today=today) for row in reports.published(g.tenant.id)]
    return render_template(f"{NAME}/reports.html", rows=rows)


def _readable(code: str) -> tuple[Report, ReportFreeze]:
    row = reports.by_code(g.tenant.id, code)
    frozen = freezing.frozen(row)
    if frozen is None or not (row.state == "published" or is_staff(g.tenant.id)):
        raise NotFound(_("There is no such report here."))
    return row, frozen


@pages.get("/reports/<report>")
def report(report: str) -> str:
    """Show a report; before it is published to the hall alone."""
    row, frozen = _readable(report)
    return render_template(
        f"{NAME}/report.html",
        item=report_showing.line(row, today=local_day(datetime.now(UTC))),
        **report_showing.page(row, frozen, g.tenant, g.module_settings),
    )


@pages.get("/reports/<report>.pdf")
def report_pdf(report: str) -> Response:
    """Give a report as a PDF that a screen reader can read."""
    row, frozen = _readable(report)
    made = report_papers.pdf(row, frozen, g.tenant, g.module_settings)
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename=feedback-{row.code}.pdf"
    return answer


@pages.get("/reports/<report>.xlsx")
def report_xlsx(report: str) -> Any:
    """Give a report's figures as a spreadsheet."""
    row, frozen = _readable(report)
    return report_papers.xlsx(row, frozen, g.module_settings)
