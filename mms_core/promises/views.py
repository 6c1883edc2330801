"""The promises of a city hall, for everybody to read, and the desk on which they are kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core import forms
from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.desk.acting import actor_for
from mms_core.desk.step_fields import typed_for
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import gettext as _
from mms_core.page_cache import keep
from mms_core.people.current import STAFF, Person, require
from mms_core.promises import listing, rules
from mms_core.promises.models import Promise
from mms_core.promises.schemas import GiveUpSchema, KeptSchema, MoveSchema
from mms_core.promises.showing import WORDS, shown

public = Blueprint("promises", __name__, url_prefix="/<slug>/promises")
desk = Blueprint("promises_desk", __name__, url_prefix="/<slug>/desk/promises")


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(public)
    app.register_blueprint(desk)


def _today() -> date:
    return local_day(datetime.now(UTC))


@public.get("/")
def index() -> str:
    """Show what the hall has promised and what became of it."""
    keep()
    return _list("promises/index.html", public=True)


def _list(template: str, *, public: bool) -> str:
    kind = request.args.get("state", "")
    kind = kind if kind in listing.KINDS else "open"
    after = listing.Place.of(request.args.get("after", ""))
    found = listing.page(g.tenant.id, kind, today=_today(), public=public, after=after)
    endpoint = "promises.index" if public else "promises_desk.index_of_staff"
    counted = listing.counts(g.tenant.id, today=_today(), public=public)
    return render_template(
        template,
        kind=kind,
        tabs=[(word, url_for(endpoint, state=name), name == kind, counted[name])
              for name, word in WORDS.items()],
        rows=[shown(row, found.history[row.id]) for row in found.rows],
        next=url_for(endpoint, state=kind, after=found.next.words) if found.next else None,
        first=url_for(endpoint, state=kind) if after else None,
    )  # fmt: skip


# --- the desk ------------------------------------------------------------------------------------


def _officer() -> Person:
    return require(*sorted(STAFF))


@desk.get("/")
def index_of_staff() -> str:
    """Show the promises to those who keep them, the nearest first."""
    _officer()
    return _list("promises/desk.html", public=False)


@desk.get("/<uuid:promise_id>")
def page(promise_id: uuid.UUID) -> str:
    """Show a promise with its history, and the forms that close or move it."""
    _officer()
    return _page(rules.by_id(g.tenant.id, promise_id))


def _page(row: Promise, wrong: forms.Form | None = None, part: str = "") -> str:
    made = {name: _named(name, forms.blank(schema)) for name, (schema, _verb) in VERBS.items()}
    if wrong is not None:
        made[part] = _named(part, wrong)
    history = listing.history(row.tenant_id, [row])[row.id]
    return render_template("promises/page.html", p=shown(row, history), forms=made, part=part)


def _named(part: str, form: forms.Form) -> forms.Form:
    """Call the fields `<part>.<field>`, for several forms stand on the page."""
    fields = {f"{part}.{n}": replace(f, name=f"{part}.{n}") for n, f in form.fields.items()}
    return forms.Form(fields=fields, general=form.general)


def _keep(row: Promise, case: Case, person: Person, data: dict[str, Any]) -> None:
    actor, now = actor_for(case, person), datetime.now(UTC)
    rules.keep(row, case, text=data["text"], actor=actor, now=now)
    flash(_("The promise is marked as kept."), "success")


def _move(row: Promise, case: Case, person: Person, data: dict[str, Any]) -> None:
    actor, now = actor_for(case, person), datetime.now(UTC)
    rules.move(row, case, due_on=data["due_on"], reason=data["reason"], actor=actor, now=now)
    flash(_("The promise has a new day; the reason can be read by everybody."), "success")


def _give_up(row: Promise, case: Case, person: Person, data: dict[str, Any]) -> None:
    actor, now = actor_for(case, person), datetime.now(UTC)
    rules.give_up(row, case, reason=data["reason"], actor=actor, now=now)
    flash(_("The promise is marked as not kept; the reason can be read by everybody."), "success")


VERBS: dict[str, tuple[Any, Callable[..., None]]] = {
    "kept": (KeptSchema, _keep),
    "move": (MoveSchema, _move),
    "broken": (GiveUpSchema, _give_up),
}


@desk.post("/<uuid:promise_id>")
def act(promise_id: uuid.UUID) -> Any:
    """Keep, move or give up a promise; what was typed is never lost."""
    person = _officer()
    row = rules.by_id(g.tenant.id, promise_id)
    case = db.session.get(Case, (row.tenant_id, row.case_id), with_for_update=True)
    part = request.form.get("do", "")
    if case is None or part not in VERBS:
        raise NotFound(_("There is no such promise."))
    schema, verb = VERBS[part]
    form = forms.read(schema, typed_for(part, request.form))
    try:
        if form.valid:
            verb(row, case, person, form.data)
    except Invalid as problem:
        form.refuse(problem.fields)
    except Refused as problem:
        form.general.append(str(problem.message))
    if not form.valid:
        return _page(row, form, part), 422
    return _back(row)


def _back(row: Promise) -> Response:
    return redirect(url_for("promises_desk.page", promise_id=row.id), 303)
