"""Decides on comments: who may write, what waits for a look, what is shown, who is told.

Nothing is dropped: screening, a storm on one idea and the hall's own setting keep a comment back in
the officers' queue, where a person decides.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, select, tuple_, update

from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotAllowed, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.moderation import rules as moderation
from mms_core.moderation import screening
from mms_core.moderation.things import Thing
from mms_core.people.eligibility import LEVEL_WORDS
from plugins.your_idea_to_mayor.listing import Place, write_place
from plugins.your_idea_to_mayor.models import NAME, Comment
from plugins.your_idea_to_mayor.supports import note

KIND = "comment"
LONGEST = 2000  # characters
PER_PAGE, MOST_REPLIES = 20, 50
STORM, LATELY = 30, timedelta(minutes=10)  # comments on one idea, after which they wait for a look
COMMENT = Comment.__table__


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a person wants to say: as whom, to which comment, in which words."""

    person_id: uuid.UUID
    name: str
    body: str
    level: int = 0
    parent_id: uuid.UUID | None = None
    official: bool = False  # an officer of this hall, who speaks for it


def say(
    tenant_id: int, case_id: uuid.UUID, said: Said, *, settings: Mapping[str, Any], now: datetime
) -> Comment:
    """Keep a comment on a public idea; `.held` tells whether an officer looks at it first.

    Raises NotAllowed for who may not comment, Invalid (field `body`) for words that are none or too
    many, NotFound and Refused for a comment that cannot be replied to.
    """
    _check_level(said, settings)
    body = _words(said.body)
    if said.parent_id:
        _check_parent(tenant_id, case_id, said.parent_id)
    row = Comment(
        tenant_id=tenant_id,
        id=uuid7(),
        case_id=case_id,
        parent_id=said.parent_id,
        person_id=said.person_id,
        name=said.name,
        body=body,
        official=said.official,
        at=now,
    )
    causes = [] if said.official else _causes(row, settings, now=now)
    row.held = bool(causes)
    db.session.add(row)
    db.session.flush()
    if causes:
        moderation.hold(thing(tenant_id, row.id), causes=causes, now=now)
    else:
        note(tenant_id, case_id, {"comments": 1})
    return row


def _check_level(said: Said, settings: Mapping[str, Any]) -> None:
    wanted = str(settings["comment_level"])
    if said.official:
        return
    if wanted == "off":
        raise NotAllowed(_("This city hall takes no comments."))
    if said.level < int(wanted):
        raise NotAllowed(LEVEL_WORDS[int(wanted)])


def _words(typed: str) -> str:
    body = typed.replace("\r\n", "\n").strip()
    problem = ""
    if len(body) < 2:
        problem = _("Write your comment.")
    elif len(body) > LONGEST:
        problem = _("A comment may have at most %(count)s characters.", count=LONGEST)
    if problem:
        raise Invalid(problem, fields={"body": [problem]})
    return body


def _check_parent(tenant_id: int, case_id: uuid.UUID, parent_id: uuid.UUID) -> None:
    parent = db.session.get(Comment, (tenant_id, parent_id))
    if parent is None or parent.case_id != case_id or parent.held or parent.hidden:
        raise NotFound(_("The comment that you reply to is no longer here."))
    if parent.parent_id is not None:
        raise Refused(_("Reply to the first comment: replies are one deep."))
    replies = select(literal(1)).where(
        COMMENT.c.tenant_id == tenant_id, COMMENT.c.parent_id == parent_id
    )
    if _count(replies.limit(MOST_REPLIES)) >= MOST_REPLIES:
        raise Refused(_("This comment has very many replies; please write a comment of your own."))


def _causes(row: Comment, settings: Mapping[str, Any], *, now: datetime) -> list[str]:
    """Name why a comment waits for a look: by the hall's setting, by screening, or in a storm."""
    author = screening.author_key(row.person_id, "")
    found = screening.screen(row.tenant_id, author=author, text=row.body, now=now)
    causes = list(found.causes)
    if settings["comments_after_look"]:
        causes.append("first")
    lately = select(literal(1)).where(
        COMMENT.c.tenant_id == row.tenant_id,
        COMMENT.c.case_id == row.case_id,
        COMMENT.c.at > now - LATELY,
    )
    if "flooding" not in causes and _count(lately.limit(STORM)) >= STORM:
        causes.append("flooding")
    return causes


