"""Tells the citizen: a step's message becomes a letter in the outbox, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mms_core.cases.asked import StepAsked
from mms_core.cases.models import Case, CaseContact
from mms_core.contributions import Step
from mms_core.db import db
from mms_core.messages.outbox import post


def letter_words(asked: StepAsked, step: Step) -> dict[str, Any]:
    """Give what a step's letter says; the preview asks for the same."""
    return {"text": asked.words, "step": step.name}


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
    channel, recipient = channel_of(contact)
    if channel:
        post(
            case,
            template,
            channel=channel,
            recipient=recipient,
            context=context,
            module=module,
            at=at,
        )


def channel_of(contact: CaseContact | None) -> tuple[str, str]:
    """Give the first way to an author, and the address there; empty when they gave none."""
    ways = (("email", contact.email), ("sms", contact.phone)) if contact else ()
    return next(((way, address) for way, address in ways if address), ("", ""))
