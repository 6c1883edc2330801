"""Takes in reports that a letter came back (RFC 3464), as servers pipe them to `mms bounce`."""

from __future__ import annotations

import email
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message

import structlog
from sqlalchemy import select

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.messages.models import OutboxLetter

log = structlog.get_logger(__name__)
LARGEST = 2_000_000  # bytes of a report
OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
ADDRESS = re.compile(r"<?[^\s<>@;]+@[^\s<>@;]+>?")  # personal data, and the row has it already
LONGEST = 300  # characters of a reason


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """What a report says: which letter, whether for good, and why, without anybody's address."""

    letter_id: uuid.UUID
    final: bool
    reason: str


def read(raw: bytes) -> Bounce | None:
    """Read a report; None for a message that reports nothing about a letter of ours."""
    message = email.message_from_bytes(raw[:LARGEST], policy=policy.compat32)
    status = list(_status(message))
    found = OURS.search(_first_headers(message))
    if not status or found is None:
        return None
    actions = {_line(one.get("Action")).lower() for one in status}
    codes = [_line(one.get("Status")) for one in status if one.get("Status")]
    said = next((_line(one["Diagnostic-Code"]) for one in status if one.get("Diagnostic-Code")), "")
    soft = bool(codes) and all(code.startswith("4") for code in codes)
    words = " ".join(part for part in (*codes[:1], said.partition(";")[2] or said) if part)
    return Bounce(
        letter_id=uuid.UUID(found[1]),
        final="failed" in actions and not soft,
        reason=ADDRESS.sub("…", " ".join(words.split()))[:LONGEST],
    )


def _status(message: Message) -> Iterator[Message]:
    """Give the blocks of fields about the recipients."""
    for part in message.walk():
        blocks = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(blocks, list):
            yield from (one for one in blocks if isinstance(one, Message) and one.get("Action"))


def _first_headers(message: Message) -> str:
    """Give the text in which the returned letter's Message-ID stands."""
    texts = [_line(message.get("References")), _line(message.get("In-Reply-To"))]
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            texts.append(str(part.get_payload()))
        if part is not message:
            texts.append(_line(part.get("Message-ID")))
    return "\n".join(texts)


def _line(value: object) -> str:
    return " ".join(str(value or "").split())


def take_in(bounce: Bounce) -> bool:
    """Mark the letter as not delivered, in whichever hall it is; tells whether it was found.

    A delay is only written to the log: the mail server is still trying. One transaction a hall.
    """
    from mms_core.tenancy.rules import all_tenants

    database.bind(NATION)
    for tenant_id in [tenant.id for tenant in all_tenants()]:
        database.bind(tenant_id)
        mine = (OutboxLetter.tenant_id == tenant_id) & (OutboxLetter.id == bounce.letter_id)
        letter = db.session.scalars(select(OutboxLetter).where(mine).with_for_update()).first()
        if letter is None:
            continue
        if bounce.final and letter.state in {"sent", "waiting"}:
            letter.state, letter.error = "failed", f"the letter came back: {bounce.reason}"
        log.info("letter.bounced", letter=str(letter.id), final=bounce.final)
        database.commit()
        return True
    log.warning("letter.bounce_unknown", letter=str(bounce.letter_id))
    return False
