"""Decides about platforms beside the system: registered, closed, and what is left of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, select

from mms_core.contributions import CaseType
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from mms_core.platforms.models import Platform, PlatformRecord
from mms_core.switching.rules import switched

MOST = 200  # platforms of one hall


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What is typed about a platform."""

    name: str
    service: str
    url: str = ""
    yearly_cost: int | None = None
    since: date | None = None
    replaced_by: str = ""
    closed_on: date | None = None
    note: str = ""


def of_hall(tenant_id: int) -> Sequence[Platform]:
    """List a hall's platforms, those that still run first."""
    mine = select(Platform).where(Platform.tenant_id == tenant_id)
    order = (Platform.closed_on.desc().nulls_first(), Platform.name, Platform.id)
    return db.session.scalars(mine.order_by(*order).limit(MOST)).all()


def find(tenant_id: int, platform_id: uuid.UUID) -> Platform:
    """Give a platform of the hall; NotFound when there is none."""
    found = db.session.get(Platform, (tenant_id, platform_id))
    if found is None:
        raise NotFound(_("There is no such platform."))
    return found


def keep(
    tenant_id: int, typed: Typed, *, by: str, now: datetime, row: Platform | None = None
) -> Platform:
    """Register a platform, or change it; Invalid (field `closed_on`) for a wrong order of days."""
    if typed.since and typed.closed_on and typed.closed_on < typed.since:
        wrong = _("It cannot have been closed before it began.")
        raise Invalid(wrong, fields={"closed_on": [wrong]})
    if row is None:
        row = Platform(tenant_id=tenant_id, id=uuid7())
        db.session.add(row)
    for name in Typed.__dataclass_fields__:
        setattr(row, name, getattr(typed, name))
    row.changed_by, row.changed_at = by, now
    db.session.flush()
    return row


def taken_over(tenant_id: int) -> dict[uuid.UUID, int]:
    """Count the records that were taken over, by platform."""
    column = PlatformRecord.platform_id
    query = select(column, sa.func.count()).where(PlatformRecord.tenant_id == tenant_id)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(column))}


def replacement(registry: Registry, platform: Platform) -> CaseType:
    """Give the kind of case that takes a platform's records over.

    Refused where no module is named, it takes none over, or it is off in the hall.
    """
    loaded = registry.loaded.get(platform.replaced_by)
    kinds = loaded.case_types if loaded else ()
    found = next((kind for kind in kinds if kind.imports), None)
    if found is None:
        raise Refused(_("Say first which module replaces it; that module must take records over."))
    now = switched(platform.tenant_id).get(platform.replaced_by)
    if now is None or not now.takes_new:
        raise Refused(_("Switch the module on first, at least for a trial."))
    return found


# --- the ministry's figures ----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Left:
    """What still runs beside the system."""

    platforms: int
    halls: int
    yearly_cost: int
    unknown: int  # platforms whose cost nobody has written down
    closed: int
    saved: int  # what the closed ones had cost a year


_LISTED = sa.text("""
    select tenant_id, id, name, url, service, yearly_cost, since, replaced_by, closed_on
    from mms.platform order by closed_on nulls first, yearly_cost desc nulls last, name, id
    limit 2000
    """)


def everywhere(connection: Connection) -> list[Any]:
    """List the platforms of all halls, the dearest that still run first, as the ministry reads."""
    return list(connection.execute(_LISTED).all())


def left(rows: Sequence[Any], *, today: date) -> Left:
    """Add up what runs today and what has been closed."""
    runs = [row for row in rows if row.closed_on is None or row.closed_on > today]
    over = [row for row in rows if row.closed_on is not None and row.closed_on <= today]
    return Left(
        platforms=len(runs),
        halls=len({row.tenant_id for row in runs}),
        yearly_cost=sum(row.yearly_cost or 0 for row in runs),
        unknown=sum(row.yearly_cost is None for row in runs),
        closed=len(over),
        saved=sum(row.yearly_cost or 0 for row in over),
    )
