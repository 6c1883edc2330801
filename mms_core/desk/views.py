"""The desk: the inbox of all modules, saved filters, search by name, and a case on one page."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import select

from mms_core.cases import numbers, reading
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number, local_day
from mms_core.cases.timeline import since
from mms_core.db import db
from mms_core.desk import (
    actions,
    answer_forms,
    by_name,
    day_views,
    duplicates,
    held_views,
    inbox_page,
    letter_views,
    places,
    saved,
    seats,
)
from mms_core.desk.case_page import show
from mms_core.desk.rules import acting_role
from mms_core.errors import Invalid, Refused
from mms_core.i18n import gettext as _
from mms_core.people.current import STAFF, Person, require, roles_in

pages = Blueprint("desk", __name__, url_prefix="/<slug>/desk")


def init_app(app: Flask) -> None:
    """Attach the desk to every municipality."""
    app.register_blueprint(pages)
    app.register_blueprint(day_views.pages)
    app.register_blueprint(duplicates.pages)
    app.register_blueprint(letter_views.pages)
    app.register_blueprint(held_views.pages)


def officer() -> Person:
    """Give the acting officer of this hall; anybody else is refused."""
    return require(*sorted(STAFF))


@pages.get("/", endpoint="inbox_page")
def inbox() -> Any:
    """Show the cases of all modules: what is due, mine, late; or what was searched for."""
    person, today = officer(), local_day(datetime.now(UTC))
    query = request.args.get("q", "").strip()[:200]
    exact = _exact(query)
    if exact:
        return redirect(url_for("desk.case_page", number=exact), 303)
    return inbox_page.show(person, query, today=today)


def _exact(query: str) -> str | None:
    """Give the number of the case when exactly that was searched for."""
    number = numbers.read(query)
    if number is None:
        return None
    mine = select(Case.number).where(Case.tenant_id == g.tenant.id, Case.number == number)
    found: str | None = db.session.execute(mine).scalar()
    return found


@pages.post("/filters")
def save_filter() -> Any:
    """Keep the filter of the address under a name."""
    person = officer()
    kept: dict[str, Any] = places.asked(request.args)
    shared = request.form.get("shared") == "true"
    try:
        row = saved.save(
            g.tenant.id, person, name=request.form.get("name", ""), asked=kept, shared=shared
        )
    except Invalid as problem:
        today = local_day(datetime.now(UTC))
        return inbox_page.show(person, "", today=today, problem=str(problem.message)), 422
    flash(_("The filter “%(name)s” is kept.", name=row.name), "success")
    return redirect(url_for("desk.inbox_page", **kept), 303)


@pages.post("/filters/<uuid:filter_id>/remove")
def remove_filter(filter_id: uuid.UUID) -> Any:
    """Remove an own filter."""
    saved.remove(g.tenant.id, officer().id, filter_id)
    flash(_("The filter has been removed."), "success")
    return redirect(url_for("desk.inbox_page"), 303)


@pages.route("/by-name", methods=["GET", "POST"])
def by_name_page() -> Any:
    """Find cases by their author's name; what is typed stays out of addresses and logs."""
    person = officer()
    typed = request.form.get("name", "").strip()[:120]
    given: dict[str, Any] = {"typed": typed, "found": None, "more": False, "errors": []}
    if request.method == "GET":
        return render_template("desk/by_name.html", **given)
    try:
        role = acting_role(roles_in(g.tenant.id))
        given["found"], given["more"] = by_name.by_name(
            g.tenant.id, typed, viewer=person, role=role, now=datetime.now(UTC)
        )
    except Invalid as problem:
        given["errors"] = [str(text) for text in problem.fields.get("name", [])]
        return render_template("desk/by_name.html", **given), 422
    today = local_day(datetime.now(UTC))
    given["found"] = [
        inbox_page.row_of(one.case, today=today) | {"name": one.name} for one in given["found"]
    ]
    return render_template("desk/by_name.html", **given)


@pages.get("/<number>")
def case_page(number: str) -> Any:
    """Show a case with everything that is needed to answer it."""
    person = officer()
    read = numbers.read(number)
    if read and read != number:
        return redirect(url_for("desk.case_page", number=read), 301)
    return show(by_number(g.tenant.id, number), person)


@pages.get("/<number>/here")
def here(number: str) -> Response:
    """Say who else is at the case now, and whether it has moved; the page asks again and again."""
    person, case = officer(), by_number(g.tenant.id, number)
    now = datetime.now(UTC)
    seats.sit_down(case, person, now=now)
    others = seats.beside(seats.at_case(case), person.id, now=now)
    seen = request.args.get("version", type=int)
    moved = seen is not None and bool(since(reading.events(case), seen))
    return _fragment("desk/here.html", beside=others, moved=moved, number=number)


@pages.post("/<number>/draft")
def keep_draft(number: str) -> Any:
    """Keep what is being typed, for the page that saves by itself."""
    person, case = officer(), by_number(g.tenant.id, number)
    draft = actions.typed_draft("save")
    try:
        answer_forms.keep(case, person, draft)
    except Refused as problem:
        return _fragment("desk/draft_state.html", problem=problem.message), problem.status
    return _fragment("desk/draft_state.html", number=draft.number, at=datetime.now(UTC))


def _fragment(template: str, **given: Any) -> Response:
    """Give a piece of a page for the script that asked for it; nothing keeps it."""
    answer = Response(render_template(template, **given), mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/<number>")
def act(number: str) -> Any:
    """Do what an officer asked for with a case that nobody else can move meanwhile."""
    person = officer()
    return actions.do(by_number(g.tenant.id, number, lock=True), person)
