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
    PermanentFailure,
    TemporaryFailure,
    channel_for,
)
from mms_core.messages.models import NationalLetter, OutboxLetter
from mms_core.messages.words import compose
from mms_core.tenancy import rules as tenancy

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
    if case is None:
        return
    words = compose(letter, case)
    letter.subject, letter.body = words.subject, words.text
    tenant = tenancy.by_id(tenant_id)
    message = Message(
        id=str(letter.id),
        to=letter.recipient,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=words.language,
        sender_name=tenant.hall_in(words.language) if tenant else "",
        list_name=f"{tenant.slug}.{letter.module}" if tenant else letter.module,
    )
    _send(letter, message, channel=letter.channel)


def deliver_national(letter_id: uuid.UUID | None) -> None:
    """Send one letter about an account."""
    query = select(NationalLetter).where(NationalLetter.id == letter_id)
    letter = db.session.execute(query.with_for_update()).scalar_one_or_none()
    if letter is None or letter.state == "sent":
        return
    message = Message(
        id=str(letter.id), to=letter.recipient, subject=letter.subject, text=letter.body
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
        if letter.attempts >= LETTER_RETRY.max_attempts:
            _failed(letter, problem, state="failed")  # the operator sees that it never went
            return
        _failed(letter, problem, state="waiting")
        database.commit()  # the reason stays on the case while the letter waits for its next try
        raise
    else:
        letter.state, letter.error, letter.sent_at = "sent", "", datetime.now(UTC)


def _failed(letter: Any, problem: DeliveryError, *, state: str) -> None:
    letter.state, letter.error = state, problem.reason
    log.warning("letter.not_sent", letter=str(letter.id), attempt=letter.attempts, state=state)
