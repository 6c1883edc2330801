"""Says who is away and who stands in, so that no case waits on an empty desk."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from mms_core.db import db
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import lazy_gettext as _
from mms_core.people.rules import Colleague, staff_of
from mms_core.units.models import Absence

LONGEST = timedelta(days=366)
STEPS = 5  # deputies of deputies that are asked


def set_away(
    tenant_id: int,
    person: Colleague,
    *,
    deputy: Colleague | None,
    from_on: date | None,
    until_on: date | None,
    today: date,
    set_by: str,
) -> Absence:
    """Write down when somebody is away and who stands in; Invalid names the field."""
    wrong: dict[str, list[object]] = {}
    if deputy is None or deputy.id == person.id:
        wrong["deputy"] = [_("Choose a colleague who stands in.")]
    if from_on is None:
        wrong["from_on"] = [_("Choose the first day.")]
    if until_on is None or until_on < max(from_on or today, today):
        wrong["until_on"] = [_("Choose a last day that has not passed.")]
    elif from_on and until_on - from_on > LONGEST:
        wrong["until_on"] = [_("An absence lasts a year at most.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    assert deputy is not None  # refused above otherwise, like a missing day
    assert from_on is not None
    assert until_on is not None
    row = Absence(
        tenant_id=tenant_id,
        person_id=person.id,
        person_name=person.name,
        deputy_id=deputy.id,
        deputy_name=deputy.name,
        from_on=from_on,
        until_on=until_on,
        set_by=set_by,
    )
    db.session.add(row)
    db.session.flush()
    return row


def absences(tenant_id: int, *, today: date) -> Sequence[Absence]:
    """List who is away now or will be, the nearest first."""
    mine = (Absence.tenant_id == tenant_id) & (Absence.until_on >= today)
    query = select(Absence).where(mine).order_by(Absence.from_on, Absence.id)
    return db.session.scalars(query).all()


def absence(tenant_id: int, absence_id: uuid.UUID) -> Absence:
    """Give an absence of the hall; NotFound when there is none."""
    found = db.session.get(Absence, (tenant_id, absence_id))
    if found is None:
        raise NotFound(_("There is no such absence."))
    return found


def end(row: Absence, *, today: date) -> None:
    """End an absence with the day before; one that has not begun goes altogether."""
    if row.from_on >= today:
        db.session.delete(row)
    else:
        row.until_on = today - timedelta(days=1)
    db.session.flush()


def away_on(tenant_id: int, day: date) -> dict[uuid.UUID, Absence]:
    """Give who is away on a day; one query."""
    return {
        row.person_id: row
        for row in absences(tenant_id, today=day)
        if row.from_on <= day <= row.until_on
    }


def stand_in(tenant_id: int, person: Colleague, *, day: date) -> Colleague:
    """Give who takes the cases of somebody: themselves, or the first deputy who is there.

    Where the deputies are away too, or no longer work here, the case stays with the one who was
    meant: it is theirs, and the head of the unit sees it.
    """
    away = away_on(tenant_id, day)
    if person.id not in away:
        return person
    staff = {one.id: one for one in staff_of(tenant_id)}
    asked, seen = person.id, {person.id}
    for _step in range(STEPS):
        asked = away[asked].deputy_id
        if asked in seen or asked not in staff:
            return person
        if asked not in away:
            return staff[asked]
        seen.add(asked)
    return person


def stood_in_for(tenant_id: int, person_id: uuid.UUID, *, day: date) -> list[Absence]:
    """List the absences in which a person stands in for somebody on a day."""
    return [row for row in away_on(tenant_id, day).values() if row.deputy_id == person_id]
