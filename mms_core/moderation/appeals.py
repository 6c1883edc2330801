"""Hears the author of what was hidden; another officer decides than the one who hid it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select

from mms_core import clock
from mms_core.cases.log import Actor
from mms_core.changes import changed
from mms_core.db import db
from mms_core.errors import NotAllowed, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.moderation.letters import last_day, tell
from mms_core.moderation.models import Hiding
from mms_core.moderation.rules import give_back, thing_of, trace, words
from mms_core.moderation.things import posted


def hiding(tenant_id: int, hiding_id: uuid.UUID, *, lock: bool = False) -> Hiding:
    """Find a hiding by its number; NotFound when there is none."""
    mine = select(Hiding).where(Hiding.tenant_id == tenant_id, Hiding.id == hiding_id)
    found: Hiding | None = db.session.scalars(
        mine.with_for_update() if lock else mine
    ).one_or_none()
    if found is None:
        raise NotFound(_("There is no such decision."))
    return found


def may_appeal(row: Hiding, *, now: datetime) -> bool:
    """Tell whether the author can still appeal: once, in time, and while it is hidden."""
    is_open = row.restored_at is None and not row.appeal
    return is_open and clock.local_day(now) <= last_day(row).date


def appeal(row: Hiding, text: str, *, now: datetime) -> None:
    """Keep the author's appeal against a hiding that was read for update."""
    if row.restored_at is not None:
        raise Refused(_("It is not hidden any more."))
    if row.appeal:
        raise Refused(_("You have appealed already; a decision is final at the city hall."))
    if not may_appeal(row, now=now):
        raise Refused(_("The time for an appeal is over."))
    row.appeal_text = words(text, field="text")
    row.appeal, row.appealed_at = "open", now
    thing, author = thing_of(row), Actor(role="citizen", id=row.author_id)
    trace(thing, posted(thing), "appealed", text="", actor=author, now=now, rule=row.rule)
    changed(row.tenant_id, row.module)


def is_own(row: Hiding, officer: Actor) -> bool:
    """Tell whether this officer has hidden it, and so may not decide the appeal."""
    if row.hidden_by is not None and officer.id is not None:
        return row.hidden_by == officer.id
    return row.hidden_by_name == officer.name


def decide(row: Hiding, *, won: bool, text: str, actor: Actor, now: datetime) -> None:
    """Decide an appeal: shown again, or it stays hidden; the author is told the reason."""
    if row.appeal != "open":
        raise Refused(_("There is no open appeal."))
    if is_own(row, actor):
        raise NotAllowed(_("You have hidden it yourself, so a colleague decides the appeal."))
    row.decision = words(text, field="text_appeal")
    row.appeal = "won" if won else "upheld"
    row.decided_at, row.decided_by, row.decided_by_name = now, actor.id, actor.name
    if won:
        give_back(row, actor=actor, now=now, reason=row.decision)
        return
    found = posted(thing_of(row))
    trace(thing_of(row), found, "upheld", text=row.decision, actor=actor, now=now, rule=row.rule)
    tell(row, found, "upheld", reason=row.decision)
    changed(row.tenant_id, row.module)
