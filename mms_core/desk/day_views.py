"""My day: an officer's own, the unit's for its head, and the hall's on one page for the mayor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, g, render_template, request, url_for

from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.contributions import CaseType
from mms_core.desk import day
from mms_core.desk.day import Counted, Scope
from mms_core.desk.inbox_page import row_of
from mms_core.i18n import gettext as _
from mms_core.modules import registry
from mms_core.monitoring import letters
from mms_core.navigation import letters_asked
from mms_core.people.current import STAFF, Person, require, roles_in
from mms_core.people.rules import staff_of
from mms_core.promises.showing import shown
from mms_core.units import absence
from mms_core.units import rules as units

pages = Blueprint("day", __name__, url_prefix="/<slug>/desk/day")
MINE, UNIT, HALL = "me", "unit", "hall"


@pages.get("/")
def page() -> str:
    """Show what the day asks for; a head begins with the unit, the mayor with the hall."""
    person = require(*sorted(STAFF))
    today, roles = local_day(datetime.now(UTC)), roles_in(g.tenant.id)
    working = units.with_mine(g.tenant.id, person.id)
    mine = [unit for unit, own in working if own]
    whose = _whose(request.args.get("whose", ""), roles, has_unit=bool(mine))
    away = absence.stood_in_for(g.tenant.id, person.id, day=today)
    people = (person.id, *(row.person_id for row in away))
    scopes = {
        MINE: Scope(people=people),
        UNIT: Scope(units=tuple(str(unit.id) for unit in mine)),
        HALL: Scope(),
    }
    scope, tenant_id = scopes[whose], g.tenant.id
    column = Case.assignee_id if whose == UNIT else Case.unit
    counted = day.standing(tenant_id, scope, today=today, of=column)
    return render_template(
        "desk/day.html",
        whose=whose,
        tabs=_tabs(whose, has_unit=bool(mine)),
        person=person,
        stands_in=away,
        units=[units.title(unit) for unit in mine],
        standing=counted.total,
        undelivered=counted.undelivered,
        inbox=_inbox(whose, mine),
        cases=[row_of(row, today=today) for row in day.next_cases(tenant_id, scope, today=today)],
        groups=_groups(whose, counted, {str(unit.id): units.title(unit) for unit, _own in working}),
        waits=_for_mayor(person, today=today) if whose == HALL and "mayor" in roles else None,
        letters=_letters(whose, roles),
        day=today,
        **_promised(scope, today=today),
    )


def _letters(whose: str, roles: frozenset[str]) -> Sequence[Any]:
    """List the ministry's letters that wait, for those who answer them and on the hall's day.

    The navigation has counted them already, so a day without one asks nothing more.
    """
    mine = whose == HALL or bool({"head", "mayor"} & roles)
    return letters.owed(g.tenant.id) if mine and letters_asked() else ()


def _whose(asked: str, roles: frozenset[str], *, has_unit: bool) -> str:
    if asked in {MINE, HALL} or (asked == UNIT and has_unit):
        return asked
    if "mayor" in roles:
        return HALL
    return UNIT if "head" in roles and has_unit else MINE


def _tabs(whose: str, *, has_unit: bool) -> list[tuple[str, str, bool, None]]:
    words = {MINE: _("Mine"), UNIT: _("My unit"), HALL: _("The whole city hall")}
    if not has_unit:
        del words[UNIT]
    return [(w, url_for("day.page", whose=name), name == whose, None) for name, w in words.items()]


def _inbox(whose: str, mine: list[Any]) -> dict[str, Any]:
    """Give what leads from a count to its list in the inbox."""
    if whose == MINE:
        return {"whose": "mine"}
    return {"unit": str(mine[0].id)} if whose == UNIT and len(mine) == 1 else {}


def _groups(whose: str, counted: Counted, titles: dict[str, str]) -> list[Any]:
    """Give how each colleague of the unit or each unit of the hall stands, the late ones first."""
    if whose == MINE:
        return []
    if whose == UNIT:
        names = {one.id: one.name for one in staff_of(g.tenant.id)}
        lines = [
            (names.get(key, _("Nobody")), str(key or "nobody"), one)
            for key, one in counted.groups.items()
        ]
    else:
        lines = [(titles.get(k, _("No unit")), k, one) for k, one in counted.groups.items()]
    return sorted(lines, key=lambda line: (-line[2].overdue, -line[2].waits, line[0]))


def _for_mayor(person: Person, *, today: date) -> list[dict[str, Any]]:
    """List what only the mayor can move, and what was given to the mayor."""
    states = [
        (loaded.name, state)
        for loaded in registry().loaded.values()
        for case_type in loaded.case_types
        for state in _only_mayor(case_type)
    ]
    return [row_of(r, today=today) for r in day.only_for(g.tenant.id, states, (person.id,))]


def _only_mayor(case_type: CaseType) -> list[str]:
    """Name the open states whose every step of staff is the mayor's alone."""
    found = []
    for state in case_type.states:
        by = [set(step.by) & STAFF for step in case_type.steps_from(state.name)]
        staffed = [roles for roles in by if roles]
        if state.open and staffed and all(roles == {"mayor"} for roles in staffed):
            found.append(state.name)
    return found


def _promised(scope: Scope, *, today: date) -> dict[str, Any]:
    found = day.promised(g.tenant.id, scope, today=today)
    lines = [
        shown(row[0]) | {"by": f"{row.first_name or ''} {row.last_name or ''}".strip()}
        for row in found.rows
    ]
    return {"promises": found, "promised": lines}