def _count(rows: Any) -> int:
    return int(db.session.execute(select(func.count()).select_from(rows.subquery())).scalar_one())


def thing(tenant_id: int, comment_id: uuid.UUID) -> Thing:
    """Name a comment to the room of moderation."""
    return Thing(tenant_id=tenant_id, module=NAME, kind=KIND, ref=comment_id)


def take_back(tenant_id: int, comment_id: uuid.UUID, *, person_id: uuid.UUID) -> uuid.UUID:
    """Let an author take their words back; the place stays, so that replies still make sense."""
    row = db.session.get(Comment, (tenant_id, comment_id), with_for_update=True)
    if row is None or row.person_id != person_id:
        raise NotFound(_("The comment that you reply to is no longer here."))
    row.body, row.name = "", ""
    note(tenant_id, row.case_id, {})
    return row.case_id


def set_shown(tenant_id: int, comment_id: uuid.UUID, *, shown: bool) -> None:
    """Hide a comment behind its stub, or show it; the idea's figure follows."""
    own = (COMMENT.c.tenant_id == tenant_id, COMMENT.c.id == comment_id)
    was = db.session.execute(select(COMMENT).where(*own).with_for_update()).one()
    counted = not (was.held or was.hidden)
    values = {"held": False, "hidden": False} if shown else {"hidden": True, "held": False}
    db.session.execute(update(COMMENT).where(*own).values(values))
    if counted != shown:
        note(tenant_id, was.case_id, {"comments": 1 if shown else -1})


# --- reading -------------------------------------------------------------------------------------

COLUMNS = (
    COMMENT.c.id, COMMENT.c.parent_id, COMMENT.c.person_id, COMMENT.c.name, COMMENT.c.body,
    COMMENT.c.official, COMMENT.c.held, COMMENT.c.hidden, COMMENT.c.at,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A page of comments, the oldest first, each with its replies; `next` is a place or None."""

    comments: Sequence[Any]
    replies: Mapping[uuid.UUID, Sequence[Any]]
    next: str | None = None


def thread(
    tenant_id: int, case_id: uuid.UUID, *, after: Place | None = None, me: uuid.UUID | None = None
) -> Thread:
    """Give a page of an idea's comments by one statement; held ones only to their author `me`."""
    own = (COMMENT.c.tenant_id == tenant_id) & (COMMENT.c.case_id == case_id)
    seen = ~COMMENT.c.held if me is None else (~COMMENT.c.held | (COMMENT.c.person_id == me))
    first = select(*COLUMNS).where(own, seen, COMMENT.c.parent_id.is_(None))
    if after:
        first = first.where(tuple_(COMMENT.c.at, COMMENT.c.id) > (after.at, after.id))
    page = first.order_by(COMMENT.c.at, COMMENT.c.id).limit(PER_PAGE + 1).cte("page")
    mine = (COMMENT.c.tenant_id == tenant_id) & COMMENT.c.parent_id.in_(select(page.c.id))
    both = select(page).union_all(select(*COLUMNS).where(mine, seen)).subquery()
    rows = db.session.execute(select(both).order_by(both.c.at, both.c.id)).all()
    top = [row for row in rows if row.parent_id is None]
    more, top = len(top) > PER_PAGE, top[:PER_PAGE]
    replies = {row.id: [r for r in rows if r.parent_id == row.id] for row in top}
    last = write_place(top[-1].at, top[-1].id) if more else None
    return Thread(comments=top, replies=replies, next=last)


def forget(tenant_id: int, person_id: uuid.UUID) -> None:
    """Take a person's name off their comments; the words stay, as part of a conversation."""
    mine = (COMMENT.c.tenant_id == tenant_id) & (COMMENT.c.person_id == person_id)
    db.session.execute(update(COMMENT).where(mine).values(name="", person_id=None))
