"""Ideas that were given on a platform which this module replaces, and their rows here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from mms_core import together
from mms_core.cases.models import Case
from mms_core.i18n import lazy_gettext as _
from plugins.your_idea_to_mayor import tallies
from plugins.your_idea_to_mayor.models import Idea

OTHER = "other"  # the category of what came without one that the hall knows


class ImportedIdea(ma.Schema):
    """What another platform may know of an idea beside its words."""

    why = ma.fields.String(load_default="", metadata={"label": _("Why is it needed?")})
    for_whom = ma.fields.String(load_default="", metadata={"label": _("Whom would it help?")})


def take(case: Case, along: Mapping[str, Any]) -> None:
    """Write the idea's row; one that waits for an answer is counted as one that came here."""
    shown = bool(along["published"])
    category = case.topic or OTHER
    values = {
        "tenant_id": case.tenant_id,
        "case_id": case.id,
        "category": category,
        "settlement": case.place,
        "why": along.get("why", ""),
        "for_whom": along.get("for_whom", ""),
        "state": case.state,
        "is_public": shown,
        "published_at": case.opened_at if shown else None,
        "opened_at": case.opened_at,
        "answered": case.answered_at is not None,
    }
    together.insert(Idea.__table__, values)
    if case.answered_at is None:
        tallies.came(case, category=category, place=case.place)
