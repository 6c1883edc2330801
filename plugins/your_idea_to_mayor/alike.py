"""The public ideas that ask for the same as a text, as lines of the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from mms_core.cases.similar import similar
from plugins.your_idea_to_mayor.listing import CASE, IDEA, LINE, OF_CASE, TENANT, read
from plugins.your_idea_to_mayor.models import NAME

SHOWN, ASKED = 5, 15  # ideas that are shown, and cases that are asked for them


def alike(tenant_id: int, data: Mapping[str, Any]) -> Sequence[Any]:
    """Give the public ideas that ask for the same as `title` and `body`, the likest first."""
    text = f"{data.get('title', '')}\n{data.get('body', '')}"
    found = [item.case_id for item in similar(tenant_id, text, module=NAME, limit=ASKED)]
    if not found:
        return []
    query = (
        select(*LINE)
        .select_from(OF_CASE)
        .where(IDEA.c.tenant_id == TENANT, CASE.c.tenant_id == TENANT)
        .where(IDEA.c.is_public, IDEA.c.case_id.in_(found))
    )
    rows = {row.case_id: row for row in read(query, {"tenant": tenant_id})}
    return [rows[case_id] for case_id in found if case_id in rows][:SHOWN]
