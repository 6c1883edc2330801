"""Decides on units: makes and closes them, says who works where, and what is routed to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.letters import search_key
from mms_core.switching.models import TenantModule
from mms_core.units.models import RoutingRule, Unit, UnitMember


@dataclass(frozen=True, kw_only=True)
class UnitData:
    """What an officer writes of a unit."""

    name_ka: str
    name_en: str = ""
    head_id: uuid.UUID | None = None
    deputy_id: uuid.UUID | None = None
    email: str = ""
    members: tuple[uuid.UUID, ...] = ()


def title(unit: Any) -> str:
    """Give a unit's name in the language of the page."""
    return str(unit.name_ka if locale() == "ka" else unit.name_en or unit.name_ka)


def units_of(tenant_id: int, *, closed: bool = False) -> list[Unit]:
    """List a hall's units by name, those that were closed only if asked."""
    query = select(Unit).where(Unit.tenant_id == tenant_id).order_by(Unit.name_ka, Unit.id)
    return list(db.session.scalars(query if closed else query.where(Unit.closed_at.is_(None))))


def names(tenant_id: int) -> dict[str, str]:
    """Give the names of all units, closed ones too, by what stands in `Case.unit`; one query."""
    return {str(unit.id): title(unit) for unit in units_of(tenant_id, closed=True)}


def unit(tenant_id: int, unit_id: uuid.UUID) -> Unit:
    """Give a unit of the hall; NotFound when there is none."""
    found = db.session.get(Unit, (tenant_id, unit_id))
    if found is None:
        raise NotFound(_("There is no such unit."))
    return found


def open_unit(tenant_id: int, raw: str) -> Unit:
    """Give the unit that a form names; Invalid when it is none that takes cases."""
    try:
        found = db.session.get(Unit, (tenant_id, uuid.UUID(raw)))
    except ValueError:
        found = None
    if found is None or found.closed_at is not None:
        raise Invalid(_("Choose a unit from the list."))
    return found


def of_case(case: Case) -> Unit | None:
    """Give the unit that works on a case, with its head and deputy; None where none does."""
    return db.session.get(Unit, (case.tenant_id, uuid.UUID(case.unit))) if case.unit else None


def members(tenant_id: int, unit_id: uuid.UUID) -> set[uuid.UUID]:
    """Give who works in a unit."""
    member = UnitMember.__table__.c
    mine = select(member.person_id).where(member.tenant_id == tenant_id, member.unit_id == unit_id)
    return set(db.session.scalars(mine))


def of_person(tenant_id: int, person_id: uuid.UUID) -> list[Unit]:
    """List the units in which a person works, or which they head or stand in for."""
    member = UnitMember.__table__.c
    works = select(member.unit_id).where(
        member.tenant_id == tenant_id, member.person_id == person_id
    )
    own = (Unit.head_id == person_id) | (Unit.deputy_id == person_id) | Unit.id.in_(works)
    query = select(Unit).where(Unit.tenant_id == tenant_id, own, Unit.closed_at.is_(None))
    return list(db.session.scalars(query.order_by(Unit.name_ka, Unit.id)))


def with_mine(tenant_id: int, person_id: uuid.UUID) -> list[tuple[Unit, bool]]:
    """List all units, closed ones too, and whether a person works there; one query."""
    member = UnitMember.__table__.c
    works = select(member.unit_id).where(
        member.tenant_id == tenant_id, member.person_id == person_id
    )
    own = (Unit.head_id == person_id) | (Unit.deputy_id == person_id) | Unit.id.in_(works)
    mine = func.coalesce(own & Unit.closed_at.is_(None), False)
    query = select(Unit, mine.label("mine")).where(Unit.tenant_id == tenant_id)
    rows = db.session.execute(query.order_by(Unit.name_ka, Unit.id))
    return [(row[0], bool(row.mine)) for row in rows]


def headed_by(tenant_id: int, person_id: uuid.UUID) -> list[Unit]:
    """List the units that a person heads or stands in for."""
    found = of_person(tenant_id, person_id)
    return [one for one in found if person_id in {one.head_id, one.deputy_id}]


