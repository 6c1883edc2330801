"""Shows a case beside those that ask for the same, joins them and separates them again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select

from mms_core.cases import merging, numbers, search, similar, timeline
from mms_core.cases.correspondence import words
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.desk.rules import acting_role
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.people.current import STAFF, Person, require, roles_in

pages = Blueprint("duplicates", __name__, url_prefix="/<slug>/desk/<number>/similar")
BESIDE = 6  # cases shown beside one
LEAST = 0.25  # how alike: an officer judges, so more is shown than to a citizen


@dataclass(frozen=True, kw_only=True)
class Group:
    """The case that leads this one, or those that follow it."""

    lead: Case | None = None
    others: tuple[Case, ...] = ()


def group_of(case: Case) -> Group:
    """Give a case's group; one that is in none costs no query."""
    if case.merged_into is not None:
        return Group(lead=merging.leading(case))
    return Group(others=tuple(merging.followers(case)) if case.merged else ())


@pages.get("")
def page(number: str) -> Any:
    """Show the case and those like it, side by side."""
    _officer()
    read = numbers.read(number)
    if read and read != number:
        return redirect(url_for("duplicates.page", number=read), 301)
    return _show(by_number(g.tenant.id, number))


def _officer() -> Person:
    return require(*sorted(STAFF))


def _show(case: Case, *, error: str = "") -> str:
    typed = request.values.get("other", "").strip()[:40]
    return render_template(
        "desk/similar.html",
        case=_side(case),
        others=[_side(other) for other in _beside(case)],
        group=group_of(case),
        typed=typed,
        reason=request.form.get("reason", ""),
        error=error,
    )


def _side(case: Case) -> dict[str, Any]:
    case_type = registry().case_type(case.module, case.kind)
    state = timeline.state_title(case_type, case.state)
    return {"case": case, "state": state, "tone": timeline.tone(case_type, case.state)}


def _beside(case: Case) -> list[Case]:
    """Find the cases to compare with: those alike in words, else those with the same title."""
    text = f"{case.title}\n{case.body}"
    found = similar.similar(
        case.tenant_id, text, module=case.module, limit=BESIDE, exclude=case.id, least=LEAST
    )
    ids = [one.case_id for one in found] or _same_words(case)
    if case.merged_into is not None:
        ids = [case.merged_into, *(one for one in ids if one != case.merged_into)]
    mine = select(Case).where(Case.tenant_id == case.tenant_id, Case.id.in_(ids))
    rows = {row.id: row for row in db.session.scalars(mine)}
    return [rows[one] for one in ids if one in rows]


def _same_words(case: Case) -> list[uuid.UUID]:
    found = search.find(case.tenant_id, case.title, module=case.module, limit=BESIDE + 1)
    return [one.id for one in found if one.id != case.id][:BESIDE]


@pages.post("")
def act(number: str) -> Any:
    """Join this case to another or the other to this one, or separate it; told to each author."""
    person = _officer()
    case = by_number(g.tenant.id, number)
    work = {"to": _to, "from": _from, "split": _split}.get(request.form.get("do", ""))
    if work is None:
        raise Invalid(_("It is not clear what should be done."))
    role = acting_role(roles_in(g.tenant.id))
    try:
        lead = work(case, Actor(role=role, id=person.id, name=person.name))
    except (Invalid, NotFound, Refused) as problem:
        return _show(by_number(g.tenant.id, number), error=str(problem.message)), problem.status
    return redirect(url_for("desk.case_page", number=lead.number), 303)


def _locked(case: Case, other: Case) -> tuple[Case, Case]:
    """Lock both, always in the same order, so that two officers never wait for each other."""
    ids = sorted({case.id, other.id})
    mine = select(Case).where(Case.tenant_id == case.tenant_id, Case.id.in_(ids)).order_by(Case.id)
    rows = {row.id: row for row in db.session.scalars(mine.with_for_update())}
    return rows[case.id], rows[other.id]


def _other() -> Case:
    number = numbers.read(request.form.get("other", ""))
    if number is None:
        raise NotFound(_("There is no case with this number."))
    return by_number(g.tenant.id, number)


def _merge(case: Case, into: Case, actor: Actor) -> Case:
    reason = words(request.form.get("reason", ""), required=False)
    one, other = _locked(case, into)
    now = datetime.now(UTC)
    lead = merging.merge(registry(), one, other, actor=actor, now=now, reason=reason)
    flash(_("Joined: one answer goes to each author."), "success")
    return lead


def _to(case: Case, actor: Actor) -> Case:
    return _merge(case, _other(), actor)


def _from(case: Case, actor: Actor) -> Case:
    return _merge(_other(), case, actor)


def _split(case: Case, actor: Actor) -> Case:
    reason = words(request.form.get("reason", ""), required=False)
    locked = by_number(case.tenant_id, case.number, lock=True)
    merging.split(registry(), locked, actor=actor, now=datetime.now(UTC), reason=reason)
    flash(_("Separated: this case is answered by itself again."), "success")
    return locked
