"""The rating's pages: a voucher's landing that needs no account, and a signed-in beneficiary's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.errors import Refused
from mms_core.guard import require_open_door
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.limits import limiter
from mms_core.people.current import Person, acting, require_person
from mms_core.switching.grounds import officer
from plugins.citizen_feedback import programmes, proofs, rules, showing
from plugins.citizen_feedback.kinds import OVERALL, dimensions_of, kinds_of, words_of
from plugins.citizen_feedback.models import NAME, Programme
from plugins.citizen_feedback.proofs import Proof
from plugins.citizen_feedback.schemas import marks_of, rating_schema
from plugins.citizen_feedback.urn import Answer
from plugins.citizen_feedback.views import pages

# A village may share one address: only codes that are wrong are counted.
GUESSES = "20 per minute; 100 per hour"
WRONG = 422
Answered = str | Response | tuple[str, int]


def _unlimited() -> bool:
    return not current_app.config.get("RATELIMIT_ENABLED", True)


def _was_wrong(answer: Any) -> bool:
    return bool(answer.status_code == WRONG and answer.headers.get("X-Guess"))


no_guessing = limiter.limit(GUESSES, exempt_when=_unlimited, deduct_when=_was_wrong)


@pages.get("/voucher")
def voucher_door() -> str:
    """Ask for the code of a voucher."""
    return render_template(f"{NAME}/voucher.html", typed="", problem="")


@pages.post("/voucher")
@no_guessing
def voucher_typed() -> Any:
    """Open the rating of a voucher whose code was typed."""
    typed = request.form.get("code", "").strip()[:60]
    prefix = typed.partition("-")[0].upper() if typed.count("-") > 1 else ""
    if prefix and prefix != g.tenant.case_prefix and len(prefix) == 3:
        return _wrong(typed, _("This voucher is of another municipality."))
    code = proofs.read_code(typed)
    if not code:
        return _wrong(typed, _("The code has eight letters and digits, as in ab23-cd45."))
    try:
        rules.batch_proof(g.tenant.id, code, now=datetime.now(UTC))
    except Refused as problem:
        return _wrong(typed, str(problem.message))
    return redirect(url_for(".voucher", token=code), 303)


def _wrong(typed: str, problem: str) -> Response:
    shown = render_template(f"{NAME}/voucher.html", typed=typed, problem=problem)
    return Response(shown, WRONG, {"X-Guess": "wrong"}, mimetype="text/html")


@pages.route("/voucher/<token>", methods=["GET", "POST"])
@no_guessing
def voucher(token: str) -> Any:
    """Let the holder of a voucher rate its programme, without an account."""
    now = datetime.now(UTC)
    try:
        found, proof = rules.batch_proof(g.tenant.id, proofs.read_code(token), now=now)
        programme = programmes.by_id(g.tenant.id, found)
        rules.require_time(programme, g.module_settings, now=now)
    except Refused as problem:
        return _wrong(token, str(problem.message))
    if request.method == "GET":
        return _form_page(programme, _form(signed_in=False))
    return _taken(programme, proof, person=None)


@pages.route("/programmes/<programme>/rate", methods=["GET", "POST"])
def rate(programme: str) -> Any:
    """Let a signed-in beneficiary rate a programme, or say by which ways its use is proven."""
    row, now = programmes.by_code(g.tenant.id, programme), datetime.now(UTC)
    rules.require_time(row, g.module_settings, now=now)
    person = require_person() if request.method == "POST" else acting()
    problems = _problems(person, now=now)
    proof = proofs.proof_of_person(row, person.id) if person and not problems else None
    if person is None or proof is None:
        return render_template(
            f"{NAME}/ways.html",
            programme=row,
            title=showing.title_of(row),
            lang=showing.language_of(row),
            settings=g.module_settings,
            problems=problems if person else [],
            unlisted=person is not None and not problems,
        )
    if request.method == "GET":
        return _form_page(row, _form(signed_in=True), person=person)
    return _taken(row, proof, person=person)


def _problems(person: Person | None, *, now: datetime) -> list[Any]:
    if not g.module_settings["proof_lists"]:
        return []
    return rules.refusals(g.tenant.id, person.id if person else None, g.module_settings, now=now)


def _form(*, signed_in: bool, typed: Any = None) -> forms.Form:
    schema = rating_schema(dimensions_of(g.module_settings), signed_in=signed_in)
    form = forms.blank(schema) if typed is None else forms.read(schema, typed)
    names = [str(place["ka"]) for place in g.tenant.settlements]
    shown = {str(p["ka"]): str(p["ka" if locale() == "ka" else "en"]) for p in g.tenant.settlements}
    form.fields["settlement"].choices = [(name, shown[name]) for name in names]
    if form.data.get("settlement") and form.data["settlement"] not in shown:
        form.refuse({"settlement": [_("Choose a place of the list.")]})
    return form


def _form_page(programme: Programme, form: forms.Form, *, person: Person | None = None) -> str:
    return render_template(
        f"{NAME}/rate.html",
        form=form,
        programme=programme,
        title=showing.title_of(programme),
        lang=showing.language_of(programme),
        kind=words_of(programme.kind, kinds_of(g.module_settings)),
        dimensions=list(dimensions_of(g.module_settings)),
        overall=OVERALL,
        marks=showing.marks(),
        person_known=person,
        contact=officer(g.tenant, NAME),
    )


def _taken(programme: Programme, proof: Proof, *, person: Person | None) -> Answered:
    """Take the form of a rating; what is wrong is said at the field."""
    require_open_door(NAME)
    form = _form(signed_in=person is not None, typed=request.form)
    if not form.valid:
        return _form_page(programme, form, person=person), 422
    answer = Answer(
        marks=marks_of(form.data),
        settlement=form.data["settlement"],
        words=form.data["words"],
        change=form.data["change"],
    )
    known = _known(form.data, person) if form.data["named"] else None
    rules.rate(programme, proof, answer, known=known, now=datetime.now(UTC))
    return redirect(url_for(".thanks", named=1 if known else None), 303)


def _known(data: Any, person: Person | None) -> rules.Known:
    if person is None:
        return rules.Known(name=data["name"], email=data["email"].lower(), language=locale())
    return rules.Known(
        name=person.name, email=person.email or "", account_id=person.id, language=person.language
    )


@pages.get("/thanks")
def thanks() -> str:
    """Thank for a rating; the page knows nothing of it."""
    return render_template(f"{NAME}/thanks.html", named="named" in request.args)
