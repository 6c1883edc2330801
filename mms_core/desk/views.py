"""The desk: the inbox of all modules, and a case on one page."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, g, redirect, render_template, request, url_for
from sqlalchemy import select

from mms_core.cases import numbers, reading
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number, local_day
from mms_core.cases.timeline import since, state_title, tone
from mms_core.db import db
from mms_core.desk import actions, answer_forms, duplicates, inbox, seats
from mms_core.desk.case_page import show
from mms_core.desk.places import address, filters_of, place_of
from mms_core.errors import Refused
from mms_core.modules import registry
from mms_core.people.current import STAFF, Person, require
from mms_core.units import rules as units

pages = Blueprint("desk", __name__, url_prefix="/<slug>/desk")


def init_app(app: Flask) -> None:
    """Attach the desk to every municipality."""
    app.register_blueprint(pages)
    app.register_blueprint(duplicates.pages)


def officer() -> Person:
    """Give the acting officer of this hall; anybody else is refused."""
    return require(*sorted(STAFF))


@pages.get("/")
def inbox_page() -> Any:
    """Show the cases of all modules: what is due, mine, late; or what was searched for."""
    person, today = officer(), local_day(datetime.now(UTC))
    query = request.args.get("q", "").strip()[:200]
    exact = _exact(query)
    if exact:
        return redirect(url_for("desk.case_page", number=exact), 303)
    modules = registry()
    filters = filters_of(request.args, modules, person_id=person.id, today=today)
    place = place_of(request.args)
    if query:
        found = inbox.search(g.tenant.id, query, module=filters.module, place=place)
    else:
        found = inbox.page(g.tenant.id, filters, place=place)
    working = units.units_of(g.tenant.id, closed=True)
    return render_template(
        "desk/inbox.html",
        query=query,
        wrong_number=query and not exact and numbers.PATTERN.match(query) is not None,
        filters=filters,
        today=today,
        rows=[_row(row, today=today) for row in found.rows],
        units={str(unit.id): units.title(unit) for unit in working},
        unit_choices=[(str(u.id), units.title(u)) for u in working if u.closed_at is None],
        previous=_beside(found.previous),
        next=_beside(found.next),
        first=place is not None,
        counts=_numbers(inbox.counts(g.tenant.id, person.id, today=today)),
        modules=[(name, item.module.title) for name, item in modules.loaded.items()],
    )


def _numbers(counts: inbox.Counts) -> dict[str, str]:
    """Write the counts; what is more than anybody works through is "200+"."""
    most = f"{inbox.MANY}+"
    return {n: str(c) if c <= inbox.MANY else most for n, c in asdict(counts).items()}


def _exact(query: str) -> str | None:
    """Give the number of the case when exactly that was searched for."""
    number = numbers.read(query)
    if number is None:
        return None
    mine = select(Case.number).where(Case.tenant_id == g.tenant.id, Case.number == number)
    found: str | None = db.session.execute(mine).scalar()
    return found


def _beside(place: inbox.Place | None) -> str | None:
    return url_for("desk.inbox_page", **address(place, request.args)) if place else None


def _row(row: Any, *, today: Any) -> dict[str, Any]:
    modules = registry()
    case_type = modules.case_type(row.module, row.kind)
    loaded = modules.loaded.get(row.module)
    owed = row.is_open and row.answered_at is None and row.due_on
    return {
        "case": row,
        "module": loaded.module.title if loaded else row.module,
        "state": state_title(case_type, row.state),
        "tone": tone(case_type, row.state),
        "late": (today - row.due_on).days if owed and row.due_on < today else 0,
        "today": bool(owed and row.due_on == today),
    }


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
