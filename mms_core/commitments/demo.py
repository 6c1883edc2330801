"""The demo's commitment: a city's portal of ideas that was suspended for the shared module."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from mms_core.commitments import rules
from mms_core.commitments.models import Commitment
from mms_core.db import db
from mms_core.modules import Registry
from mms_core.tenancy import rules as tenancy

TEXT = Path(__file__).with_name("demo_commitment.toml")
HALL, BY = "zugdidi", "ნ. ნიმუშაძე"


def fill(registry: Registry, *, now: datetime) -> None:
    """Write the commitment with its milestones and period, once."""
    hall = tenancy.by_slug(HALL)
    if hall is None or db.session.scalars(select(Commitment.id).limit(1)).first():
        return
    told: dict[str, Any] = tomllib.loads(TEXT.read_text(encoding="utf-8"))
    able = (n for n, one in registry.loaded.items() if any(k.imports for k in one.case_types))
    links = {"modules": [name for name in [next(able, "")] if name], "tenants": [hall.id]}
    steps, period, comment = told.pop("milestone"), told.pop("period"), told.pop("comment")
    row = rules.keep(told | links | {"published": True}, by=BY, now=now)
    for step in steps:
        rules.keep_milestone(row, step, by=BY, now=now)
    rules.report(row, period, by=BY, now=now)
    for one in comment:
        rules.say(row, **one, proved=True, now=now)
    db.session.flush()
    first, _commitment = rules.held()[0]
    rules.decide(first.id, shown=True, by=BY)
