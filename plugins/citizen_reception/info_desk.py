"""The hall's pages of information: enter meetings, see who comes, bring materials."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.errors import Invalid, Refused
from mms_core.files.views import limits, pending
from mms_core.forms import FormField
from mms_core.i18n import TBILISI
from mms_core.i18n import gettext as _
from mms_core.people.current import STAFF, require
from plugins.citizen_reception import info_showing, invitations, materials, meetings
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.info_models import Meeting
from plugins.citizen_reception.info_schemas import MaterialSchema, MeetingSchema, times_of
from plugins.citizen_reception.models import NAME

Answer = BaseResponse | str | tuple[str, int]


@pages.get("/desk/events")
def desk_events() -> str:
    """List the hall's meetings in every state, page by page."""
    require(*STAFF)
    after = request.args.get("after", "")[:20]
    found, following = meetings.of_hall(g.tenant.id, after=after)
    rows = [info_showing.line(row) for row in found]
    return render_template(
        f"{NAME}/desk/events.html", rows=rows, states=info_showing.STATES, after=after,
        following=following,
    )  # fmt: skip


@pages.route("/desk/events/new", methods=["GET", "POST"])
def desk_event_new() -> Answer:
    """Enter a meeting."""
    require(*STAFF)
    if request.method == "GET":
        return _form_page(forms.blank(MeetingSchema, values={"kind": "meeting"}))
    form = forms.read(MeetingSchema, request.form)
    if not form.valid:
        return _form_page(form), 422
    row = meetings.add(g.tenant.id, times_of(form.data), now=datetime.now(UTC))
    flash(_("The meeting is entered as a draft."), "success")
    return redirect(url_for(".desk_event", code=row.code), 303)


@pages.route("/desk/events/<code>/edit", methods=["GET", "POST"])
def desk_event_edit(code: str) -> Answer:
    """Change a meeting; those who come are told when it was moved."""
    require(*STAFF)
    row = meetings.by_code(g.tenant.id, code, drafts=True, lock=request.method == "POST")
    if request.method == "GET":
        return _form_page(forms.blank(MeetingSchema, values=_values(row)), row)
    form = forms.read(MeetingSchema, request.form)
    if not form.valid:
        return _form_page(form, row), 422
    try:
        moved = meetings.edit(row, times_of(form.data), now=datetime.now(UTC))
    except Invalid as problem:
        form.refuse(problem.fields)
        return _form_page(form, row), 422
    told = invitations.tell_moved(g.tenant, row) if moved else 0
    flash(_("The meeting is changed. Letters written: %(count)s.", count=told), "success")
    return redirect(url_for(".desk_event", code=row.code), 303)


def _values(row: Meeting) -> dict[str, Any]:
    begins, ends = row.starts_at.astimezone(TBILISI), row.ends_at.astimezone(TBILISI)
    times = {"day": begins.date().isoformat(), "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    return {name: getattr(row, name) for name in meetings.FIELDS} | times


def _form_page(form: forms.Form, row: Meeting | None = None) -> str:
    return render_template(f"{NAME}/desk/event_form.html", form=form, code=row.code if row else "")


@pages.route("/desk/events/<code>", methods=["GET", "POST"])
def desk_event(code: str) -> Answer:
    """Show a meeting with those who come; publish or cancel it."""
    require(*STAFF)
    row = meetings.by_code(g.tenant.id, code, drafts=True, lock=request.method == "POST")
    wrong: dict[str, Any] = {}
    if request.method == "POST":
        try:
            return _done(row, request.form.get("do", ""))
        except Invalid as problem:
            wrong = dict(problem.fields)
    shown = render_template(
        f"{NAME}/desk/event.html",
        item=info_showing.line(row),
        state=info_showing.STATES[row.state],
        guests=meetings.guests(row),
        wrong=wrong,
    )
    return (shown, 422) if wrong else shown


def _done(row: Meeting, what: str) -> BaseResponse:
    now = datetime.now(UTC)
    if what == "publish":
        meetings.publish(row, now=now)
        flash(_("The meeting is published."), "success")
    elif what == "cancel":
        meetings.cancel(row, why=request.form.get("why", ""), now=now)
        told = invitations.tell_cancelled(g.tenant, row)
        flash(_("The meeting is cancelled. Letters written: %(count)s.", count=told), "success")
    else:
        raise Refused(_("This step is not possible now."))
    return redirect(url_for(".desk_event", code=row.code), 303)


@pages.route("/desk/materials", methods=["GET", "POST"])
def desk_materials() -> Answer:
    """List the materials, and take a new one in."""
    require(*STAFF)
    if request.method == "GET":
        return _materials_page(forms.blank(MaterialSchema))
    form, waiting = forms.read(MaterialSchema, request.form), pending(g.tenant.id)
    attached = waiting.gather(
        request.files.getlist("files")[:1],
        tokens=request.form.getlist("kept_file"),
        left_out=request.form.getlist("leave_out"),
    )
    _fitted(form)
    form.refuse({"files": list(attached.problems)})
    if not attached.files and not attached.problems:
        form.refuse({"files": [_("Choose a file.")]})
    if not form.valid:
        return _materials_page(form, kept=waiting.keep(attached)), 422
    file = waiting.settle(attached)[0]
    materials.add(g.tenant.id, **form.data, file=file, now=datetime.now(UTC))
    flash(_("The material can be downloaded now."), "success")
    return redirect(url_for(".desk_materials"), 303)


def _fitted(form: forms.Form) -> forms.Form:
    form.fields["files"] = FormField(name="files", label=_("File"), kind="files")
    return form


def _materials_page(form: forms.Form, kept: Any = ()) -> str:
    rows = materials.lines(g.tenant.id)
    return render_template(
        f"{NAME}/desk/materials.html", form=_fitted(form) if "files" not in form.fields else form,
        rows=rows, kept=kept, limits=limits(),
    )  # fmt: skip


@pages.post("/desk/materials/<uuid:material_id>/remove")
def desk_material_remove(material_id: uuid.UUID) -> BaseResponse:
    """Take a material off the public list."""
    require(*STAFF)
    materials.remove(materials.by_id(g.tenant.id, material_id))
    flash(_("The material is no longer offered."), "success")
    return redirect(url_for(".desk_materials"), 303)
