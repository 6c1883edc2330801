"""Signing in and out: one page for everybody, by password or by a link sent by e-mail."""

from __future__ import annotations

import time
import uuid
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

from mms_core import csrf, forms, limits
from mms_core.addresses import safe_next
from mms_core.config import Settings
from mms_core.errors import Invalid, NotAllowed, Refused
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.people import carrying, letters, rules, sessions, sign_in, vault
from mms_core.people.current import COOKIE_KEY, acting, in_demo
from mms_core.people.demo import PASSWORD, PEOPLE
from mms_core.people.landing import home_of
from mms_core.people.models import Account
from mms_core.people.schemas import CodeSchema, LinkSchema, SignInSchema

pages = Blueprint("people", __name__)
PENDING = "pending"  # signed in but for the code of the second factor
PENDING_SECONDS = 600


def init_app(app: Flask) -> None:
    """Attach the room's pages, the protection of forms and the limits."""
    from mms_core.people import own_views, security_views
    from mms_core.people import sweeping as _the_worker_knows_it  # noqa: F401

    settings: Settings = app.extensions["mms_settings"]
    vault.unlock(settings.secret())
    app.permanent_session_lifetime = sessions.LONG
    csrf.init_app(app)
    limits.init_app(app)
    app.register_blueprint(pages)
    app.register_blueprint(own_views.pages)
    app.register_blueprint(security_views.pages)


def browser() -> sessions.Browser:
    """Describe the browser of this request for its session."""
    return sessions.Browser(
        agent=request.headers.get("User-Agent", ""),
        address=request.remote_addr or "",
        remember=bool(request.form.get("remember")),
    )


@pages.get("/sign-in")
def sign_in_page() -> Any:
    """Show the page, or go on when somebody is signed in already."""
    back = safe_next(request.args.get("next"), "")
    if acting() is not None:
        return redirect(back or home_of(acting()), 303)
    return sign_in_form(forms.blank(SignInSchema), back)


def sign_in_form(form: forms.Form, back: str, carried: str = "") -> str:
    """Draw the page; `carried` is a packed form that waits for its sender to sign in."""
    return render_template(
        "security/sign_in.html",
        form=form,
        back=back,
        carried=carried,
        demo_people=PEOPLE if in_demo() else (),
        demo_password=PASSWORD,
    )


@pages.post("/sign-in")
@limits.limiter.limit(limits.SIGN_IN, exempt_when=limits.off)
def sign_in_now() -> Any:
    """Check e-mail and password; one sentence answers whatever is wrong."""
    form, back = forms.read(SignInSchema, request.form), safe_next(request.form.get("next"), "")
    if form.valid:
        try:
            account = sign_in.check(
                form.data["email"], form.data["password"], address=request.remote_addr or ""
            )
            return _next(account, via="password", back=back)
        except Invalid as problem:
            form.refuse(problem.fields)
    return sign_in_form(form, back, request.form.get(carrying.FIELD, "")), 422


def _next(account: Account, *, via: str, back: str) -> Any:
    """Open the session, or ask for the code first where the account has a second factor."""
    if account.is_demo and not in_demo():
        raise NotAllowed(_("Demo accounts exist in demo mode only."))
    if not account.totp:
        return open_for(account, via=via, second=False, back=back)
    remember = bool(request.form.get("remember"))
    for key in set(session) - {"csrf_token"}:  # the token still ties what is carried
        session.pop(key)
    session[PENDING] = [str(account.id), int(time.time()), via, back, remember]
    if request.form.get(carrying.FIELD):
        return _code_form(forms.blank(CodeSchema))
    return redirect(url_for("people.code_page"), 303)


