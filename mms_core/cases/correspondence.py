"""Keeps what is written and attached to a case, each with its event in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from mms_core.cases.clockwork import resume
from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Attachment, Case, CaseMessage
from mms_core.db import db, uuid7
from mms_core.errors import Invalid
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _

LONGEST = 5000  # characters of a note or a message


def write(case: Case, direction: str, text: str, *, actor: Actor, now: datetime) -> CaseMessage:
    """Keep a message (out, in) or a note; its words stand once, the event points to them.

    What the citizen writes lets a clock that stood for it run again.
    """
    message = keep_words(case, direction, text, actor=actor, now=now)
    kind = "note" if direction == "note" else "message"
    append(case, Entry(kind=kind, actor=actor, data={"message": str(message.id)}), at=now)
    if direction == "in":
        _heard(case, actor=actor, now=now)
    return message


def _heard(case: Case, *, actor: Actor, now: datetime) -> None:
    """Let the clock run again when it stood for the citizen, who has answered now."""
    resume(case, actor=actor, now=now, why="answered")


def keep_words(
    case: Case, direction: str, text: str, *, actor: Actor, now: datetime,
    message_id: uuid.UUID | None = None,
) -> CaseMessage:  # fmt: skip
    """Keep the words of a message whose event the caller writes."""
    message = CaseMessage(
        tenant_id=case.tenant_id,
        id=message_id or uuid7(),
        case_id=case.id,
        direction=direction,
        body=text,
        by_id=actor.id,
        by_name=actor.name if direction != "in" else "",
        at=now,
    )
    db.session.add(message)
    return message


def words(text: str, *, required: bool = True) -> str:
    """Give the text without its edges; Invalid (field `text`) when it is empty or too long."""
    plain = text.replace("\r\n", "\n").strip()
    if required and not plain:
        raise Invalid(_("Write the text."), fields={"text": [_("Write the text.")]})
    if len(plain) > LONGEST:
        long = _("The text is too long: at most %(count)s characters.", count=LONGEST)
        raise Invalid(long, fields={"text": [long]})
    return plain


def attach(
    case: Case, files: Iterable[Stored], *, actor: Actor, now: datetime, public: bool = False
) -> list[Attachment]:
    """Add kept files to a case, each with its event; public ones are seen by everybody.

    A citizen's file lets a clock that stood for it run again.
    """
    rows = []
    for stored in files:
        row = Attachment(
            tenant_id=case.tenant_id,
            id=uuid7(),
            case_id=case.id,
            public=public,
            by_role=actor.role,
            at=now,
            **stored.columns(),
        )
        db.session.add(row)
        data = {"attachment": str(row.id), "name": stored.name}
        append(case, Entry(kind="file", actor=actor, data=data), at=now)
        rows.append(row)
    if rows and actor.role == "citizen":
        _heard(case, actor=actor, now=now)
    return rows
