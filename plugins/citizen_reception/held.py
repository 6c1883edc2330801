"""A time that is kept while a form is filled, and all that it takes to book it.

One way to the server brings the hold, who receives and when, and the number of the case to come; it
takes the minutes and the person's place among the booked visits along.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from mms_core.asking import ask_all, ask_whole, whole, wholly
from mms_core.cases.numbers import Numbered, number_if, numbered, numbering
from mms_core.clock import local_day
from mms_core.db import uuid7
from mms_core.errors import NotFound
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception import fairness, seats
from plugins.citizen_reception.booking_models import Hold, Official, VisitKind
from plugins.citizen_reception.receiving import Calendar, calendar_of, gone_of, lines_of

TENANT: BindParameter[int] = bindparam("tenant")
MINE = (Hold.tenant_id == TENANT) & (Hold.id == bindparam("hold"))
HELD = (
    whole(Hold, Official, VisitKind)
    .join(Official, (Official.tenant_id == TENANT) & (Official.id == Hold.official_id))
    .join(VisitKind, (VisitKind.tenant_id == TENANT) & (VisitKind.id == Hold.kind_id))
    .where(MINE)
)
WHO, KIND = (select(c).where(MINE).scalar_subquery() for c in (Hold.official_id, Hold.kind_id))
LINES, GONE = lines_of(WHO, KIND), gone_of(WHO)
NUMBER = number_if(select(Hold.id).where(MINE).exists())  # whoever tries addresses spends none


@dataclass(frozen=True, kw_only=True)
class Held:
    """A time that is kept for somebody, with whom and for what."""

    hold: Hold
    official: Official
    kind: VisitKind


@dataclass(frozen=True, kw_only=True)
class ToBook(Held):
    """A time with all that is needed to book it, and what was taken for the visit already."""

    case_id: uuid.UUID
    numbered: Numbered
    calendar: Calendar
    shares: int  # of the ways by which the person is known, those that had a place left
    minutes: int  # the ten minutes that were still held, counted


def held(tenant_id: int, hold_id: uuid.UUID) -> Held:
    """Find a hold; NotFound when it was used or is long over."""
    values = {"tenant": tenant_id, "hold": hold_id}
    for row, official, kind in ask_whole(HELD, values, Hold, Official, VisitKind):
        return Held(hold=row, official=official, kind=kind)
    raise over()


def to_be_booked(tenant: Any, hold_id: uuid.UUID, *, who: Sequence[str], now: datetime) -> ToBook:
    """Take what is held for a case to come, and a place among the visits of its person.

    A number is spent. NotFound like `held`; whoever refuses afterwards undoes the transaction.
    """
    case_id = uuid7()
    values = {"tenant": tenant.id, "hold": hold_id, "since": local_day(now)}
    found, lines, gone, numbers, shares, kept = ask_all(
        (HELD, values), (LINES, values), (GONE, values), numbering(tenant.id, NUMBER, values),
        fairness.taking(tenant.id, case_id, who), seats.keeping(tenant.id, hold_id, case_id),
    )  # fmt: skip
    for row, official, kind in wholly(found, Hold, Official, VisitKind):
        number = numbered(tenant.case_prefix, numbers, now=now)
        calendar = calendar_of(kind, lines, gone, number.off)
        return ToBook(hold=row, official=official, kind=kind, case_id=case_id, numbered=number,
                      calendar=calendar, shares=len(shares), minutes=len(kept))  # fmt: skip
    raise over()


def over() -> NotFound:
    """Say that a time is kept no longer."""
    return NotFound(_("This time is no longer kept for you. Please choose a time again."))
