"""Tells the citizen: a step's message becomes a letter in the outbox, in the same transaction."""

from __future__ import annotations

from typing import Any

from mms_core.cases.models import Case, CaseContact
from mms_core.db import db
from mms_core.messages.outbox import post


def tell_author(case: Case, template: str, *, context: dict[str, Any]) -> None:
    """Write the author a letter by every channel they gave; without one, nothing is written."""
    contact = db.session.get(CaseContact, (case.tenant_id, case.id))
    if contact is None:
        return
    for channel, recipient in (("email", contact.email), ("sms", contact.phone)):
        if recipient:
            post(case, template, channel=channel, recipient=recipient, context=context)
            return
