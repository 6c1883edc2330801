"""Sends a new case to its unit: the most exact rule of the hall wins."""

from __future__ import annotations

from sqlalchemy import select

from mms_core.db import db
from mms_core.letters import search_key
from mms_core.units.models import RoutingRule


def unit_for(tenant_id: int, *, module: str, topic: str = "", place: str = "") -> str:
    """Give the number of the unit for a new case, or nothing where no rule fits.

    A rule for topic and place goes before one for the topic, that before one for the place, and
    that before the module's own unit. A hall without rules for the module costs no query here:
    what is switched on has been read before a case is opened, and says whether there are any.
    """
    from mms_core.switching.rules import switched

    now = switched(tenant_id).get(module)
    if now is None or not now.routed:
        return ""
    key = search_key(place)
    rule = RoutingRule.__table__.c
    fits = select(rule.topic, rule.place_key, rule.unit_id).where(
        rule.tenant_id == tenant_id,
        rule.module == module,
        rule.topic.in_({"", topic}),
        rule.place_key.in_({"", key}),
    )
    rows = db.session.execute(fits).all()
    best = max(rows, key=lambda row: (bool(row.topic), bool(row.place_key)), default=None)
    return str(best.unit_id) if best else ""
