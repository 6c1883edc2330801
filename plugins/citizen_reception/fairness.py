"""Keeps how many visits one person has booked at a time; the key of the table keeps it.

A booked visit takes one of the places that are fair, numbered from 1 to the hall's cap, under every
way by which its person is known. Whoever books twice in the same second waits for the first
booking's transaction and then sees that the place is taken.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, text

from mms_core.asking import Question, ask
from mms_core.cases.rules import Contact
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception.booking_models import FairShare, Visit

SHARE, VISIT = FairShare.__table__, Visit.__table__
TAKE = text("""
    insert into citizen_reception.fair_share (tenant_id, who, no, case_id)
    select cast(:tenant as int), who, cast(:no as int), cast(:case as uuid)
    from unnest(cast(:ways as text[])) as who
    on conflict do nothing returning who
""")


def known_by(tenant_id: int, contact: Contact, author_id: uuid.UUID | None) -> list[str]:
    """Name the ways by which a person is known, in a fixed order and none of them readable."""
    ways = (("email", contact.email), ("phone", contact.phone), ("account", author_id))
    return sorted(
        hashlib.sha256(f"{tenant_id}|{way}|{value}".encode()).hexdigest()
        for way, value in ways
        if value
    )


def taking(tenant_id: int, case_id: uuid.UUID, who: Sequence[str], *, no: int = 1) -> Question:
    """Give the question for a place of a new visit: a row for each way, or too few.

    Places are always asked for in their order, so that two never wait for each other.
    """
    return TAKE, {"tenant": tenant_id, "case": case_id, "ways": [*who], "no": no}


def take_another(tenant_id: int, case_id: uuid.UUID, who: list[str], *, most: int) -> None:
    """Take one of the further places, as the first was taken. Invalid (field ``) when all are."""
    for no in range(2, most + 1):
        release(tenant_id, case_id)  # what there was of the place before
        if len(ask(*taking(tenant_id, case_id, who, no=no))) == len(who):
            return
    words = _("You have %(most)s booked visits already. Move or cancel one of them.", most=most)
    raise Invalid(words, fields={"": [words]})


def release(tenant_id: int, case_id: uuid.UUID) -> None:
    """Give the place of a visit back: it was held, cancelled or called off."""
    mine = (SHARE.c.tenant_id == tenant_id) & (SHARE.c.case_id == case_id)
    db.session.execute(delete(SHARE).where(mine))


def sweep(tenant_id: int, *, now: datetime) -> None:
    """Give places of visits back whose time is over, so that a hall's delay costs nobody one."""
    over = select(VISIT.c.case_id).where(
        VISIT.c.tenant_id == tenant_id, VISIT.c.case_id == SHARE.c.case_id, VISIT.c.ends_at < now
    )
    db.session.execute(delete(SHARE).where(SHARE.c.tenant_id == tenant_id, over.exists()))
