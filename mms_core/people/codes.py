"""Proves that an e-mail or telephone is its owner's: a code is sent there and typed here.

Six digits hold because few tries are let through and few codes are sent: one in 200,000 guesses
would be right. Nothing of the address or the code is kept but keyed hashes.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select

from mms_core.db import db, uuid7
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.messages.outbox import post_to
from mms_core.people import vault
from mms_core.people.models import ContactCode

GOOD_FOR = timedelta(minutes=30)
TRIES = 5
SENT, WITHIN = 3, timedelta(hours=1)  # codes to one address, so that nobody is pelted with them


def send_code(
    tenant_id: int, *, channel: str, recipient: str, language: str, now: datetime
) -> uuid.UUID:
    """Send a code by `email` or `sms`; gives the number by which it is checked.

    Raises Refused when the address got `SENT` codes of late.
    """
    key = vault.mark("contact", recipient)
    of_late = (ContactCode.tenant_id == tenant_id) & (ContactCode.address_key == key)
    query = select(func.count()).select_from(ContactCode).where(of_late)
    if (db.session.scalar(query.where(ContactCode.sent_at > now - WITHIN)) or 0) >= SENT:
        raise Refused(_("Three codes went to this address already. Try again in an hour."))
    number, code = uuid7(), f"{secrets.randbelow(1_000_000):06}"
    db.session.add(
        ContactCode(
            tenant_id=tenant_id,
            id=number,
            address_key=key,
            code_key=vault.mark("code", f"{number}:{code}"),
            sent_at=now,
        )
    )
    post_to(
        tenant_id,
        "code",
        channel=channel,
        recipient=recipient,
        language=language,
        context={"code": code, "minutes": int(GOOD_FOR.total_seconds() // 60)},
    )
    return number


def check_code(tenant_id: int, number: uuid.UUID, typed: str, *, now: datetime) -> str:
    """Check what was typed: `right`, `wrong`, or `over` when it is too old or tried too often.

    A try counts when the answer is committed, so answer a wrong one with a redirect.
    """
    found = db.session.get(ContactCode, (tenant_id, number), with_for_update=True)
    if found is None or found.used_at or found.sent_at < now - GOOD_FOR or found.tries >= TRIES:
        return "over"
    found.tries += 1
    digits = "".join(sign for sign in typed if sign.isdigit())
    if hmac.compare_digest(vault.mark("code", f"{number}:{digits}"), found.code_key):
        found.used_at = now
        return "right"
    return "wrong" if found.tries < TRIES else "over"
