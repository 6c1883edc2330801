"""The public's pages of needs: the list with its tiles, one need, the form, the support."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.cases import keys
from mms_core.errors import NotFound
from mms_core.files.views import limits, pending
from mms_core.forms import FormField
from mms_core.guard import require_open_door, tenant_modules
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.moderation.stubs import stub
from mms_core.modules import registry
from mms_core.people.current import acting, is_staff, require_person
from mms_core.switching.grounds import officer
from plugins.citizen_feedback import need_list, needs, showing
from plugins.citizen_feedback.cases import NEED
from plugins.citizen_feedback.kinds import needs_of, words_of
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.need_files import file_lines
from plugins.citizen_feedback.schemas import NeedSchema
from plugins.citizen_feedback.views import pages, this_year

TONES = {"neutral": "neutral", "info": "info", "good": "success", "bad": "danger"}


@pages.get("/needs")
def needs_page() -> str:
    """Show what residents say is needed, by settlement and kind (art. 2.3)."""
    categories = needs_of(g.module_settings)
    category = request.args.get("category", "")
    category = category if category in categories else ""
    found = need_list.page(g.tenant.id, after=request.args.get("after", ""), category=category)
    year = this_year()
    counts = need_list.by_settlement(g.tenant.id, first=date(year, 1, 1), last=date(year, 12, 31))
    return render_template(
        f"{NAME}/needs.html",
        items=[line(row, categories) for row in found.rows],
        after=url_for(".needs_page", after=found.after, category=category or None)
        if found.after
        else None,
        category=category,
        categories=list(categories.items()),
        tiles=showing.tiles(g.tenant, counts),
        year=year,
        open_door=tenant_modules()[NAME].takes_new,
    )


def line(row: Any, categories: dict[str, str]) -> dict[str, Any]:
    """Put a need into a line of a list."""
    state = NEED.state(row.state)
    return {
        "number": row.number,
        "title": row.title,
        "case_id": row.case_id,
        "category": words_of(row.category, categories),
        "settlement": showing.place_name(g.tenant, row.settlement),
        "supports": row.supports,
        "state": (state.title, TONES.get(state.tone, "info")),
        "problem_code": row.problem_code,
        "problem_title": row.problem_title,
        "at": row.opened_at,
    }


@pages.route("/needs/new", methods=["GET", "POST"])
def need_new() -> Any:
    """Let a registered resident of 18 or more name a need (art. 3.3)."""
    require_open_door(NAME)
    person, now = require_person(), datetime.now(UTC)
    problems = needs.refusals(g.tenant.id, person, now=now)
    if problems:
        return render_template(f"{NAME}/need_who.html", problems=problems), (
            200 if request.method == "GET" else 403
        )
    if request.method == "GET":
        return _form_page(fitted(forms.blank(NeedSchema)))
    form, waiting = fitted(forms.read(NeedSchema, request.form)), pending(g.tenant.id)
    attached = waiting.gather(
        request.files.getlist("files"),
        tokens=request.form.getlist("kept_file"),
        left_out=request.form.getlist("leave_out"),
    )
    form.refuse({"files": list(attached.problems)})
    check_choices(form)
    if not form.valid:
        return _form_page(form, kept=waiting.keep(attached)), 422
    need = needs.new_need(form.data, files=waiting.settle(attached))
    name = person.first_name if form.data["shown"] else ""
    giver = needs.giver_of(person, public_name=name, language=locale())
    case = needs.submit(
        registry(), g.tenant, need=need, giver=giver, settings=g.module_settings, now=now
    )
    flash(_("Thank you, the need is registered: %(number)s.", number=case.number), "success")
    key = keys.key_of(current_app.extensions["mms_settings"], g.tenant.id, case.id)
    return redirect(url_for("cases.page", number=case.number, key=key), 303)


def fitted(form: forms.Form) -> forms.Form:
    """Give the form the hall's kinds and settlements to choose from."""
    form.fields["category"].choices = list(needs_of(g.module_settings).items())
    form.fields["settlement"].choices = showing.place_choices(g.tenant)
    form.fields["files"] = FormField(name="files", label=_("Pictures"), kind="files", help="")
    return form


def check_choices(form: forms.Form) -> None:
    """Refuse what the lists do not have."""
    for name in ("category", "settlement"):
        known = {key for key, _words in form.fields[name].choices}
        if name in form.data and form.data[name] not in known:
            form.refuse({name: [_("Choose one of the list.")]})


def _form_page(form: forms.Form, kept: Any = ()) -> str:
    contact = officer(g.tenant, NAME)
    return render_template(
        f"{NAME}/need_new.html", form=form, kept=kept, limits=limits(), contact=contact
    )


@pages.get("/needs/<number>")
def need(number: str) -> str:
    """Show a need with its answer; one not yet public only to its author and the hall."""
    row, person = _row(number), acting()
    author = person is not None and row.author_id == person.id
    hidden = stub(g.tenant.id, NAME, needs.KIND, row.case_id)
    if hidden and not row.is_public and not (author or is_staff(g.tenant.id)):
        return render_template(f"{NAME}/hidden.html", need=row, stub=hidden)
    if not (row.is_public or author or is_staff(g.tenant.id)):
        raise NotFound(_("There is no public need with this number."))
    return render_template(
        f"{NAME}/need.html",
        need=row,
        stub=hidden,
        item=line(row, needs_of(g.module_settings)),
        body=row.body,
        files=file_lines(row, all_of_them=author or is_staff(g.tenant.id)),
        mine=author,
        supported=person is not None and needs.has_supported(g.tenant.id, row.case_id, person.id),
        lang="ka" if locale() != "ka" and row.language == "ka" else None,
    )


def _row(number: str) -> Any:
    row = need_list.one(g.tenant.id, number)
    if row is None:
        raise NotFound(_("There is no public need with this number."))
    return row


@pages.post("/needs/<number>/support")
def need_support(number: str) -> Response:
    """Take a registered resident's support."""
    person, now = require_person(), datetime.now(UTC)
    row = _row(number)
    problems = needs.refusals(g.tenant.id, person, now=now)
    if problems:
        flash(str(problems[0].message), "error")
    elif needs.support(g.tenant.id, row, person=person):
        flash(_("Thank you, your support is counted."), "success")
    else:
        flash(_("You support this need already."), "info")
    return redirect(url_for(".need", number=number), 303)
