"""Decides on ratings: who may give one, until when, and that each use is rated once.

Articles are those of Tskaltubo's rule on the platform of citizens' feedback.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from mms_core.clock import local_day
from mms_core.db import bind, bound, db, scope
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.counters import USES, count
from mms_core.people.rules import Refusal, eligible
from plugins.citizen_feedback import proofs, urn
from plugins.citizen_feedback.models import NAME, Programme, Rater
from plugins.citizen_feedback.proofs import Proof
from plugins.citizen_feedback.urn import Answer


@dataclass(frozen=True, kw_only=True)
class Known:
    """Who gives a rating, where they wish the hall to know."""

    name: str
    email: str
    account_id: uuid.UUID | None = None
    language: str = "ka"


def last_day(programme: Programme, settings: Mapping[str, Any]) -> date:
    """Give the last day on which a programme of its budget year is rated."""
    return date(programme.year, 12, 31) + timedelta(days=int(settings["days_after_year"]))


def require_time(programme: Programme, settings: Mapping[str, Any], *, now: datetime) -> None:
    """Refuse a rating before the programme begins, or when its budget year is long over."""
    today = local_day(now)
    if programme.state != "published" or today < programme.starts_on:
        raise Refused(_("This programme cannot be rated yet."))
    if today > last_day(programme, settings):
        raise Refused(
            _("The budget year %(year)s is over, so it is no longer rated.", year=programme.year)
        )


def refusals(
    tenant_id: int, account_id: uuid.UUID | None, settings: Mapping[str, Any], *, now: datetime
) -> list[Refusal]:
    """List what a signed-in person lacks to rate (art. 3.2): citizen of Georgia, 18 or more.

    Registration in the municipality is not required for a rating.
    """
    wanted = ("citizen", f"age:{proofs.ADULT}", f"level:{int(settings['identity_level'])}")
    return eligible(account_id, wanted, tenant_id, local_day(now))


def rate(
    programme: Programme, proof: Proof, answer: Answer, *, known: Known | None, now: datetime
) -> None:
    """Take a rating in and use its proof up, in one transaction.

    An anonymous one (`known` is None) goes into the urn; nothing that is written with it, beside
    the spent proof, has a person, an order or a time finer than the day.
    """
    proofs.spend(programme.tenant_id, proof)
    counted(programme, 1, now=now)
    if known is None:
        urn.drop(programme, answer, now=now)
        return
    key = urn.keep(programme, answer, now=now)
    urn.fold(programme, [answer], now=now)
    values = {
        "tenant_id": programme.tenant_id,
        "rating_id": key,
        "account_id": known.account_id,
        "name": known.name,
        "email": known.email,
        "language": known.language,
    }
    db.session.execute(insert(Rater.__table__).values(values))


def counted(programme: Programme, number: int, *, now: datetime) -> None:
    """Count ratings for the ministry, by the day on which they came."""
    count(
        programme.tenant_id, NAME, {urn.day_of(programme, now): {"ratings": number, USES: number}}
    )


def batch_proof(tenant_id: int, code: str, *, now: datetime) -> tuple[uuid.UUID, Proof]:
    """Give the programme and the proof of a voucher; Refused when it is expired or used."""
    batch = proofs.batch_of_code(tenant_id, code)
    if batch is None:
        raise Refused(_("There is no such voucher here."))
    if local_day(now) > batch.expires_on:
        raise Refused(_("The voucher has expired."))
    proof = proofs.proof_of_code(batch, code)
    if proofs.is_spent(tenant_id, proof):
        raise Refused(_("This voucher has been used already."))
    return batch.programme_id, proof


def forget_everywhere(account_id: uuid.UUID) -> None:
    """Take a person's name off the ratings they signed; the marks stay, and are now anonymous."""
    bind(bound(), person_id=account_id)
    table = Rater.__table__
    halls = select(table.c.tenant_id).where(table.c.account_id == account_id).distinct()
    for tenant_id in db.session.scalars(halls).all():
        with scope(tenant_id):
            mine = (table.c.tenant_id == tenant_id) & (table.c.account_id == account_id)
            db.session.execute(delete(table).where(mine))
