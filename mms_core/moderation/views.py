"""The public's pages: reporting something, the author's own page of a hiding, the ledger."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as browser

from mms_core.cases.keys import fits
from mms_core.contributions import Posted
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.guard import enter_module
from mms_core.i18n import TBILISI
from mms_core.i18n import gettext as _
from mms_core.limits import limiter
from mms_core.moderation import appeals, desk, pictures, proof, rules
from mms_core.moderation.catalogue import act_of, rules_of, said
from mms_core.moderation.ledger import ledger as read_ledger
from mms_core.moderation.letters import last_day
from mms_core.moderation.models import Hiding
from mms_core.moderation.screening import author_key
from mms_core.moderation.things import Thing, moderated, posted
from mms_core.page_cache import keep
from mms_core.people.current import acting

pages = Blueprint("moderation", __name__, url_prefix="/<slug>/moderation")
REPORTS = "5 per minute; 30 per hour"  # of one address; a village may share it
OPENED = "hidings"  # what this browser has opened by its key
MOST_OPENED = 20


def init_app(app: Flask) -> None:
    """Attach the public's pages and the officers'."""
    app.register_blueprint(pages)
    app.register_blueprint(desk.pages)
    app.jinja_env.filters["rule_words"] = said


@pages.get("/")
def ledger() -> str:
    """Show how many things were hidden this year, by which rule, and what became of appeals."""
    keep()
    this_year = datetime.now(TBILISI).year
    year = request.args.get("year", this_year, type=int)
    year = year if 2020 <= year <= this_year else this_year
    start, end = (datetime(y, 1, 1, tzinfo=TBILISI) for y in (year, year + 1))
    return render_template(
        "moderation/ledger.html",
        ledger=read_ledger(g.tenant.id, year=year, start=start, end=end),
        rules=rules_of(g.tenant.id).values(),
        legal_act=act_of(g.tenant.id),
        earlier=year - 1 if year > 2024 else None,
        later=year + 1 if year < this_year else None,
    )


@pages.get("/challenge")
def challenge() -> Response:
    """Give the browser a task to prove its work by; see `proof`."""
    answer = jsonify(proof.challenge())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _reported(module: str, kind: str, ref: uuid.UUID) -> tuple[Thing, Posted]:
    if module != pictures.ROOM:
        enter_module(module)  # nothing of a module that is off is reported or shown
    thing = Thing(tenant_id=g.tenant.id, module=module, kind=kind, ref=ref)
    found = posted(thing)
    if not found.public:
        raise NotFound(_("There is no such text."))
    return thing, found


@pages.get("/report/<module>/<kind>/<uuid:ref>")
def report_page(module: str, kind: str, ref: uuid.UUID) -> str:
    """Ask what is wrong with something that the public sees."""
    thing, found = _reported(module, kind, ref)
    return _report_form(thing, found, problems={})


def _report_form(thing: Thing, found: Posted, *, problems: dict[str, Any]) -> str:
    listed = [(rule.key, rule.named(), rule.told()) for rule in rules_of(g.tenant.id).values()]
    return render_template(
        "moderation/report.html",
        thing=thing,
        found=found,
        kind=moderated(thing).title,
        choices=[*listed, (rules.OTHER, _("Something else"), "")],
        typed=request.form,
        problems=problems,
    )


@pages.post("/report/<module>/<kind>/<uuid:ref>")
@limiter.limit(REPORTS, methods=["POST"])
def report(module: str, kind: str, ref: uuid.UUID) -> Any:
    """Keep a reader's report; nobody needs an account for it."""
    thing, found = _reported(module, kind, ref)
    person = acting()
    reporter = author_key(person.id if person else None, request.remote_addr or "")
    rule, words = request.form.get("rule", ""), request.form.get("words", "")
    try:
        rules.report(thing, rule=rule, text=words, reporter=reporter, now=datetime.now(UTC))
    except Invalid as problem:
        return _report_form(thing, found, problems=problem.fields), 422
    flash(_("Thank you. An officer of the city hall will look at it."), "success")
    return redirect(found.url, 303)


@pages.get("/<uuid:hiding_id>")
def own_page(hiding_id: uuid.UUID) -> Any:
    """Show its author what was hidden, by which rule, and the way to appeal."""
    row, key = appeals.hiding(g.tenant.id, hiding_id), request.args.get("key", "")
    if key and fits(current_app.extensions["mms_settings"], g.tenant.id, hiding_id, key):
        known = [one for one in browser.get(OPENED, []) if one != hiding_id.hex]
        browser[OPENED] = [*known, hiding_id.hex][-MOST_OPENED:]
        return redirect(url_for("moderation.own_page", hiding_id=hiding_id), 303)
    _require_author(row)
    return _own(row)


def _require_author(row: Hiding) -> None:
    person = acting()
    own = person is not None and row.author_id == person.id
    if not own and row.id.hex not in browser.get(OPENED, []):
        raise NotFound(_("There is no such decision."))


def _own(row: Hiding, *, error: str = "", text: str = "") -> str:
    found = posted(rules.thing_of(row))
    return render_template(
        "moderation/own.html",
        row=row,
        found=found,
        original=row.original if row.part == "text" and row.original else found.text,
        last_day=last_day(row).date,
        may_appeal=appeals.may_appeal(row, now=datetime.now(UTC)),
        error=error,
        text=text,
    )


@pages.post("/<uuid:hiding_id>")
@limiter.limit(REPORTS, methods=["POST"])
def appeal(hiding_id: uuid.UUID) -> Any:
    """Keep the author's appeal, which another officer decides."""
    row = appeals.hiding(g.tenant.id, hiding_id, lock=True)
    _require_author(row)
    text = request.form.get("text", "")
    try:
        appeals.appeal(row, text, now=datetime.now(UTC))
    except (Invalid, Refused) as problem:
        return _own(row, error=str(problem.message), text=text), problem.status
    flash(_("Your appeal has been sent. Another officer decides on it."), "success")
    return redirect(url_for("moderation.own_page", hiding_id=row.id), 303)
