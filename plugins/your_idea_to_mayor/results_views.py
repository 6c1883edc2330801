"""The pages of what became of ideas: the results, a year, and the hall's own words on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core.clock import local_day
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import gettext as _
from mms_core.page_cache import keep
from mms_core.people.current import is_staff, require
from plugins.your_idea_to_mayor import results as rules
from plugins.your_idea_to_mayor import showing
from plugins.your_idea_to_mayor.blueprint import pages
from plugins.your_idea_to_mayor.categories import words_of
from plugins.your_idea_to_mayor.models import NAME


@pages.get("/results")
def results() -> str:
    """Show what became of the hall's ideas, year by year."""
    keep()
    years = rules.by_year(g.tenant.id, today=local_day(datetime.now(UTC)))
    waits = rules.waiting(g.tenant.id)
    return render_template(f"{NAME}/results.html", years=years, waits=waits, many=rules.MANY)


@pages.get("/years/<int:year>")
def year_page(year: int) -> str:
    """Show a year: figures, stories, categories and places, fit to be printed."""
    keep()
    found = rules.year(g.tenant.id, _known(year))
    told = showing.items(rules.stories(g.tenant.id, year), g.module_settings)
    return render_template(
        f"{NAME}/year.html",
        y=found,
        stories=told,
        categories=[(words_of(key, g.module_settings), part) for key, part in found.categories],
        staff=is_staff(g.tenant.id),
        running=year == local_day(datetime.now(UTC)).year,
        note_lang=showing.language_of(found.note.body) if found.note else "",
    )


def _known(year: int) -> int:
    if not rules.FIRST_YEAR <= year <= local_day(datetime.now(UTC)).year:
        raise NotFound(_("There is no page of this year."))
    return year


@pages.get("/desk/years/<int:year>")
def edit_year(year: int) -> str:
    """Show the form of the hall's words on a year."""
    require("head", "mayor", "operator")
    found = rules.year(g.tenant.id, _known(year))
    return _form(year, found.note.body if found.note else "", [])


@pages.post("/desk/years/<int:year>")
def write_year(year: int) -> BaseResponse | tuple[str, int]:
    """Keep the hall's words on a year."""
    person = require("head", "mayor", "operator")
    body = request.form.get("body", "")
    try:
        now = datetime.now(UTC)
        rules.write_note(g.tenant.id, _known(year), body=body, by_name=person.name, now=now)
    except Invalid as problem:
        return _form(year, body, problem.fields.get("body", [])), 422
    flash(_("The text is published."), "success")
    return redirect(url_for(".year_page", year=year), 303)


def _form(year: int, body: str, errors: list[Any]) -> str:
    return render_template(
        f"{NAME}/desk_year.html", year=year, body=body, errors=errors, most=rules.LONGEST,
        lang=showing.language_of(body) or None,
    )  # fmt: skip
