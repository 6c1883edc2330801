"""Who acts on the desk, in which role, and what version of the case they saw."""

from __future__ import annotations

from flask import request

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.desk import rules
from mms_core.modules import registry
from mms_core.people.current import Person, roles_in


def actor_for(case: Case, person: Person, *, step: str = "") -> Actor:
    """Give the officer in a role that may take the step, or else in the first role they have."""
    roles = roles_in(case.tenant_id)
    case_type = registry().case_type(case.module, case.kind)
    found = case_type.step(step) if case_type and step else None
    role = rules.acting_role(roles, allowed=found.by) if found else ""
    return Actor(role=role or rules.acting_role(roles), id=person.id, name=person.name)


def typed_number(name: str, *, default: int = -1) -> int:
    """Read a whole number of the form, as the version that was seen."""
    raw = request.form.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else default
