"""A hall's front page: what it offers, what it has answered lately, and how to reach it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, url_for

from mms_core.cases.timeline import state_title, tone
from mms_core.citizen.rules import answered_lately
from mms_core.guard import modules_on, tenant_modules
from mms_core.modules import registry
from mms_core.navigation import navigation
from mms_core.page_cache import keep

pages = Blueprint("hall", __name__, url_prefix="/<slug>")


@pages.get("/")
def front() -> str:
    """Show the front page; dignified also where nothing is switched on yet."""
    keep()
    return render_template(
        "citizen/front.html",
        services=[item for item in navigation() if not item.desk],
        answered=[_answered(row) for row in answered_lately(g.tenant.id, _public_kinds())],
    )


def _public_kinds() -> list[tuple[str, str, tuple[str, ...]]]:
    """Name what the public may read here: module, kind, and the states that are public."""
    loaded, states = registry().loaded, tenant_modules()
    serving = [name for name in modules_on() if states[name].serves]
    return [
        (name, kind.name, tuple(state.name for state in kind.states if state.public))
        for name in serving
        for kind in loaded[name].case_types
        if kind.public_endpoint
    ]


def _answered(row: Any) -> dict[str, Any]:
    kind = registry().case_type(row.module, row.kind)
    return {
        "title": row.title,
        "language": row.language,
        "url": url_for(str(kind.public_endpoint), number=row.number) if kind else "",
        "state": state_title(kind, row.state),
        "tone": tone(kind, row.state),
        "at": row.answered_at,
    }
