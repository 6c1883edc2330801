"""What becomes of an idea that is joined to another: its page leads to the other one's."""

from __future__ import annotations

from sqlalchemy import select, update

from mms_core.cases.models import Case
from mms_core.contributions import APPLIED
from mms_core.db import db
from mms_core.moderation.stubs import is_hidden
from plugins.your_idea_to_mayor import following, supports
from plugins.your_idea_to_mayor.models import NAME, Idea

IDEA = Idea.__table__


def on_merged(case: Case, lead: Case) -> None:
    """Take the idea off the lists; the leading one, at its address, gets its supporters too."""
    _show(case, wanted=False)
    supports.join(case.tenant_id, source=case.id, target=lead.id)
    following.join(case.tenant_id, source=case.id, target=lead.id)


def on_split(case: Case, lead: Case) -> None:
    """Publish the idea by itself again, if it had been published, with its own supporters."""
    group = select(Case.id).where(Case.tenant_id == case.tenant_id, Case.merged_into == lead.id)
    left = [other for other in db.session.scalars(group) if other != case.id]
    supports.part(case.tenant_id, source=case.id, target=lead.id, left=left)
    own = (IDEA.c.tenant_id == case.tenant_id) & (IDEA.c.case_id == case.id)
    shown = (IDEA.c.published_at.is_not(None)) & (IDEA.c.state.not_in(("blocked", APPLIED)))
    was = db.session.execute(select(IDEA.c.state).where(own, shown)).first() is not None
    _show(case, wanted=was and not is_hidden(case.tenant_id, NAME, case.kind, case.id))


def _show(case: Case, *, wanted: bool) -> None:
    own = (IDEA.c.tenant_id == case.tenant_id) & (IDEA.c.case_id == case.id)
    db.session.execute(update(IDEA).where(own).values(is_public=wanted))
