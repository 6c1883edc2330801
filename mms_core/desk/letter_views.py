"""The desk's list of letters that were not delivered, and what to do about each."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.desk.acting import actor_for
from mms_core.errors import Invalid, Refused
from mms_core.i18n import gettext as _
from mms_core.messages import undelivered
from mms_core.messages.models import OutboxLetter
from mms_core.people.current import STAFF, Person, require

pages = Blueprint("desk_letters", __name__, url_prefix="/<slug>/desk/letters")


def _officer() -> Person:
    return require(*sorted(STAFF))


@pages.get("/")
def index() -> str:
    """Show the letters that wait for somebody, the oldest first."""
    _officer()
    tasks, place = undelivered.page(g.tenant.id, after=_place(request.args.get("after", "")))
    after = f"{place[0].isoformat()}~{place[1]}" if place else ""
    next_page = url_for("desk_letters.index", after=after) if after else None
    return render_template(
        "desk/letters.html", tasks=tasks, next=next_page, masked=undelivered.masked
    )


def _place(raw: str) -> undelivered.Place | None:
    at, _sign, letter_id = raw.partition("~")
    try:
        return datetime.fromisoformat(at), uuid.UUID(letter_id)
    except ValueError:
        return None


@pages.get("/<uuid:letter_id>")
def page(letter_id: uuid.UUID) -> str:
    """Show one letter with its failure and the forms that take care of it."""
    _officer()
    letter = undelivered.by_id(g.tenant.id, letter_id)
    return _page(letter, _case(letter))


def _case(letter: OutboxLetter, *, lock: bool = False) -> Case | None:
    if letter.case_id is None:
        return None
    found: Case | None = db.session.get(
        Case, (letter.tenant_id, letter.case_id), with_for_update=lock or None
    )
    return found


def _page(letter: OutboxLetter, case: Case | None, problem: Any = None) -> str:
    fields = problem.fields if isinstance(problem, Invalid) else {}
    return render_template(
        "desk/letter.html",
        letter=letter,
        case=case,
        to=undelivered.masked(letter.recipient),
        typed=request.form,
        wrong=fields,
        refused=problem.message if problem is not None and not fields else "",
    )


@pages.post("/<uuid:letter_id>")
def act(letter_id: uuid.UUID) -> Any:
    """Send it again or note that the citizen knows; what was typed is never lost."""
    person = _officer()
    letter = undelivered.by_id(g.tenant.id, letter_id)
    case, now = _case(letter, lock=True), datetime.now(UTC)
    try:
        _do(letter, case, person, now=now)
    except (Invalid, Refused) as problem:
        return _page(letter, case, problem), problem.status
    return redirect(url_for("desk_letters.index"), 303)


def _do(letter: OutboxLetter, case: Case | None, person: Person, *, now: datetime) -> None:
    do, form = request.form.get("do", ""), request.form
    if do == "again" and case is not None:
        actor = actor_for(case, person)
        undelivered.send_again(letter, case, to=form.get("to", ""), actor=actor, now=now)
        flash(_("The letter is on its way again."), "success")
    elif do == "told":
        actor = actor_for(case, person) if case else Actor(role="operator", id=person.id)
        undelivered.told(letter, case, how=form.get("how", ""), actor=actor, now=now)
        flash(_("Noted: the citizen knows."), "success")
    else:
        raise Invalid(_("It is not clear what should be done."))
