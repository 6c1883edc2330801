"""What readers can report of this module and officers can hide: a need that is public."""

from __future__ import annotations

import uuid

from flask import url_for
from sqlalchemy import select, update

from mms_core.cases.models import Case
from mms_core.cases.search import index_again
from mms_core.contributions import Moderated, Posted
from mms_core.db import db
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.need_models import Need
from plugins.citizen_feedback.needs import KIND, NEED

SEEN = ("considered", "in_budget", "solved", "answered")  # an officer has looked at it


def find(tenant_id: int, case_id: uuid.UUID) -> Posted | None:
    """Find a need by its case."""
    mine = select(Case).where(Case.tenant_id == tenant_id, Case.id == case_id, Case.module == NAME)
    case, need = db.session.scalars(mine).one_or_none(), db.session.get(Need, (tenant_id, case_id))
    if case is None or need is None:
        return None
    return Posted(
        title=case.title,
        text=case.body,
        url=url_for(f"{NAME}.need", number=case.number),
        at=case.opened_at,
        language=case.language,
        author_id=case.author_id,
        case_id=case.id,
        own_case=True,
        public=need.is_public,
    )


def hide(tenant_id: int, case_id: uuid.UUID) -> None:
    """Take a need off the public pages; its stub stays at the same address."""
    own = (NEED.c.tenant_id == tenant_id) & (NEED.c.case_id == case_id)
    db.session.execute(update(NEED).where(own).values(is_public=False))


def show(tenant_id: int, case_id: uuid.UUID) -> None:
    """Show a need again; one that no officer has published yet stays unpublished."""
    own = (NEED.c.tenant_id == tenant_id) & (NEED.c.case_id == case_id)
    db.session.execute(update(NEED).where(own, NEED.c.state.in_(SEEN)).values(is_public=True))


def rewrite(tenant_id: int, case_id: uuid.UUID, text: str) -> None:
    """Put another text in the place of a need's, with parts of it struck out or given back."""
    mine = select(Case).where(Case.tenant_id == tenant_id, Case.id == case_id)
    case = db.session.scalars(mine.with_for_update()).one()
    case.body = text
    case.search = index_again(case, case.title, text, case.place)


MODERATED = [
    Moderated(kind=KIND, title=_("Need"), find=find, hide=hide, show=show, rewrite=rewrite)
]
