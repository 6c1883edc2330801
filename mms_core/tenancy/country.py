"""The country as the files of `tenants/` describe it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Place:
    """A seat, a settlement or a centre's village."""

    ka: str
    en: str
    kind: str = "town"
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, kw_only=True)
class ThemeChoice:
    """What a municipality chooses of its look."""

    primary: str
    accent: str
    header: str
    corner: str
    band: str


@dataclass(frozen=True, kw_only=True)
class TenantFile:
    """A municipality as its file describes it."""

    file: Path
    number: int
    slug: str
    seed_name: str
    kind: str
    case_prefix: str
    region: str
    population: int
    languages: tuple[str, ...]
    successor: str
    hosts: tuple[str, ...]
    first_modules: tuple[str, ...]
    settlements: tuple[Place, ...]
    names: dict[str, str] = field(hash=False)
    short_names: dict[str, str] = field(hash=False)
    names_reviewed: bool
    seat: Place
    theme: ThemeChoice
    contacts: dict[str, str] = field(hash=False)
    legal: dict[str, str] = field(hash=False)


@dataclass(frozen=True, kw_only=True)
class RegionFile:
    """A region, with its name in five languages."""

    code: str
    names: dict[str, str] = field(hash=False)


@dataclass(frozen=True, kw_only=True)
class OutsideFile:
    """A municipality that hosts a centre but is no tenant."""

    slug: str
    names: dict[str, str] = field(hash=False)
    region: str


@dataclass(frozen=True, kw_only=True)
class CentreFile:
    """A community centre; `municipality` is a slug, of a tenant or of one outside."""

    number: int
    place: Place
    municipality: str


@dataclass(frozen=True, kw_only=True)
class Country:
    """Everything that `tenants/` says."""

    regions: tuple[RegionFile, ...]
    tenants: tuple[TenantFile, ...]
    centres: tuple[CentreFile, ...]
    others: tuple[OutsideFile, ...]
