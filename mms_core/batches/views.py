"""The pages of work on many cases: choose, look at each letter, call off, follow, fetch."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mms_core.batches import choosing, rules
from mms_core.batches.models import ASSIGN, DRAFT, PAPER, STEP, TABLE, UNIT, Batch
from mms_core.batches.words import STATE_WORDS, state_tone, titles
from mms_core.cases.rules import by_number, local_day
from mms_core.desk.places import asked
from mms_core.errors import Invalid, NotAllowed, NotFound, Refused
from mms_core.files.stored import Stored
from mms_core.files.views import send
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.people.current import STAFF, Person, require

pages = Blueprint("batches", __name__, url_prefix="/<slug>/desk/batches")
PAGE = 25
Answer = str | Response | tuple[str, int]


def init_app(app: Flask) -> None:
    """Add the pages under every municipality's desk."""
    app.register_blueprint(pages)


def officer() -> Person:
    """Give the acting officer of this hall; anybody else is refused."""
    return require(*sorted(STAFF))


@pages.get("/")
def index() -> str:
    """List what the hall has done with many cases of late."""
    officer()
    return render_template(
        "batches/index.html",
        rows=rules.lately(g.tenant.id),
        titles=titles(),
        states=STATE_WORDS,
        tone=state_tone,
    )


@pages.post("/")
def begin() -> Answer:
    """Take the cases that were ticked in the inbox, or all that its filter finds."""
    person, now = officer(), datetime.now(UTC)
    today = local_day(now)
    try:
        chosen = choosing.chosen(g.tenant, person, request.form, request.args, today=today)
        batch = rules.begin(g.tenant.id, person, chosen=chosen, language=locale(), now=now)
    except Invalid as problem:
        flash(str(problem.message), "warning")
        return redirect(url_for("desk.inbox_page", **_kept()), 303)
    return redirect(url_for("batches.show", batch_id=batch.id), 303)


def _kept() -> dict[str, Any]:
    return dict(asked(request.args))


@pages.post("/export")
def export() -> Answer:
    """Begin to write the cases of a filter into a file."""
    person, form = officer(), request.form.get("form", "csv")
    said = {"form": form if form == "xlsx" else "csv", "filters": _kept()}
    return _at_once(person, kind=TABLE, said=said)


@pages.post("/paper")
def paper() -> Answer:
    """Begin to set a case as a paper for the archive."""
    person = officer()
    case = by_number(g.tenant.id, request.form.get("number", ""))
    said = {"number": case.number, "personal": request.form.get("personal") == "true"}
    return _at_once(person, kind=PAPER, said=said)


def _at_once(person: Person, *, kind: str, said: dict[str, Any]) -> Answer:
    now = datetime.now(UTC)
    batch = rules.new(g.tenant.id, person, kind=kind, language=locale(), now=now, asked=said)
    rules.start(batch, at=now)
    return redirect(url_for("batches.show", batch_id=batch.id), 303)


@pages.get("/<uuid:batch_id>")
def show(batch_id: uuid.UUID) -> Answer:
    """Ask what shall be done, or say how far it is."""
    person, batch = officer(), rules.find(g.tenant.id, batch_id)
    if batch.state == DRAFT:
        return choosing.page(rules.own(g.tenant.id, batch_id, person))
    return _status(batch, person)


def _status(batch: Batch, person: Person) -> str:
    after = request.args.get("after", type=int) or 0
    some = rules.cases_of(batch, after=after, limit=PAGE + 1, state="refused")
    return render_template(
        "batches/show.html",
        batch=batch,
        title=titles()[batch.kind],
        state=STATE_WORDS[batch.state],
        tone=state_tone(batch.state),
        mine=batch.person_id == person.id,
        running=rules.is_running(batch),
        refused=some[:PAGE],
        more=some[PAGE - 1].place if len(some) > PAGE else None,
        expired=_expired(batch),
        may_fetch=_may_fetch(batch, person),
    )


@pages.post("/<uuid:batch_id>")
def order(batch_id: uuid.UUID) -> Answer:
    """Say what shall be done with the chosen cases."""
    person = officer()
    batch = rules.own(g.tenant.id, batch_id, person, lock=True)
    part, now = request.form.get("do", ""), datetime.now(UTC)
    try:
        if part == "letters":
            choosing.keep_answer(batch)
            return redirect(url_for("batches.letters", batch_id=batch.id), 303)
        if part == STEP and batch.kind == STEP:
            rules.order(batch, kind=STEP, asked=batch.asked, now=now)
        elif part in {ASSIGN, UNIT}:
            rules.order(batch, kind=part, asked=choosing.handing_over(part), now=now)
        else:
            raise Invalid(_("Choose what to do with the cases."))
    except Invalid as problem:
        return choosing.page(batch, problem=problem), 422
    except Refused as problem:
        flash(str(problem.message), "warning")
    return redirect(url_for("batches.show", batch_id=batch.id), 303)


@pages.get("/<uuid:batch_id>/letters")
def letters(batch_id: uuid.UUID) -> Answer:
    """Show each letter as its citizen would get it, and which cases would be refused and why."""
    person = officer()
    batch = rules.own(g.tenant.id, batch_id, person)
    if batch.state != DRAFT or batch.kind != STEP:
        return redirect(url_for("batches.show", batch_id=batch.id), 303)
    after = request.args.get("after", type=int) or 0
    some = rules.cases_of(batch, after=after, limit=PAGE + 1)
    return render_template(
        "batches/letters.html",
        batch=batch,
        letters=choosing.letters_of(batch, some[:PAGE]),
        step=choosing.step_title(batch),
        more=some[PAGE - 1].place if len(some) > PAGE else None,
    )


@pages.post("/<uuid:batch_id>/call-off")
def call_off(batch_id: uuid.UUID) -> Answer:
    """Call off what has not begun."""
    batch = rules.own(g.tenant.id, batch_id, officer(), lock=True)
    try:
        rules.call_off(batch, now=datetime.now(UTC))
        flash(_("Called off. Nothing was done, and no letter was written."), "success")
    except Refused as problem:
        flash(str(problem.message), "warning")
    return redirect(url_for("batches.show", batch_id=batch.id), 303)


@pages.get("/<uuid:batch_id>/file")
def file(batch_id: uuid.UUID) -> Response:
    """Give the file of an export while it is kept."""
    person, batch = officer(), rules.find(g.tenant.id, batch_id)
    if not _may_fetch(batch, person):
        raise NotAllowed(_("Only the colleague who asked for this file can fetch it."))
    if not batch.file_key or _expired(batch):
        raise NotFound(_("This file is no longer here."))
    kept = Stored(
        key=batch.file_key,
        name=batch.file_name,
        content_type=batch.file_type,
        size=batch.file_size,
        sha256=batch.file_key.rpartition("/")[2],
    )
    return send(kept, download=True)


def _expired(batch: Batch) -> bool:
    return batch.expires_at is not None and batch.expires_at <= datetime.now(UTC)


def _may_fetch(batch: Batch, person: Person) -> bool:
    """A paper can hold personal data, whose look was logged for one officer only."""
    return batch.kind != PAPER or batch.person_id == person.id
