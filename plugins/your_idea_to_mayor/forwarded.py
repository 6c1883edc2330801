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
CARRIED = ("category", "why", "for_whom", "language")


def carry(case: Case) -> Mapping[str, Any]:
    """Give what is special in an idea: what it is about, why, for whom, and in which language.

    Where it lies is said in the words; the place of one municipality is none of another.
    """
    own = (IDEA.c.tenant_id == case.tenant_id) & (IDEA.c.case_id == case.id)
    columns = (IDEA.c[name] for name in CARRIED)
    return dict(db.session.execute(select(*columns).where(own)).mappings().one())


def take_over(case: Case, along: Mapping[str, Any]) -> None:
    """Write the idea's row in its new municipality, unpublished until that hall has looked."""
    values = {
        "tenant_id": case.tenant_id,
        "case_id": case.id,
        "settlement": "",
        "state": case.state,
        "is_public": False,
        "opened_at": case.opened_at,
        **along,
    }
    together.insert(IDEA, values)
