"""What readers can report of this module and officers can hide: an idea itself."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import url_for
from sqlalchemy import func, select, update

from mms_core.cases.models import Case
from mms_core.cases.search import index_again
from mms_core.contributions import Moderated, Posted
from mms_core.db import db
from mms_core.i18n import lazy_gettext as _
from plugins.your_idea_to_mayor.models import NAME, Idea
from plugins.your_idea_to_mayor.rules import KIND

IDEA = Idea.__table__


def find(tenant_id: int, case_id: uuid.UUID) -> Posted | None:
    """Find an idea by its case."""
    mine = select(Case).where(Case.tenant_id == tenant_id, Case.id == case_id, Case.module == NAME)
    case = db.session.scalars(mine).one_or_none()
    idea = db.session.get(Idea, (tenant_id, case_id))
    if case is None or idea is None:
        return None
    return Posted(
        title=case.title,
        text=case.body,
        url=url_for(f"{NAME}.idea", number=case.number),
        at=case.opened_at,
        language=case.language,
        author_id=case.author_id,
        case_id=case.id,
        own_case=True,
        public=idea.is_public,
    )


def hide(tenant_id: int, case_id: uuid.UUID) -> None:
    """Take an idea off the public pages; its stub stays at the same address."""
    own = (IDEA.c.tenant_id == tenant_id) & (IDEA.c.case_id == case_id)
    db.session.execute(update(IDEA).where(own).values(is_public=False))


def show(tenant_id: int, case_id: uuid.UUID) -> None:
    """Publish an idea that was hidden or held back."""
    own = (IDEA.c.tenant_id == tenant_id) & (IDEA.c.case_id == case_id)
    first = func.coalesce(IDEA.c.published_at, datetime.now(UTC))
    shown = update(IDEA).where(own, IDEA.c.state != "blocked")
    db.session.execute(shown.values(is_public=True, published_at=first))


def rewrite(tenant_id: int, case_id: uuid.UUID, text: str) -> None:
    """Put another text in the place of the idea's, with parts of it struck out or given back."""
    mine = select(Case).where(Case.tenant_id == tenant_id, Case.id == case_id)
    case = db.session.scalars(mine.with_for_update()).one()
    idea = db.session.get(Idea, (tenant_id, case_id))
    case.body = text
    case.search = index_again(case, case.title, text, idea.settlement if idea else "")


MODERATED = [
    Moderated(kind=KIND, title=_("Idea"), find=find, hide=hide, show=show, rewrite=rewrite)
]
