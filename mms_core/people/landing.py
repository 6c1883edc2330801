"""Where a person goes after signing in: to their work, or to their own cases."""

from __future__ import annotations

from mms_core.people.current import Person
from mms_core.tenancy import rules as tenancy


def home_of(person: Person | None) -> str:
    """Give the first page of a person's strongest role."""
    if person is None:
        return "/"
    for role, page in (("ministry", "/ministry/"), ("clerk", "/centre/")):
        if any(grant.role == role for grant in person.grants):
            return page
    halls = [grant.tenant_id for grant in person.grants if grant.tenant_id]
    hall = tenancy.by_id(halls[0]) if halls else None
    return f"/{hall.slug}/desk/" if hall is not None else "/my/"
