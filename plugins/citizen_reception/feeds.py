"""The private calendar of an official: a secret address that the hall makes and revokes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from mms_core.cases.models import Case, CaseContact
from mms_core.db import db
from mms_core.errors import NotFound
from mms_core.i18n import gettext as _
from plugins.citizen_reception import officials
from plugins.citizen_reception.booking_models import Official, Visit
from plugins.citizen_reception.feed_models import CalendarFeed

PAST = timedelta(days=31)  # how far back a calendar looks
MOST = 2000  # visits in a calendar


def make(official: Official, *, by: str, now: datetime) -> str:
    """Give an official's calendar a new address; the one before leads nowhere from now on."""
    secret = secrets.token_urlsafe(32)
    row = of_official(official)
    if row is None:
        row = CalendarFeed(tenant_id=official.tenant_id, official_id=official.id)
        db.session.add(row)
    row.secret_hash, row.made_at, row.made_by = _hash(secret), now, by
    db.session.flush()
    return secret


def revoke(official: Official) -> None:
    """Let the address lead nowhere."""
    row = of_official(official)
    if row is not None:
        db.session.delete(row)


def of_official(official: Official) -> CalendarFeed | None:
    """Give what is known of an official's calendar, if it has an address."""
    return db.session.get(CalendarFeed, (official.tenant_id, official.id))


def whose(tenant_id: int, secret: str) -> Official:
    """Find whose calendar an address is; NotFound when it is nobody's, or no more."""
    mine = (CalendarFeed.tenant_id == tenant_id) & (CalendarFeed.secret_hash == _hash(secret))
    found = db.session.scalars(select(CalendarFeed.official_id).where(mine)).first()
    if found is None:
        raise NotFound(_("This calendar has another address now, or none."))
    return officials.one(tenant_id, found)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def visits_of(official: Official, *, now: datetime) -> Sequence[Any]:
    """Give the visits of a calendar as rows: visit, number, when it changed, the visitor's name."""
    query = (
        select(Visit, Case.number, Case.updated_at, CaseContact.name)
        .join(Case, (Case.tenant_id == Visit.tenant_id) & (Case.id == Visit.case_id))
        .outerjoin(CaseContact, (CaseContact.tenant_id == Visit.tenant_id)
                   & (CaseContact.case_id == Visit.case_id))
        .where(Visit.tenant_id == official.tenant_id, Visit.official_id == official.id,
               Visit.starts_at > now - PAST)
        .order_by(Visit.starts_at).limit(MOST)
    )  # fmt: skip
    return db.session.execute(query).all()


def write(tenant: Any, official: Official, rows: Sequence[Any], *, link: Any, names: bool) -> bytes:
    """Write the calendar (RFC 5545): never what a visit is about, the visitor only with `names`.

    `link` gives the address of the desk's page of a number; only the hall's people open it.
    """
    from icalendar import Calendar, Event

    kinds = {one.id: one.name for one in officials.every_kind(official.tenant_id)}
    found = Calendar()
    found.add("prodid", "-//MMS//citizen reception//KA")
    found.add("version", "2.0")
    found.add("x-wr-calname", f"{official.name}, {tenant.hall}")
    found.add("x-wr-timezone", "Asia/Tbilisi")
    found.add("refresh-interval", timedelta(minutes=15), {"value": "DURATION"})
    for visit, number, changed_at, name in rows:
        entry = Event()
        entry.add("uid", f"{visit.case_id}@{tenant.slug}.mms")
        entry.add("dtstamp", changed_at.astimezone(UTC))
        entry.add("dtstart", visit.starts_at.astimezone(UTC))
        entry.add("dtend", visit.ends_at.astimezone(UTC))
        kind = kinds.get(visit.kind_id, "")
        entry.add("summary", f"{kind}: {name}" if names and name else kind)
        entry.add("location", visit.place)
        entry.add("description", f"{number} {link(number)}")
        entry.add("class", "PRIVATE")
        entry.add("sequence", visit.moved + (0 if visit.holds else 1))
        entry.add("status", "CONFIRMED" if visit.holds else "CANCELLED")
        found.add_component(entry)
    written: bytes = found.to_ical()
    return written