def keep(tenant_id: int, data: UnitData, *, unit_id: uuid.UUID | None = None) -> Unit:
    """Make a unit or change it; Invalid when another open one bears the name."""
    key = search_key(data.name_ka)
    for other in units_of(tenant_id):
        if search_key(other.name_ka) == key and other.id != unit_id:
            taken = _("There is a unit with this name already.")
            raise Invalid(taken, fields={"name_ka": [taken]})
    row = unit(tenant_id, unit_id) if unit_id else Unit(tenant_id=tenant_id)
    row.name_ka, row.name_en, row.email = data.name_ka, data.name_en, data.email
    row.head_id, row.deputy_id = data.head_id, data.deputy_id
    db.session.add(row)
    db.session.flush()
    _set_members(row, data.members)
    return row


def _set_members(row: Unit, people: Iterable[uuid.UUID]) -> None:
    table = UnitMember.__table__
    mine = (table.c.tenant_id == row.tenant_id) & (table.c.unit_id == row.id)
    db.session.execute(delete(table).where(mine))
    own = {"tenant_id": row.tenant_id, "unit_id": row.id}
    values = [own | {"person_id": person} for person in dict.fromkeys(people)]
    if values:
        db.session.execute(insert(table), values)


def close(tenant_id: int, unit_id: uuid.UUID, *, now: datetime) -> None:
    """Close a unit and its rules; Refused while it has open cases, for they would be nobody's."""
    row = unit(tenant_id, unit_id)
    mine = (Case.tenant_id == tenant_id) & (Case.unit == str(unit_id)) & Case.is_open
    if db.session.execute(select(Case.id).where(mine).limit(1)).first():
        raise Refused(_("This unit still has open cases. Hand them over to another unit first."))
    row.closed_at = now
    rules = RoutingRule.__table__
    theirs = (rules.c.tenant_id == tenant_id) & (rules.c.unit_id == unit_id)
    modules = set(db.session.scalars(select(rules.c.module).where(theirs)))
    db.session.execute(delete(rules).where(theirs))
    for module in modules:
        _mark(tenant_id, module)


def routes(tenant_id: int) -> list[RoutingRule]:
    """List a hall's rules, by module, topic and place."""
    own = select(RoutingRule).where(RoutingRule.tenant_id == tenant_id)
    order = (RoutingRule.module, RoutingRule.topic, RoutingRule.place, RoutingRule.id)
    return list(db.session.scalars(own.order_by(*order)))


def route(tenant_id: int, *, module: str, topic: str, place: str, unit: Unit) -> RoutingRule:
    """Send cases to a unit from now on; a rule for the same cases is replaced."""
    if db.session.get(TenantModule, (tenant_id, module)) is None:
        raise Invalid(_("Switch the module on first."), fields={"module": [_("Switch it on.")]})
    row = RoutingRule
    same = select(row).where(row.tenant_id == tenant_id, row.module == module, row.topic == topic)
    key = search_key(place)
    rule = db.session.scalars(same.where(row.place_key == key)).one_or_none()
    if rule is None:
        rule = row(tenant_id=tenant_id, module=module, topic=topic, place=place, place_key=key)
        db.session.add(rule)
    rule.unit_id = unit.id
    db.session.flush()
    _mark(tenant_id, module)
    return rule


def unroute(tenant_id: int, rule_id: uuid.UUID) -> None:
    """Take a rule away; cases that it has sent stay where they are."""
    rule = db.session.get(RoutingRule, (tenant_id, rule_id))
    if rule is None:
        raise NotFound(_("There is no such rule."))
    db.session.delete(rule)
    db.session.flush()
    _mark(tenant_id, rule.module)


def _mark(tenant_id: int, module: str) -> None:
    """Keep on the module's row whether it has rules, so that a hall without pays nothing."""
    rules, modules = RoutingRule.__table__.c, TenantModule.__table__
    some = select(rules.id).where(rules.tenant_id == tenant_id, rules.module == module).exists()
    own = (modules.c.tenant_id == tenant_id) & (modules.c.module == module)
    db.session.execute(update(modules).where(own).values(routed=some))
    db.session().info.pop("switched", None)
