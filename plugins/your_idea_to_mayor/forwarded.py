"""What goes along when an idea is forwarded to another municipality, and its row there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from mms_core import together
from mms_core.cases.models import Case
from mms_core.db import db
from plugins.your_idea_to_mayor.models import Idea

IDEA = Idea.__table__


def carry(case: Case) -> Mapping[str, Any]:
    """Give what is special in an idea: what it is about and in which language it is written.

    Where it lies is said in the words; the place of one municipality is none of another.
    """
    own = (IDEA.c.tenant_id == case.tenant_id) & (IDEA.c.case_id == case.id)
    row = db.session.execute(select(IDEA.c.category, IDEA.c.language).where(own)).one()
    return {"category": row.category, "language": row.language}


def take_over(case: Case, along: Mapping[str, Any]) -> None:
    """Write the idea's row in its new municipality, unpublished until that hall has looked."""
    values = {
        "tenant_id": case.tenant_id,
        "case_id": case.id,
        "category": along["category"],
        "settlement": "",
        "state": case.state,
        "is_public": False,
        "language": along["language"],
        "opened_at": case.opened_at,
    }
    together.insert(IDEA, values)
