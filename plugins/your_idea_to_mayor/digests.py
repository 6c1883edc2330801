"""Tells people once a day what was said to them: a digest for each idea, never a flood.

An idea's author hears of new comments, a comment's author of replies; nobody of their own words.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from mms_core.cases.letters import tell_author
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.messages.outbox import post
from mms_core.people.models import Account
from plugins.your_idea_to_mayor.following import home_of
from plugins.your_idea_to_mayor.models import NAME, Comment

AT_ONCE = 500  # comments that one round takes up; the next ones wait for tomorrow
QUOTED, LENGTH = 5, 300  # comments that a letter quotes, characters of each


def send_digests(tenant_id: int, *, now: datetime) -> int:
    """Write a hall's digests of what nobody was told yet; gives how many letters."""
    parent = aliased(Comment)
    query = (
        select(Comment, parent.person_id.label("asked"))
        .outerjoin(
            parent, (parent.tenant_id == Comment.tenant_id) & (parent.id == Comment.parent_id)
        )
        .where(Comment.tenant_id == tenant_id, Comment.at < now)
        .where(~Comment.told, ~Comment.held, ~Comment.hidden)
        .order_by(Comment.at)
        .limit(AT_ONCE)
    )
    found: dict[tuple[uuid.UUID, uuid.UUID | None], list[Comment]] = defaultdict(list)
    rows = db.session.execute(query).all()
    for comment, asked in rows:
        if comment.body:
            found[comment.case_id, asked if comment.parent_id else None].append(comment)
    table = Comment.__table__
    ids = [comment.id for comment, _asked in rows]
    told = update(table).where(table.c.tenant_id == tenant_id, table.c.id.in_(ids))
    db.session.execute(told.values(told=True))
    return sum(_write(tenant_id, *key, comments=said) for key, said in found.items())


def _write(
    tenant_id: int, case_id: uuid.UUID, reader: uuid.UUID | None, *, comments: list[Comment]
) -> int:
    """Write to the one who was replied to, or, without a reader, to the idea's author."""
    case = db.session.get(Case, (tenant_id, case_id))
    if case is None:
        return 0
    to_author = reader is None
    own = case.author_id if to_author else reader
    others = [comment for comment in comments if own is None or comment.person_id != own]
    if not others:
        return 0
    context = _context(case, others)
    if to_author:
        tell_author(case, "commented", context=context, module=NAME)
        return 1
    account = db.session.get(Account, reader)
    if account is None or not account.active or not account.email:
        return 0
    context |= {"link": context["page"], "key": ""}
    to, language = account.email, account.language
    post(case, "replied", channel="email", recipient=to, context=context, language=language)
    return 1


def _context(case: Case, comments: Iterable[Comment]) -> dict[str, Any]:
    said = list(comments)
    quoted = [{"name": c.name, "text": _short(c.body)} for c in said[:QUOTED]]
    page = f"{home_of(case.tenant_id)}/ideas/{case.number}#comments"
    return {"count": len(said), "comments": quoted, "page": page, "more": len(said) > QUOTED}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LENGTH else f"{line[:LENGTH].rpartition(' ')[0]}…"
