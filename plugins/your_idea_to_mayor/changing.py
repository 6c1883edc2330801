"""Decides what an author may still do with their idea: change it for a while, or withdraw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Case, PersonCase
from mms_core.cases.near import renew
from mms_core.cases.rules import StepAsked, take_step
from mms_core.cases.search import index_again
from mms_core.changes import changed
from mms_core.db import db
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from plugins.your_idea_to_mayor.models import NAME, Idea, IdeaVersion

FIRST = "received"  # the state in which nobody in the hall has looked at it yet
WITHDRAW = {FIRST: "withdraw", "under_review": "withdraw_late"}


def changeable_until(case: Case, settings: Mapping[str, Any]) -> datetime | None:
    """Give the moment until which the text can be changed; None when it cannot any more."""
    if case.state != FIRST or case.merged_into is not None:
        return None
    return case.opened_at + timedelta(minutes=int(settings["edit_minutes"]))


def change(
    case: Case,
    *,
    title: str,
    body: str,
    why: str,
    for_whom: str,
    settings: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Put a new text in the place of the old one, which is kept as a version.

    `case` was read for update. Raises Refused when the time is over or the hall has begun.
    """
    until = changeable_until(case, settings)
    if until is None or now > until:
        raise Refused(_("The idea can be changed no more; write to the city hall instead."))
    idea = db.session.get(Idea, (case.tenant_id, case.id))
    before = (case.title, case.body, idea.why if idea else "", idea.for_whom if idea else "")
    if (title, body, why, for_whom) == before:
        return
    no = _keep_version(case, before, now=now)
    case.title, case.body, case.updated_at = title, body, now
    if idea is not None:
        idea.why, idea.for_whom = why, for_whom
    case.search = index_again(case, title, body, idea.found_by if idea else "")
    append(case, Entry(kind="edited", actor=actor, public=True, data={"version": no + 1}), at=now)
    renew(case)
    rows = PersonCase.__table__
    own = (rows.c.tenant_id == case.tenant_id) & (rows.c.case_id == case.id)
    db.session.execute(update(rows).where(own).values(title=title))
    changed(case.tenant_id, NAME)


def _keep_version(case: Case, before: tuple[str, str, str, str], *, now: datetime) -> int:
    """Keep how an idea stood; gives the number of that version."""
    mine = (IdeaVersion.tenant_id == case.tenant_id) & (IdeaVersion.case_id == case.id)
    no = (db.session.scalar(select(func.max(IdeaVersion.no)).where(mine)) or 0) + 1
    title, body, why, for_whom = before
    old = IdeaVersion(
        tenant_id=case.tenant_id, case_id=case.id, no=no, title=title, body=body,
        why=why, for_whom=for_whom, until=now,
    )  # fmt: skip
    db.session.add(old)
    return no


def withdraw(registry: Registry, case: Case, *, actor: Actor, now: datetime) -> Case:
    """Take an idea back: before the hall began it ends here, later the hall still answers it."""
    step = WITHDRAW.get(case.state)
    if step is None or case.merged_into is not None:
        raise Refused(_("The idea can be withdrawn no more: the city hall has decided."))
    return take_step(registry, case, asked=StepAsked(name=step, actor=actor), now=now)


def versions(case: Case) -> Sequence[IdeaVersion]:
    """Give how an idea stood before, the first first."""
    mine = (IdeaVersion.tenant_id == case.tenant_id) & (IdeaVersion.case_id == case.id)
    return db.session.scalars(select(IdeaVersion).where(mine).order_by(IdeaVersion.no)).all()
