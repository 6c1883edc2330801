"""Tells the officers of a hall by one letter each what has become of a module."""

from __future__ import annotations

import uuid

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.config import Settings
from mms_core.db import db
from mms_core.messages.outbox import post_to_staff
from mms_core.modules import Registry
from mms_core.people.rules import Colleague, contact_of, staff_of
from mms_core.switching import words
from mms_core.switching.models import TenantModule
from mms_core.tenancy.rules import by_id

WORKING = frozenset({"operator", "head"})


def concerned(tenant_id: int, module: str, *, but: uuid.UUID | None = None) -> list[Colleague]:
    """List who learns of a switch: operators and heads, and whoever has an open case of it.

    Whoever decides it, knows.
    """
    mine = (Case.tenant_id == tenant_id, Case.module == module, Case.is_open)
    query = select(Case.assignee_id).where(*mine, Case.assignee_id.is_not(None)).distinct()
    holders = set(db.session.scalars(query))
    return [
        one
        for one in staff_of(tenant_id)
        if one.id != but and (one.id in holders or WORKING & {*one.roles})
    ]


def tell(
    registry: Registry, row: TenantModule, *, before: str, reason: str, by: uuid.UUID | None = None
) -> None:
    """Write one letter to each, in their language, within the transaction of the switch."""
    if row.state in {before, "trial"} or (before, row.state) == ("trial", "off"):
        return  # a trial is known to those who begin and end it
    settings: Settings = current_app.extensions["mms_settings"]
    hall = by_id(row.tenant_id)
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    desk = f"{base}/{hall.slug if hall else ''}/desk/"
    for one in concerned(row.tenant_id, row.module, but=by):
        contact = contact_of(one.id)
        if contact.email:
            with force_locale(contact.language):
                said = {
                    "module": str(registry.loaded[row.module].module.title),
                    "state": str(words.STATES[row.state]),
                    "means": str(words.MEANINGS[row.state]),
                }
            post_to_staff(
                row.tenant_id,
                "switched",
                recipient=contact.email,
                language=contact.language,
                context={**said, "name": contact.name, "reason": reason, "desk": desk},
            )
