"""Who acts in this request, and what that person may do here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role in a municipality, or in the nation when `tenant_id` is None."""

    role: str
    tenant_id: int | None = None
    centre_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """The account behind a request."""

    id: uuid.UUID
    name: str
    first_name: str = ""
    email: str | None = None
    phone: str | None = None
    language: str = "ka"
    level: int = 0
    grants: tuple[Grant, ...] = ()
    is_demo: bool = False


def acting() -> Person | None:
    """Give the person of this request, or None for a stranger."""
    return None


def roles_in(tenant_id: int) -> frozenset[str]:
    """Name the roles that the acting person has in a municipality."""
    person = acting()
    grants = person.grants if person else ()
    return frozenset(grant.role for grant in grants if grant.tenant_id == tenant_id)


def is_staff(tenant_id: int) -> bool:
    """Tell whether the acting person works for this city hall."""
    return bool(roles_in(tenant_id) & {"operator", "head", "mayor"})
