"""Reads what belongs to a case: its events, messages, files and letters."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from mms_core.cases.log import CaseEvent
from mms_core.cases.models import Attachment, Case, CaseContact, CaseMessage, PersonCase
from mms_core.db import db
from mms_core.messages.models import OutboxLetter

OTHERS = 10


def _of(model: Any, case: Case, *order: Any) -> list[Any]:
    mine = (model.tenant_id == case.tenant_id) & (model.case_id == case.id)
    return list(db.session.scalars(select(model).where(mine).order_by(*order)))


def events(case: Case) -> list[CaseEvent]:
    """Give a case's events, oldest first."""
    return _of(CaseEvent, case, CaseEvent.seq)


def messages(case: Case) -> list[CaseMessage]:
    """Give what was written to and from the citizen, and the notes, oldest first."""
    return _of(CaseMessage, case, CaseMessage.at)


def files(case: Case) -> list[Attachment]:
    """Give the attachments of a case, oldest first."""
    return _of(Attachment, case, Attachment.at)


def letters(case: Case) -> list[OutboxLetter]:
    """Give the letters about a case with what became of them, newest first."""
    return _of(OutboxLetter, case, OutboxLetter.created_at.desc(), OutboxLetter.id.desc())


def contact(case: Case) -> CaseContact | None:
    """Give how to reach the author; personal data, so looks by officers are logged elsewhere."""
    return db.session.get(CaseContact, (case.tenant_id, case.id))


def others(case: Case) -> Sequence[Any]:
    """Give the newest other cases of the same citizen in the same hall."""
    if case.author_id is None:
        return []
    row = PersonCase
    query = (
        select(row.number, row.title, row.state, row.module, row.kind, row.updated_at)
        .where(row.tenant_id == case.tenant_id, row.person_id == case.author_id)
        .where(row.case_id != case.id)
        .order_by(row.updated_at.desc(), row.case_id.desc())
        .limit(OTHERS)
    )
    return db.session.execute(query).all()


def attachment(tenant_id: int, attachment_id: uuid.UUID) -> tuple[Attachment, Case] | None:
    """Find a file of the municipality with its case."""
    query = (
        select(Attachment, Case)
        .join(Case, (Case.tenant_id == Attachment.tenant_id) & (Case.id == Attachment.case_id))
        .where(Attachment.tenant_id == tenant_id, Attachment.id == attachment_id)
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None
