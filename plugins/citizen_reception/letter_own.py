"""A letter after it was registered: on paper, withdrawn by its author, filed by a clerk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from mms_core import forms
from mms_core.cases import numbers, reading
from mms_core.cases.log import Actor
from mms_core.cases.models import Case, CaseContact
from mms_core.cases.rules import StepAsked, by_number, take_step
from mms_core.cases.whose import own_case
from mms_core.centre import rules as centre
from mms_core.centre.schemas import IntakeSchema
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import Invalid, NotFound
from mms_core.files.views import limits, pending
from mms_core.forms import FormField
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.people.current import acting, is_staff, require
from plugins.citizen_reception import letter_paper, letters
from plugins.citizen_reception.blueprint import pages
from plugins.citizen_reception.contact import NAMES
from plugins.citizen_reception.day_settings import addressees_of
from plugins.citizen_reception.letter_schemas import LetterSchema
from plugins.citizen_reception.letter_views import as_pdf, let_in, way_to
from plugins.citizen_reception.models import NAME

Answer = BaseResponse | str | tuple[str, int]


@pages.get("/letters/<number>/paper.pdf", endpoint="letter_paper")
def letter_paper_of(number: str) -> Answer:
    """Give a registered letter as a paper, to its author and to the hall."""
    case = _case(number)
    row = letters.of_case(case)
    if row is None:
        raise NotFound(_("There is no such letter."))
    contact = db.session.get(CaseContact, (case.tenant_id, case.id))
    words = {name: getattr(contact, name, "") for name in NAMES} | {
        name: getattr(row, name) for name in ("addressee", "facts", "request", "address")
    }
    files = [file.name for file in reading.files(case)]
    body = letter_paper.pdf(
        g.tenant, words | {"title": case.title}, files=files, number=case.number,
        on=local_day(case.opened_at),
    )  # fmt: skip
    return as_pdf(body, f"letter-{case.number}.pdf")


def _case(number: str) -> Case:
    if is_staff(g.tenant.id):
        return by_number(g.tenant.id, numbers.read(number) or number)
    return own_case(number)


@pages.route("/letters/<number>/own", methods=["GET", "POST"])
def own_letter(number: str) -> Answer:
    """Show a letter to its author, who can withdraw it before the hall began."""
    case = own_case(number, lock=request.method == "POST")
    if case.module != NAME or case.kind != letters.KIND:
        raise NotFound
    can = case.state == "received"
    if request.method == "POST":
        person = acting()
        if can:  # a second time there is nothing left to withdraw
            actor = Actor(role="citizen", id=person.id if person else None)
            asked = StepAsked(name="withdraw", actor=actor)
            take_step(registry(), case, asked=asked, now=datetime.now(UTC))
            flash(_("The letter is withdrawn."), "success")
        return redirect(url_for("cases.page", number=case.number), 303)
    return render_template(f"{NAME}/own_letter.html", case=case, can=can)


@pages.route("/letters/intake", methods=["GET", "POST"])
def letter_intake() -> Answer:
    """Let a clerk of a centre register a citizen's letter, also one signed on paper."""
    clerk = require("clerk")
    let_in()
    given = {"addressees": addressees_of(g.module_settings), "known": True}
    if request.method == "GET":
        today = local_day(datetime.now(UTC)).isoformat()
        citizen = forms.blank(IntakeSchema, values={"received_on": today})
        return _page(citizen, _fitted(forms.blank(LetterSchema)))
    citizen = forms.read(IntakeSchema, request.form)
    form, waiting = _fitted(forms.read(LetterSchema, request.form, **given)), pending(g.tenant.id)
    attached = waiting.gather(
        request.files.getlist("files"),
        tokens=request.form.getlist("kept_file"),
        left_out=request.form.getlist("leave_out"),
    )
    form.refuse({"files": list(attached.problems)})
    known = _citizen(clerk, citizen) if citizen.valid and form.valid else None
    if known is None:
        return _page(citizen, form, kept=waiting.keep(attached)), 422
    case = _register(form.data, known, files=waiting.settle(attached))
    centre.filed(case, known)
    return redirect(way_to(case), 303)


def _register(data: Any, known: centre.Citizen, *, files: Any) -> Case:
    words = {n: data[n] for n in ("kind", "title", "facts", "request", "address")}
    new = letters.NewLetter(
        **words,
        addressee=addressees_of(g.module_settings)[data["addressee"]],
        contact=known.contact,
        author_id=known.author_id,
        language=locale(),
        files=files,
        signed="signed" in request.form,
        channel=known.channel,
        taken_at=known.taken_at,
        by=known.by,
    )
    now, settings = datetime.now(UTC), g.module_settings
    return letters.register(registry(), g.tenant, new=new, settings=settings, now=now)


def _citizen(clerk: Any, form: forms.Form) -> centre.Citizen | None:
    try:
        return centre.citizen_of(clerk, form.data)
    except Invalid as problem:
        form.refuse(problem.fields)
        return None


def _fitted(form: forms.Form) -> forms.Form:
    for name in NAMES:
        form.fields.pop(name, None)
    form.fields["addressee"].choices = list(addressees_of(g.module_settings).items())
    form.fields["files"] = FormField(name="files", label=_("Attachments"), kind="files")
    return form


def _page(citizen: forms.Form, form: forms.Form, *, kept: Any = ()) -> str:
    return render_template(
        f"{NAME}/letter_intake.html",
        intake=citizen,
        form=form,
        both=forms.Form(fields={**citizen.fields, **form.fields}, general=form.general),
        kept=kept,
        limits=limits(),
        signed="signed" in request.form,
    )
