"""What readers can report of this module and officers can hide: an idea itself."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import url_for
from sqlalchemy import func, select, update

from mms_core.cases.models import Case
from mms_core.cases.search import index_again
from mms_core.contributions import APPLIED, Moderated, Posted
from mms_core.db import db
from mms_core.i18n import lazy_gettext as _
from plugins.your_idea_to_mayor import comments
from plugins.your_idea_to_mayor.models import NAME, Comment, Idea
from plugins.your_idea_to_mayor.rules import KIND

IDEA, COMMENT = Idea.__table__, Comment.__table__
MARK, PARTS = "\n\n¶ ", 3  # between the text, why, and for whom


def find(tenant_id: int, case_id: uuid.UUID) -> Posted | None:
    """Find an idea by its case."""
    mine = select(Case).where(Case.tenant_id == tenant_id, Case.id == case_id, Case.module == NAME)
    case = db.session.scalars(mine).one_or_none()
    idea = db.session.get(Idea, (tenant_id, case_id))
    if case is None or idea is None:
        return None
    return Posted(
        title=case.title,
        text=_whole(case.body, idea),
        url=url_for(f"{NAME}.idea", number=case.number),
        at=case.opened_at,
        language=case.language,
        author_id=case.author_id,
        case_id=case.id,
        own_case=True,
        public=idea.is_public,
    )


def _whole(body: str, idea: Idea) -> str:
    """Give all that is read of an idea as one text, so that parts of each can be struck out."""
    return MARK.join((body, idea.why, idea.for_whom)) if idea.why or idea.for_whom else body


def hide(tenant_id: int, case_id: uuid.UUID) -> None:
    """Take an idea off the public pages; its stub stays at the same address."""
    own = (IDEA.c.tenant_id == tenant_id) & (IDEA.c.case_id == case_id)
    db.session.execute(update(IDEA).where(own).values(is_public=False))


def show(tenant_id: int, case_id: uuid.UUID) -> None:
    """Publish an idea that was hidden or held back."""
    own = (IDEA.c.tenant_id == tenant_id) & (IDEA.c.case_id == case_id)
    first = func.coalesce(IDEA.c.published_at, datetime.now(UTC))
    shown = update(IDEA).where(own, IDEA.c.state.not_in(("blocked", "withdrawn", APPLIED)))
    db.session.execute(shown.values(is_public=True, published_at=first))


def rewrite(tenant_id: int, case_id: uuid.UUID, text: str) -> None:
    """Put another text in the place of the idea's, with parts of it struck out or given back."""
    mine = select(Case).where(Case.tenant_id == tenant_id, Case.id == case_id)
    case = db.session.scalars(mine.with_for_update()).one()
    idea = db.session.get(Idea, (tenant_id, case_id))
    parts = text.rsplit(MARK, 2)
    if idea is not None and len(parts) == PARTS:
        text, idea.why, idea.for_whom = parts
    elif idea is not None:
        idea.why = idea.for_whom = ""  # a mark was struck out as well: all of it stands in the text
    case.body = text
    case.search = index_again(case, case.title, text, idea.found_by if idea else "")


def find_comment(tenant_id: int, comment_id: uuid.UUID) -> Posted | None:
    """Find a comment; one that its author took back is no longer there."""
    row = db.session.get(Comment, (tenant_id, comment_id))
    case = db.session.get(Case, (tenant_id, row.case_id)) if row is not None else None
    if row is None or case is None or not row.body:
        return None
    return Posted(
        title=case.title,
        text=row.body,
        url=url_for(f"{NAME}.idea", number=case.number, _anchor=f"comment-{row.id}"),
        at=row.at,
        author_id=row.person_id,
        case_id=case.id,
        public=not (row.held or row.hidden),
    )


def hide_comment(tenant_id: int, comment_id: uuid.UUID) -> None:
    """Put a comment's stub in its place."""
    comments.set_shown(tenant_id, comment_id, shown=False)


def show_comment(tenant_id: int, comment_id: uuid.UUID) -> None:
    """Publish a comment that was hidden or held back."""
    comments.set_shown(tenant_id, comment_id, shown=True)


def rewrite_comment(tenant_id: int, comment_id: uuid.UUID, text: str) -> None:
    """Put another text in the place of a comment's, with parts of it struck out or given back."""
    own = (COMMENT.c.tenant_id == tenant_id) & (COMMENT.c.id == comment_id)
    db.session.execute(update(COMMENT).where(own).values(body=text))


MODERATED = [
    Moderated(kind=KIND, title=_("Idea"), find=find, hide=hide, show=show, rewrite=rewrite),
    Moderated(
        kind=comments.KIND,
        title=_("Comment"),
        find=find_comment,
        hide=hide_comment,
        show=show_comment,
        rewrite=rewrite_comment,
    ),
]
