"""The outbox: a letter is a row in the transaction of what it tells, and a job sends it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mms_core import jobs, rows
from mms_core.db import db, uuid7
from mms_core.messages.channels import Paper
from mms_core.messages.models import NationalLetter, OutboxLetter

if TYPE_CHECKING:
    from mms_core.cases.models import Case


def post(
    case: Case,
    template: str,
    *,
    channel: str,
    recipient: str,
    context: dict[str, Any],
    module: str | None = None,
    language: str = "",
    at: datetime | None = None,
    own: uuid.UUID | None = None,
) -> uuid.UUID:
    """Write a letter about a case, in the citizen's language or another, and give its id.

    With `at` it leaves no earlier than that moment, such as when offices open. With an id of its
    `own` it is sent by a job of the caller's.
    """
    return post_to(
        case.tenant_id,
        template,
        channel=channel,
        recipient=recipient,
        language=language or case.language,
        context=context,
        case=case,
        module=module or case.module,
        at=at,
        own=own,
    )


def post_to_staff(
    tenant_id: int,
    template: str,
    *,
    recipient: str,
    language: str,
    context: dict[str, Any],
    case: Case | None = None,
) -> uuid.UUID:
    """Write a letter of the core (`templates/cases/messages/`) to an officer or another body.

    It may belong to a case, whose page then shows what became of it; its template never says the
    citizen's key.
    """
    return post_to(
        tenant_id,
        template,
        channel="email",
        recipient=recipient,
        language=language,
        context=context,
        case=case,
    )


def post_to(
    tenant_id: int,
    template: str,
    *,
    channel: str,
    recipient: str,
    language: str,
    context: dict[str, Any],
    case: Case | None = None,
    module: str = "cases",
    at: datetime | None = None,
    own: uuid.UUID | None = None,
) -> uuid.UUID:
    """Write a letter to an address that is no author's, such as a code, an office, or who waits.

    Its template is the core's, or that of `module`, and knows what `context` says and the hall's
    name. With `at` it leaves no earlier than that moment; with an id of its `own` it is sent by a
    job of the caller's. Gives the letter's id.
    """
    letter: dict[str, Any] = {
        "id": own or uuid7(),
        "tenant_id": tenant_id,
        "case_id": case.id if case else None,
        "channel": channel,
        "recipient": recipient,
        "language": language,
        "module": module,
        "template": template,
        "context": context,
    }
    rows.put(OutboxLetter, letter)
    written: uuid.UUID = letter["id"]
    if own is None:
        jobs.defer(send_letter, tenant_id, written, at=at)
    return written


def send_national(
    recipient: str, *, subject: str, body: str, paper: Paper | None = None
) -> NationalLetter:
    """Write a letter about an account; the text is already in the person's language."""
    letter = NationalLetter(recipient=recipient, subject=subject, body=body)
    if paper is not None:
        letter.paper, letter.paper_name = paper.data, paper.name
    db.session.add(letter)
    db.session.flush()
    jobs.defer(send_national_letter, 0, letter.id)
    return letter


@jobs.job("messages.send", retry=jobs.LETTER_RETRY)
def send_letter(tenant_id: int, letter_id: uuid.UUID | None) -> None:
    """Send a municipality's letter."""
    from mms_core.messages.delivery import deliver

    deliver(tenant_id, letter_id)


@jobs.job("messages.send_national", retry=jobs.LETTER_RETRY)
def send_national_letter(_nation: int, letter_id: uuid.UUID | None) -> None:
    """Send a letter about an account."""
    from mms_core.messages.delivery import deliver_national

    deliver_national(letter_id)