def open_for(
    account: Account, *, via: str, second: bool, back: str, remember: bool | None = None
) -> Any:
    """Open a session in a fresh cookie and go on to where the person wanted to be."""
    seen = browser()
    long = seen.remember if remember is None else remember
    seen = sessions.Browser(agent=seen.agent, address=seen.address, remember=long)
    carried = carrying.unpack(request.form.get(carrying.FIELD))
    sign_in.unlock(account)
    session.clear()
    row = sessions.open_session(account, seen, via=via, second=second)
    session[COOKIE_KEY] = str(row.id)
    session.permanent = long
    g.pop("person", None)
    if carried is not None:
        return render_template("security/carried.html", carried=carried)
    return redirect(back or home_of(acting()), 303)


@pages.get("/sign-in/code")
def code_page() -> Any:
    """Ask for the code of the second factor."""
    _pending()
    return _code_form(forms.blank(CodeSchema))


def _code_form(form: forms.Form) -> str:
    carried = request.form.get(carrying.FIELD, "")
    return render_template("security/code.html", form=form, carried=carried)


@pages.post("/sign-in/code")
@limits.limiter.limit(limits.SIGN_IN, exempt_when=limits.off)
def code_now() -> Any:
    """Check the code and open the session."""
    account, (via, back, remember) = _pending()
    form = forms.read(CodeSchema, request.form)
    if form.valid:
        try:
            sign_in.check_code(account, form.data["code"], address=request.remote_addr or "")
            return open_for(account, via=via, second=True, back=back, remember=remember)
        except Invalid as problem:
            form.refuse(problem.fields)
    return _code_form(form), 422


def _pending() -> tuple[Account, tuple[str, str, bool]]:
    raw = session.get(PENDING)
    if not raw or raw[1] < time.time() - PENDING_SECONDS:
        abort(redirect(url_for("people.sign_in_page"), 303))
    account_id, _at, via, back, remember = raw
    return rules.account(uuid.UUID(account_id)), (via, back, remember)


@pages.post("/sign-in/link")
@limits.limiter.limit(limits.LETTERS, exempt_when=limits.off)
def send_link() -> Any:
    """Send a link to the e-mail, whether it has an account or not, and say so alike."""
    form, back = forms.read(LinkSchema, request.form), safe_next(request.form.get("next"), "")
    if form.valid:
        try:
            sent = sign_in.make_link(form.data["email"], purpose="sign-in", back=back)
        except Invalid as problem:
            form.refuse(problem.fields)
        else:
            if sent is not None:
                letters.send_link(sent, language=locale())
            session["sent_to"] = form.data["email"]
            return redirect(url_for("people.link_sent"), 303)
    whole = forms.blank(SignInSchema, values=request.form)
    whole.refuse({name: field.errors for name, field in form.fields.items() if field.errors})
    return sign_in_form(whole, back), 422


@pages.get("/sign-in/sent")
def link_sent() -> Any:
    """Say where the letter went and what to do if it does not come."""
    return render_template("security/link_sent.html", email=session.get("sent_to", ""))


@pages.get("/sign-in/link/<secret>")
def use_link(secret: str) -> Any:
    """Ask for one press of a button, so that programs that open links do not use it up."""
    try:
        link = sign_in.look_at_link(secret, purpose="sign-in")
    except Refused as problem:
        return render_template("security/link_dead.html", message=problem.message), 409
    return render_template("security/link.html", email=link.email, secret=secret)


@pages.post("/sign-in/link/<secret>")
@limits.limiter.limit(limits.SIGN_IN, exempt_when=limits.off)
def use_link_now(secret: str) -> Any:
    """Use the link up and sign in."""
    try:
        account, back = sign_in.use_link(secret, purpose="sign-in", language=locale())
    except Refused as problem:
        return render_template("security/link_dead.html", message=problem.message), 409
    return _next(account, via="link", back=back)


@pages.route("/sign-out", methods=["GET", "POST"])
def sign_out() -> Any:
    """End this session; a plain link shows a button, so that no other page can sign people out."""
    person = acting()
    if request.method == "GET":
        return render_template("security/sign_out.html")
    if person is not None and person.session_id is not None:
        sessions.revoke_sessions(person.id, only=person.session_id)
    session.clear()
    g.person = None
    flash(_("You have signed out."), "success")
    return redirect("/", 303)
