"""The public ideas that ask for the same as a text, as lines of the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from mms_core.cases.near import LEAST
from mms_core.cases.similar import ALIKE, BESIDE, SHORT, Found, likest, similar
from plugins.your_idea_to_mayor.listing import these
from plugins.your_idea_to_mayor.models import NAME
from plugins.your_idea_to_mayor.public import RELATED

SHOWN, ASKED = 5, 15  # ideas that are shown, and cases that are asked for them


def alike(tenant_id: int, data: Mapping[str, Any]) -> Sequence[Any]:
    """Give the public ideas that ask for the same as `title` and `body`, the likest first."""
    text = f"{data.get('title', '')}\n{data.get('body', '')}"
    near = similar(tenant_id, text, module=NAME, limit=ASKED, beside=0)
    return _public(tenant_id, near, least=ALIKE)[:SHOWN]


def related(row: Any) -> Sequence[Any]:
    """Give a few more public ideas beside one: what asks for the same, or nearly.

    They are kept with an idea; for one that was given just now they are looked for.
    """
    if row.near is not None:
        near = [SimpleNamespace(**one) for one in row.near]
        return [one for one in near if one.score >= near[0].score * BESIDE]
    text = f"{row.title}\n{row.body}"
    found = similar(
        row.tenant_id, text, module=NAME, limit=ASKED, exclude=row.id,
        least=LEAST, beside=0, reach=SHORT,
    )  # fmt: skip
    return _public(row.tenant_id, found, least=LEAST)[:RELATED]


def _public(tenant_id: int, near: Sequence[Found], *, least: float) -> list[Any]:
    if not near:
        return []
    rows = these(tenant_id, [item.case_id for item in near])
    shown = likest((item for item in near if item.case_id in rows), least=least)
    return [rows[item.case_id] for item in shown]
