"""The public ideas that ask for the same as a text, as lines of the list."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from mms_core.cases.similar import ALIKE, likest, similar
from plugins.your_idea_to_mayor.listing import CASE, IDEA, LINE, OF_CASE, TENANT, read
from plugins.your_idea_to_mayor.models import NAME

SHOWN, ASKED = 5, 15  # ideas that are shown, and cases that are asked for them


def alike(
    tenant_id: int, data: Mapping[str, Any], *, but: uuid.UUID | None = None, least: float = ALIKE
) -> Sequence[Any]:
    """Give the public ideas that ask for the same as `title` and `body`, the likest first.

    `but` is the idea itself; `least` is how alike they must be, 0 to 1.
    """
    text = f"{data.get('title', '')}\n{data.get('body', '')}"
    near = similar(tenant_id, text, module=NAME, limit=ASKED, exclude=but, least=least, beside=0)
    found = [item.case_id for item in near]
    if not found:
        return []
    query = (
        select(*LINE)
        .select_from(OF_CASE)
        .where(IDEA.c.tenant_id == TENANT, CASE.c.tenant_id == TENANT)
        .where(IDEA.c.is_public, IDEA.c.case_id.in_(found))
    )
    rows = {row.case_id: row for row in read(query, {"tenant": tenant_id})}
    shown = likest((item for item in near if item.case_id in rows), least=least)
    return [rows[item.case_id] for item in shown[:SHOWN]]
