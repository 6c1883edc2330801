"""Files on behalf: the citizen stays the author, the centre is where it was taken.

A module's form for the clerk asks `citizen_of` before it opens its case, and tells `filed` after.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact
from mms_core.centre.models import CaseIntake, CentreLog
from mms_core.centre.schemas import CONSENT
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _
from mms_core.people import profile
from mms_core.people import rules as people
from mms_core.people.current import Person, assisting
from mms_core.people.models import AccessLog

CHANNEL = "centre"
SEEN = 2  # the identity level of whom a clerk has seen with a document
LINES = 100


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """Whom a clerk files for, as a module's rules take it."""

    contact: Contact
    author_id: uuid.UUID | None
    level: int
    taken_at: int | None
    by: Actor
    data: Mapping[str, Any]
    channel: str = CHANNEL


def citizen_of(clerk: Person, data: Mapping[str, Any]) -> Citizen:
    """Find or make the person before the clerk, by personal number; `data` is IntakeSchema's.

    Without a number there is no account: the receipt's number and key open the case. Raises
    Invalid (field `personal_number`) when the number belongs to somebody with another name.
    """
    shown = data["identified_by"] != "none"
    author = _author(clerk, data) if data["personal_number"] and shown else None
    name = f"{data['first_name']} {data['last_name']}"
    return Citizen(
        contact=Contact(name=name, email=data["email"], phone=data["phone"]),
        author_id=author,
        level=SEEN if author else 0,
        taken_at=assisting(clerk) or None,
        by=Actor(role="clerk", id=clerk.id, name=clerk.name),
        data=data,
    )


def _author(clerk: Person, data: Mapping[str, Any]) -> uuid.UUID:
    found = people.by_personal_number(data["personal_number"])
    if found is None:
        made = people.create_account(
            None,
            first_name=data["first_name"],
            last_name=data["last_name"],
            phone=data["phone"] or None,
        )
        profile.keep_personal_number(people.profile_of(made.id), data["personal_number"])
        people.confirm_identity(made.id, SEEN, checked_by=clerk.name)
        return made.id
    if found.last_name and found.last_name.strip() != data["last_name"].strip():
        message = _("Under this number there is another name. Check the digits with the document.")
        raise Invalid(message, fields={"personal_number": [message]})
    db.session.add(
        AccessLog(
            subject_id=found.id,
            viewer_id=clerk.id,
            viewer_name=clerk.name,
            what=str(_("A community centre filed something in your name")),
        )
    )
    people.confirm_identity(found.id, SEEN, checked_by=clerk.name)
    return found.id


def filed(case: Case, citizen: Citizen) -> None:
    """Record on the case how its author was known, and in the centre's log that it was filed."""
    assert citizen.by.id is not None
    db.session.add(
        CaseIntake(
            tenant_id=case.tenant_id,
            case_id=case.id,
            centre_id=citizen.taken_at,
            clerk_id=citizen.by.id,
            clerk_name=citizen.by.name,
            identified_by=citizen.data["identified_by"],
            consent=str(CONSENT),
            received_on=citizen.data["received_on"],
        )
    )
    line = {"municipality": case.tenant_id, "module": case.module, "number": case.number}
    db.session.add(
        CentreLog(
            centre_id=citizen.taken_at or 0,
            clerk_id=citizen.by.id,
            clerk_name=citizen.by.name,
            what="filed",
            **line,
        )
    )


def tracked(clerk: Person, *, number: str, municipality: int) -> None:
    """Write into the log that a clerk looked a case up."""
    db.session.add(
        CentreLog(
            centre_id=assisting(clerk) or 0,
            clerk_id=clerk.id,
            clerk_name=clerk.name,
            municipality=municipality,
            number=number,
            what="tracked",
        )
    )


def lines(centre_id: int, day: date, *, clerk_id: uuid.UUID | None = None) -> Sequence[CentreLog]:
    """List what happened in a centre on a day, the latest first; of one clerk if asked."""
    begin = datetime.combine(day, time.min, TBILISI).astimezone(UTC)
    end = datetime.combine(day, time.max, TBILISI).astimezone(UTC)
    query = select(CentreLog).where(CentreLog.centre_id == centre_id)
    query = query.where(CentreLog.at >= begin, CentreLog.at <= end)
    if clerk_id is not None:
        query = query.where(CentreLog.clerk_id == clerk_id)
    return db.session.scalars(query.order_by(CentreLog.at.desc()).limit(LINES)).all()


def intake_of(tenant_id: int, case_id: uuid.UUID) -> CaseIntake | None:
    """Give how a case was filed on behalf, or None for one that its author sent."""
    return db.session.get(CaseIntake, (tenant_id, case_id))
