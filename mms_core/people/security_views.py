"""A person's security: the password, the second factor, and where they are signed in."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import segno
from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for

from mms_core import forms
from mms_core.db import db
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import gettext as _
from mms_core.people import letters, rules, second_factor, sessions, sign_in, vault
from mms_core.people.current import Person, require_person
from mms_core.people.models import Account, AccountSession
from mms_core.people.schemas import CodeSchema, PasswordSchema

pages = Blueprint("security", __name__, url_prefix="/my")
NEW_SECRET = "totp"  # noqa: S105 - a name; the secret itself lies in the signed cookie, encrypted, until a code proves the app
FRESH = timedelta(minutes=30)


@pages.get("/security")
def security_page() -> Any:
    """Show how the account is protected and what can be changed."""
    person = require_person()
    account = rules.account(person.id)
    return _page(person, account, _password_form(person, account))


def _password_form(person: Person, account: Account) -> forms.Form:
    form = forms.blank(PasswordSchema)
    return _asking_for_the_present_one(form, _must_prove(person, account))


def _asking_for_the_present_one(form: forms.Form, prove: bool) -> forms.Form:
    if prove:
        form.fields["current"].required = True
    else:
        del form.fields["current"]
    return form


def _must_prove(person: Person, account: Account) -> bool:
    """Ask for the present password, unless there is none or a link has just proved the e-mail."""
    row = db.session.get(AccountSession, person.session_id)
    by_link = row is not None and row.via == "link" and row.created > datetime.now(UTC) - FRESH
    return bool(account.password) and not by_link


def _page(person: Person, account: Account, form: forms.Form) -> str:
    return render_template(
        "security/security.html",
        form=form,
        account=account,
        sessions=sessions.sessions_of(person.id),
        codes_left=len(account.recovery_codes),
    )


@pages.post("/security")
def change_password() -> Any:
    """Change the password and end every other session."""
    person = require_person()
    account = rules.account(person.id)
    prove = _must_prove(person, account)
    _not_for_the_demo(person)
    form = _asking_for_the_present_one(forms.read(PasswordSchema, request.form), prove)
    if prove and not vault.check_password(form.data.get("current", ""), account.password):
        form.refuse({"current": [_("The present password is not right.")]})
    if form.valid:
        try:
            sign_in.set_password(account, form.data["password"])
        except Invalid as problem:
            form.refuse(problem.fields)
    if not form.valid:
        return _page(person, account, form), 422
    sessions.revoke_sessions(person.id, but=person.session_id)
    _tell(account, _("Your password was changed, and you were signed out everywhere else."))
    flash(_("The password has been changed; everywhere else you are signed out."), "success")
    return redirect(url_for("security.security_page"), 303)


def _not_for_the_demo(person: Person) -> None:
    """Keep an account that everybody shares as everybody knows it."""
    if person.is_demo:
        raise Refused(_("An account of the demo keeps its password and has no second factor."))


def _tell(account: Account, line: str) -> None:
    if account.email:
        hint = _(
            "If it was not you, have a link sent from the sign-in page and set a new password."
        )
        letters.send_notice(
            account.email,
            subject=_("A change in your account"),
            lines=[line, hint],
            language=account.language,
        )


@pages.get("/security/second-factor")
def second_factor_page() -> Any:
    """Show the QR code and the secret to type, and ask for the first code."""
    account = rules.account(require_person().id)
    if account.totp:
        return redirect(url_for("security.security_page"), 303)
    return _set_up_page(forms.blank(CodeSchema))


def _set_up_page(form: forms.Form) -> str:
    form.fields["code"].help = _("Six digits from your authenticator app.")
    return render_template("security/second_factor.html", form=form, secret=_secret())


def _secret() -> str:
    """Give the secret that is being set up; the browser keeps it encrypted until then."""
    if NEW_SECRET not in session:
        session[NEW_SECRET] = vault.hide(second_factor.new_secret())
    return vault.reveal(session[NEW_SECRET])


@pages.get("/security/second-factor.svg")
def qr() -> Response:
    """Draw the secret as a QR code for the app's camera."""
    account = rules.account(require_person().id)
    if account.totp or NEW_SECRET not in session:
        raise NotFound
    picture = io.BytesIO()
    code = segno.make(second_factor.uri(_secret(), account.email or account.name), error="m")
    code.save(picture, kind="svg", scale=6, light="#ffffff", xmldecl=False, svgclass=None)
    return Response(
        picture.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"}
    )


@pages.post("/security/second-factor")
def set_second_factor() -> Any:
    """Turn the second factor on and show the recovery codes, this once."""
    person = require_person()
    account = rules.account(person.id)
    _not_for_the_demo(person)
    if account.totp:
        raise Refused(_("The second factor is set up already."))
    form = forms.read(CodeSchema, request.form)
    codes: list[str] = []
    if form.valid:
        try:
            codes = second_factor.set_up(account, _secret(), form.data["code"])
        except Invalid as problem:
            form.refuse(problem.fields)
    if not codes:
        return _set_up_page(form), 422
    session.pop(NEW_SECRET)
    assert person.session_id is not None
    sessions.note_second_factor(person.session_id)
    _tell(account, _("A second factor was set up for signing in."))
    return render_template("security/recovery_codes.html", codes=codes)


@pages.post("/security/recovery-codes")
def renew_codes() -> Any:
    """Replace the recovery codes after a code of the app."""
    account = rules.account(require_person().id)
    form = forms.read(CodeSchema, request.form)
    sign_in.check_code(account, form.data.get("code", ""), address=request.remote_addr or "")
    codes = second_factor.new_recovery_codes(account)
    return render_template("security/recovery_codes.html", codes=codes)


@pages.get("/sessions")
def sessions_page() -> Any:
    """List where the person is signed in."""
    person = require_person()
    return render_template(
        "security/sessions.html", sessions=sessions.sessions_of(person.id), here=person.session_id
    )


@pages.post("/sessions")
def end_sessions() -> Any:
    """End one session, or all but this one."""
    person = require_person()
    chosen = request.form.get("session", "")
    if chosen == "others":
        sessions.revoke_sessions(person.id, but=person.session_id)
    else:
        try:
            ended = sessions.revoke_sessions(person.id, only=uuid.UUID(chosen))
        except ValueError:
            ended = 0
        if not ended:
            raise NotFound(_("There is no such session."))
    flash(_("Signed out there."), "success")
    return redirect(url_for("security.sessions_page"), 303)
