"""Sends the letters of the outbox and writes on each what became of it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import select

from mms_core import db as database
from mms_core.cases.models import Case
from mms_core.config import Settings
from mms_core.db import db
from mms_core.jobs import LETTER_RETRY
from mms_core.messages.channels import (
    DeliveryError,
    Message,
    Paper,
    PermanentFailure,
    TemporaryFailure,
    channel_for,
)
from mms_core.messages.models import NationalLetter, OutboxLetter
from mms_core.messages.ready import ready

log = structlog.get_logger(__name__)


def deliver(tenant_id: int, letter_id: uuid.UUID | None) -> None:
    """Send one letter of a municipality; a failure that may pass is raised to be tried again.

    The row is locked meanwhile, so that two workers never send it twice.
    """
    query = select(OutboxLetter).where(
        OutboxLetter.tenant_id == tenant_id, OutboxLetter.id == letter_id
    )
    letter = db.session.execute(query.with_for_update()).scalar_one_or_none()
    if letter is None or letter.state == "sent":
        return
    case = db.session.get(Case, (tenant_id, letter.case_id)) if letter.case_id else None
    if case is None and letter.case_id is not None:
        return
    message = _written(letter, case)
    if message is None:
        return
    letter.subject, letter.body = message.subject, message.text
    _send(letter, message, channel=letter.channel)


def _written(letter: OutboxLetter, case: Case | None) -> Message | None:
    """Put a letter into words; it waits, with the reason, for a module that is out of order."""
    try:
        return ready(letter, case).message
    except Exception as problem:
        if database.is_outage(problem):
            raise
        log.exception("letter.not_written", letter=str(letter.id))
        letter.attempts += 1
        _try_later(letter, TemporaryFailure(f"the letter could not be written: {problem}"))
        return None


def deliver_national(letter_id: uuid.UUID | None) -> None:
    """Send one letter about an account."""
    query = select(NationalLetter).where(NationalLetter.id == letter_id)
    letter = db.session.execute(query.with_for_update()).scalar_one_or_none()
    if letter is None or letter.state == "sent":
        return
    paper = Paper(name=letter.paper_name, data=letter.paper) if letter.paper else None
    message = Message(
        id=str(letter.id),
        to=letter.recipient,
        subject=letter.subject,
        text=letter.body,
        paper=paper,
    )
    _send(letter, message, channel="email")


def _send(letter: Any, message: Message, *, channel: str) -> None:
    settings: Settings = current_app.extensions["mms_settings"]
    letter.attempts += 1
    try:
        channel_for(channel, settings).send(message)
    except PermanentFailure as problem:
        _failed(letter, problem, state="failed")
    except TemporaryFailure as problem:
        _try_later(letter, problem)
    else:
        letter.state, letter.error, letter.sent_at = "sent", "", datetime.now(UTC)


def _try_later(letter: Any, problem: TemporaryFailure) -> None:
    """Keep the reason on the case and raise it, so that the job comes again; the last time not."""
    if letter.attempts >= LETTER_RETRY.max_attempts:
        _failed(letter, problem, state="failed")  # the operator sees that it never went
        return
    _failed(letter, problem, state="waiting")
    database.commit()
    raise problem


def _failed(letter: Any, problem: DeliveryError, *, state: str) -> None:
    letter.state, letter.error = state, problem.reason
    log.warning("letter.not_sent", letter=str(letter.id), attempt=letter.attempts, state=state)
