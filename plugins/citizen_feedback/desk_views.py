"""The hall's pages of programmes: enter, publish, import, copy, and see what people say."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from mms_core import forms
from mms_core.errors import Invalid, Refused
from mms_core.i18n import gettext as _
from mms_core.people.current import STAFF, require
from plugins.citizen_feedback import programmes, proofs, results, showing, tables, urn
from plugins.citizen_feedback.kinds import dimensions_of, kinds_of
from plugins.citizen_feedback.models import NAME, Programme
from plugins.citizen_feedback.schemas import ProgrammeSchema, days_of
from plugins.citizen_feedback.views import asked_year, pages, this_year


@pages.get("/desk/")
def desk() -> str:
    """Show the hall a year's programmes with what each still needs."""
    require(*STAFF)
    years = programmes.years(g.tenant.id, drafts=True)
    year = asked_year(years)
    rows = programmes.of_year(g.tenant.id, year, drafts=True)
    found = results.of_programmes(g.tenant.id, [row.id for row in rows])
    return render_template(
        f"{NAME}/desk/index.html",
        items=[showing.card(row, g.module_settings, found.get(row.id)) for row in rows],
        year=year,
        years=years,
    )


@pages.route("/desk/programmes/new", methods=["GET", "POST"])
def desk_new() -> Any:
    """Enter a programme."""
    require(*STAFF)
    first, last = days_of(this_year())
    blank = {"year": this_year(), "starts_on": first.isoformat(), "ends_on": last.isoformat()}
    if request.method == "GET":
        return _form_page(_fitted(forms.blank(ProgrammeSchema, values=blank)))
    form = _read()
    if not form.valid:
        return _form_page(form), 422
    row = programmes.add(g.tenant.id, form.data)
    flash(_("The programme is entered as a draft."), "success")
    return redirect(url_for(".desk_programme", programme=row.code), 303)


@pages.route("/desk/programmes/<programme>/edit", methods=["GET", "POST"])
def desk_edit(programme: str) -> Any:
    """Change what is said of a programme."""
    require(*STAFF)
    row = programmes.by_code(g.tenant.id, programme, drafts=True)
    if request.method == "GET":
        values = {name: getattr(row, name) for name in programmes.FIELDS}
        return _form_page(_fitted(forms.blank(ProgrammeSchema, values=values)), row)
    form = _read({"year": row.year})
    if not form.valid:
        return _form_page(form, row), 422
    programmes.edit(row, form.data)
    flash(_("The programme is changed."), "success")
    return redirect(url_for(".desk_programme", programme=row.code), 303)


def _read(fixed: dict[str, Any] | None = None) -> forms.Form:
    typed = request.form.to_dict() | {name: str(value) for name, value in (fixed or {}).items()}
    return _fitted(forms.read(ProgrammeSchema, typed, kinds=kinds_of(g.module_settings)))


def _fitted(form: forms.Form) -> forms.Form:
    form.fields["kind"].choices = list(kinds_of(g.module_settings).items())
    return form


def _form_page(form: forms.Form, row: Programme | None = None) -> str:
    return render_template(f"{NAME}/desk/form.html", form=form, programme=row)


@pages.route("/desk/programmes/<programme>", methods=["GET", "POST"])
def desk_programme(programme: str) -> Any:
    """Show a programme to the hall, and publish, withdraw or delete it."""
    require(*STAFF)
    row = programmes.by_code(g.tenant.id, programme, drafts=True)
    if request.method == "POST":
        return _done(row, request.form.get("do", ""))
    dimensions = dimensions_of(g.module_settings)
    found = results.of_programme(row, dimensions)
    return render_template(
        f"{NAME}/desk/programme.html",
        programme=row,
        state=showing.STATES[row.state],
        settings=g.module_settings,
        results=found,
        answers=showing.answers(found.overall.n),
        bars=showing.bars(found, dimensions),
        waiting=urn.waiting(row),
        mixed=urn.MIXED,
        uses=proofs.uses_of(row),
        words=results.words(row) if found.overall.shown else [],
    )


def _done(row: Programme, what: str) -> Any:
    if what == "publish":
        programmes.publish(row, now=showing.today())
        flash(_("The programme is published."), "success")
    elif what == "withdraw":
        programmes.withdraw(row)
        flash(_("The programme is withdrawn."), "success")
    elif what == "delete":
        year = row.year
        programmes.delete(row)
        flash(_("The programme is deleted."), "success")
        return redirect(url_for(".desk", year=year), 303)
    else:
        raise Refused(_("This step is not possible now."))
    return redirect(url_for(".desk_programme", programme=row.code), 303)


@pages.route("/desk/import", methods=["GET", "POST"])
def desk_import() -> Any:
    """Take programmes in from a table; bad lines are told and the good ones are kept."""
    require(*STAFF)
    taken, problem = None, ""
    file = request.files.get("file")
    if request.method == "POST":
        try:
            if file is None or not file.filename:
                raise Invalid(_("Choose a file."))
            taken = tables.take_programmes(g.tenant.id, file.stream, kinds_of(g.module_settings))  # type: ignore[arg-type]  # werkzeug's stream is one of bytes
        except Invalid as wrong:
            problem = str(wrong.message)
    said = tables.report_of(taken) if taken else ""
    shown = render_template(
        f"{NAME}/desk/import.html",
        taken=taken,
        said=said,
        problem=problem,
        headings=tables.HEADINGS,
    )
    return (shown, 422) if problem else shown


@pages.post("/desk/copy")
def desk_copy() -> Any:
    """Copy a year's programmes as drafts of the next year."""
    require(*STAFF)
    typed = request.form.get("year", "")
    if not typed.isdigit():
        raise Refused(_("This step is not possible now."))
    number = programmes.carry_over(g.tenant.id, year=int(typed))
    flash(_("%(count)s programmes were copied as drafts.", count=number), "success")
    return redirect(url_for(".desk", year=int(typed) + 1), 303)
