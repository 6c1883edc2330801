"""Tells the citizen: a step's message becomes a letter in the outbox, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mms_core.cases.models import Case, CaseContact
from mms_core.db import db
from mms_core.messages.outbox import post


def tell_author(
    case: Case,
    template: str,
    *,
    context: dict[str, Any],
    module: str | None = None,
    contact: CaseContact | None = None,
    at: datetime | None = None,
) -> None:
    """Write the author a letter by the first channel they gave; without one, nothing is written.

    `module` is whose template it is: the case's own, or "cases" for the core's; `contact` saves
    reading what was just written; with `at` the letter leaves no earlier than that.
    """
    contact = contact or db.session.get(CaseContact, (case.tenant_id, case.id))
    if contact is None:
        return
    for channel, recipient in (("email", contact.email), ("sms", contact.phone)):
        if recipient:
            post(
                case,
                template,
                channel=channel,
                recipient=recipient,
                context=context,
                module=module,
                at=at,
            )
            return
