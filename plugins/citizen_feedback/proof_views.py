"""The hall's pages of proof: sheets of vouchers, an officer's word."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select

from mms_core import forms
from mms_core.db import db
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.people.current import STAFF, require
from plugins.citizen_feedback import programmes, proofs, rules, showing
from plugins.citizen_feedback.models import NAME, Programme, VoucherBatch
from plugins.citizen_feedback.schemas import AttestSchema, VouchersSchema
from plugins.citizen_feedback.views import pages

PAPER = Path(__file__).parent / "templates" / NAME / "vouchers.typ"


@pages.route("/desk/programmes/<programme>/vouchers", methods=["GET", "POST"])
def desk_vouchers(programme: str) -> Any:
    """Make a sheet of vouchers, and list those that were made."""
    require(*STAFF)
    row = programmes.by_code(g.tenant.id, programme, drafts=True)
    end = rules.last_day(row, g.module_settings)
    form = forms.blank(VouchersSchema, values={"count": 12, "expires_on": end.isoformat()})
    if request.method == "POST":
        form = forms.read(VouchersSchema, request.form)
        if form.valid and form.data["expires_on"] > end:
            form.refuse({"expires_on": [_("Nobody can rate the programme after that day.")]})
        if form.valid:
            made = proofs.make_vouchers(row, made_by=require(*STAFF).name, **form.data)
            return redirect(url_for(".desk_sheet", batch=made.id), 303)
    mine = (VoucherBatch.tenant_id == g.tenant.id) & (VoucherBatch.programme_id == row.id)
    sheets = select(VoucherBatch).where(mine, ~VoucherBatch.attested)
    shown = render_template(
        f"{NAME}/desk/vouchers.html",
        programme=row,
        form=form,
        batches=db.session.scalars(sheets.order_by(VoucherBatch.created_at.desc())).all(),
    )
    return shown if form.valid or request.method == "GET" else (shown, 422)


def _batch(batch: uuid.UUID) -> tuple[VoucherBatch, Programme]:
    found = db.session.get(VoucherBatch, (g.tenant.id, batch))
    if found is None or found.attested:
        raise NotFound(_("There is no such sheet."))
    return found, programmes.by_id(g.tenant.id, found.programme_id)


def _address(code: str) -> str:
    return url_for(".voucher", token=code, _external=True)


def qr(address: str) -> Markup:
    """Draw an address as a QR code, black on white whatever the reading mode."""
    import segno

    drawn = segno.make_qr(address, error="m").svg_inline(
        scale=1, border=2, omitsize=True, light="#fff", svgclass="mms-qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn here from an address of ours


@pages.get("/desk/vouchers/<uuid:batch>")
def desk_sheet(batch: uuid.UUID) -> str:
    """Show a sheet of vouchers to print and cut up."""
    require(*STAFF)
    found, row = _batch(batch)
    cards = [
        (proofs.shown_code(g.tenant.case_prefix, code), qr(_address(code)))
        for code in proofs.codes(found)[:240]
    ]
    return render_template(
        f"{NAME}/desk/sheet.html", batch=found, programme=row, cards=cards,
        title=showing.title_of(row), door=url_for(".voucher_door", _external=True),
    )  # fmt: skip


@pages.get("/desk/vouchers/<uuid:batch>.pdf")
def desk_sheet_pdf(batch: uuid.UUID) -> Response:
    """Give the same sheet as a PDF, twelve vouchers to a page."""
    import segno

    from mms_core.papers import to_pdf

    require(*STAFF)
    found, row = _batch(batch)
    codes = proofs.codes(found)
    data = {
        "hall": g.tenant.hall,
        "title": showing.title_of(row),
        "say": _("Rate it in a minute: scan the code, or write it at the address below."),
        "until": _("Holds until %(day)s. One rating. Nobody will know that it is yours.",
                   day=found.expires_on.strftime("%d.%m.%Y")),
        "door": url_for(".voucher_door", _external=True).partition("://")[2],
        "vouchers": [
            {
                "code": proofs.shown_code(g.tenant.case_prefix, code),
                "qr": segno.make_qr(_address(code), error="m").svg_inline(border=0, omitsize=True),
            }
            for code in codes
        ],
    }  # fmt: skip
    made = to_pdf(PAPER, data=data, language=locale(), title=f"{row.code} {row.title}")
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename=vouchers-{row.code}.pdf"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.route("/desk/attest", methods=["GET", "POST"])
def desk_attest() -> Any:
    """Attest that a citizen before the officer has used a programme, and give them a voucher."""
    person = require(*STAFF, "clerk")
    if not g.module_settings["proof_clerks"]:
        raise Refused(_("This hall does not take an officer's word as a proof of use."))
    rows = [r for year in programmes.years(g.tenant.id)[:2]
            for r in programmes.of_year(g.tenant.id, year)]  # fmt: skip
    choices = [(row.code, f"{row.year}: {showing.title_of(row)}") for row in rows]
    chosen = request.values.get("programme", "")
    form, code = forms.blank(AttestSchema), ""
    if request.method == "POST":
        form = forms.read(AttestSchema, request.form)
        row = next((row for row in rows if row.code == chosen), None)
        if row is None:
            form.refuse({"": [_("Choose the programme.")]})
        elif form.valid:
            code = _attested(row, form, by=person.name)
    shown = render_template(
        f"{NAME}/desk/attest.html",
        form=form if not code else forms.blank(AttestSchema),
        choices=choices,
        chosen=chosen,
        code=proofs.shown_code(g.tenant.case_prefix, code) if code else "",
        qr=qr(_address(code)) if code else "",
        address=_address(code) if code else "",
    )
    return (shown, 422) if form.errors else shown


def _attested(row: Programme, form: forms.Form, *, by: str) -> str:
    """Attest and give the code, or put what stands against it beside its field."""
    now, data = showing.today(), form.data
    seen = proofs.Attested(
        personal_number=data["personal_number"],
        birth_date=data["birth_date"],
        used_on=data["used_on"],
    )
    try:
        rules.require_time(row, g.module_settings, now=now)
        end = rules.last_day(row, g.module_settings)
        code = proofs.attest(row, seen, by=by, expires_on=end, now=now)
    except Invalid as wrong:
        form.refuse(wrong.fields)
    except Refused as wrong:
        form.refuse({"": [wrong.message]})
    else:
        flash(_("Attested. Hand the code over, or let the citizen rate here."), "success")
        return code
    return ""
