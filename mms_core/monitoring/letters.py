"""Letters of the ministry to a city hall: sent, tracked until they are answered, answered back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import marshmallow as ma
from sqlalchemy import func, select

from mms_core.clock import local_day
from mms_core.db import db
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.messages.outbox import send_national
from mms_core.monitoring.models import HallLetter
from mms_core.people.current import Person

LONGEST = 4000
SHOWN = 100


class LetterSchema(ma.Schema):
    """What the ministry writes."""

    subject = ma.fields.String(
        required=True,
        validate=ma.validate.Length(min=1, max=160),
        metadata={"label": _("Subject")},
    )
    body = ma.fields.String(
        required=True,
        validate=ma.validate.Length(min=1, max=LONGEST),
        metadata={
            "label": _("What you ask of the city hall"),
            "help": _("Name no citizen: the letter is about figures and modules."),
            "kind": "textarea",
        },
    )
    answer_by = ma.fields.Date(
        required=True,
        metadata={"label": _("Answer asked by"), "kind": "date"},
    )


class ReplySchema(ma.Schema):
    """What the city hall answers."""

    answer = ma.fields.String(
        required=True,
        validate=ma.validate.Length(min=1, max=LONGEST),
        metadata={"label": _("Answer of the city hall"), "kind": "textarea"},
    )


def write(
    hall: Any, typed: dict[str, Any], *, module: str, by: Person, now: datetime
) -> HallLetter:
    """Send a letter to a city hall; Invalid when its answer is asked for before tomorrow."""
    if typed["answer_by"] <= local_day(now):
        raise Invalid(_("Choose a later day."), fields={"answer_by": [_("Choose a later day.")]})
    letter = HallLetter(
        municipality_id=hall.id,
        module=module,
        subject=typed["subject"].strip(),
        body=typed["body"].strip(),
        answer_by=typed["answer_by"],
        sent_at=now,
        sent_by=by.name,
        sender=by.email or "",
        answer="",
        answered_by="",
    )
    db.session.add(letter)
    db.session.flush()
    address = hall.contacts.get("email", "")
    if address:
        send_national(address, subject=letter.subject, body=letter.body)
    return letter


def answer(
    letter_id: uuid.UUID, hall_id: int, text: str, *, by: Person, now: datetime
) -> HallLetter:
    """Answer a letter once; the ministry's writer is told by e-mail."""
    letter = find(letter_id, lock=True)
    if letter.municipality_id != hall_id:
        raise NotFound(_("There is no such letter."))
    if letter.answered_at is not None:
        raise Refused(_("This letter has its answer already."))
    letter.answer, letter.answered_at, letter.answered_by = text.strip(), now, by.name
    if letter.sender:
        send_national(letter.sender, subject=letter.subject, body=letter.answer)
    return letter


def find(letter_id: uuid.UUID, *, lock: bool = False) -> HallLetter:
    """Give a letter; raises NotFound."""
    letter = db.session.get(HallLetter, letter_id, with_for_update=lock or None)
    if letter is None:
        raise NotFound(_("There is no such letter."))
    return letter


def of_hall(hall_id: int) -> Sequence[HallLetter]:
    """Give the newest letters to a city hall."""
    mine = select(HallLetter).where(HallLetter.municipality_id == hall_id)
    return db.session.scalars(mine.order_by(HallLetter.sent_at.desc()).limit(SHOWN)).all()


def owed(hall_id: int) -> Sequence[HallLetter]:
    """Give the letters that a city hall has not answered, the earliest date first."""
    row = HallLetter
    mine = (row.municipality_id == hall_id) & row.answered_at.is_(None)
    return db.session.scalars(select(row).where(mine).order_by(row.answer_by).limit(SHOWN)).all()


def newest() -> Sequence[HallLetter]:
    """Give the newest letters, those without an answer first, the most overdue at the top."""
    row = HallLetter
    order = (row.answered_at.is_not(None), row.answer_by, row.sent_at.desc())
    return db.session.scalars(select(row).order_by(*order).limit(SHOWN)).all()


def waiting(hall_id: int) -> Any:
    """Give the count of letters that a city hall has not answered, for a statement with others."""
    mine = (HallLetter.municipality_id == hall_id) & HallLetter.answered_at.is_(None)
    return select(func.count()).where(mine).scalar_subquery()


def overdue(letter: HallLetter, *, today: date) -> bool:
    """Tell whether the answer is late."""
    return letter.answered_at is None and letter.answer_by < today
