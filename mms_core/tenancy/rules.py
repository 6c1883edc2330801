"""Finds municipalities, regions and centres; keeps them in memory for some seconds.

A sync is seen at once by its own process, and within `FRESH` seconds by the others.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Table, select

from mms_core.db import db
from mms_core.i18n import locale
from mms_core.tenancy.country import ThemeChoice
from mms_core.tenancy.models import CommunityCentre, Municipality, Region, Settlement, TenantHost

FRESH = 10.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Named:
    """A thing with names in several languages; `name` is in the language of the page."""

    names: Mapping[str, str] = field(hash=False)

    @property
    def name(self) -> str:
        """Give the name in the language of the page."""
        return self.name_in(locale())

    @property
    def name_ka(self) -> str:
        """Give the Georgian name."""
        return self.names["ka"]

    @property
    def name_en(self) -> str:
        """Give the English name."""
        return self.names["en"]

    def name_in(self, language: str) -> str:
        """Give the name in a language, or the English one where there is none."""
        return self.names.get(language) or self.names["en"]


@dataclass(frozen=True, kw_only=True)
class Tenant(Named):
    """A municipality as the pages know it."""

    id: int
    slug: str
    case_prefix: str
    kind: str
    seed_name: str
    short_names: Mapping[str, str] = field(hash=False)
    region: str
    region_names: Mapping[str, str] = field(hash=False)
    population: int
    languages: tuple[str, ...]
    seat: Mapping[str, Any] = field(hash=False)
    settlements: tuple[Mapping[str, Any], ...] = field(hash=False)
    theme: ThemeChoice
    contacts: Mapping[str, str] = field(hash=False)
    legal: Mapping[str, str] = field(hash=False)
    hosts: tuple[str, ...]
    first_modules: tuple[str, ...]
    successor_id: int | None

    @property
    def short_name(self) -> str:
        """Give the name without the word municipality, in the language of the page."""
        return self.short_in(locale())

    def short_in(self, language: str) -> str:
        """Give the short name: Georgian to Georgian readers, the Latin one to others."""
        return self.short_names["ka" if language == "ka" else "en"]

    @property
    def region_name(self) -> str:
        """Give the region's name in the language of the page."""
        return self.region_names.get(locale()) or self.region_names["en"]

    @property
    def genitive_ka(self) -> str:
        """Give the Georgian genitive, as in წყალტუბოს მერია: the name without its last word."""
        return self.name_ka.rpartition(" ")[0]

    def hall_in(self, language: str) -> str:
        """Give the name of the city hall."""
        if language == "ka":
            return f"{self.genitive_ka} მერია"
        return f"{self.short_names['en']} City Hall"

    @property
    def hall(self) -> str:
        """Give the name of the city hall in the language of the page."""
        return self.hall_in(locale())

    @property
    def merged(self) -> bool:
        """Whether it became part of another municipality."""
        return self.successor_id is not None


@dataclass(frozen=True, kw_only=True)
class RegionOf(Named):
    """A region."""

    code: str


@dataclass(frozen=True, kw_only=True)
class Centre(Named):
    """A community centre; `municipality` is None where it stands outside the tenants."""

    id: int
    kind: str
    region: str
    municipality: Tenant | None
    municipality_names: Mapping[str, str] = field(hash=False)
    lat: float | None
    lon: float | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """All that is kept in memory, read at one moment."""

    read_at: float
    by_id: Mapping[int, Tenant]
    by_slug: Mapping[str, Tenant]
    by_host: Mapping[str, Tenant]
    regions: Mapping[str, RegionOf]
    centres: Mapping[int, Centre]

    @property
    def fresh(self) -> bool:
        """Whether it may be used without looking again."""
        return time.monotonic() - self.read_at <= FRESH


_known: WeakKeyDictionary[Engine, Known] = WeakKeyDictionary()


def by_slug(slug: str) -> Tenant | None:
    """Find a municipality by the first part of the path."""
    return known().by_slug.get(slug)


def by_id(number: int) -> Tenant | None:
    """Find a municipality by its number, the `tenant_id` of its rows."""
    return known().by_id.get(number)


def by_host(host: str) -> Tenant | None:
    """Find the municipality that owns a host; a port is left aside."""
    return known().by_host.get(host.partition(":")[0].lower())


def all_tenants() -> list[Tenant]:
    """Give all municipalities in the order of the list."""
    return list(known().by_id.values())


def all_regions() -> list[RegionOf]:
    """Give the regions that have municipalities here, in Georgian alphabetical order."""
    used = {tenant.region for tenant in all_tenants()}
    found = [region for region in known().regions.values() if region.code in used]
    return sorted(found, key=lambda region: region.name_ka)


def region_of(code: str) -> RegionOf | None:
    """Find a region by its code, such as GE-IM."""
    return known().regions.get(code)


def all_centres() -> list[Centre]:
    """Give the community centres in the order of the list."""
    return list(known().centres.values())


def centre(number: int) -> Centre | None:
    """Find a community centre by its number."""
    return known().centres.get(number)


def known() -> Known:
    """Give what is kept in memory, read anew when it is older than `FRESH` seconds."""
    found = remembered(db.engine)
    if found is None or not found.fresh:
        found = _known[db.engine] = _read()
    return found


def remembered(engine: Engine) -> Known | None:
    """Give what is in memory of a database, however old, or None before the first look."""
    return _known.get(engine)


def forget() -> None:
    """Drop what is in memory, so that the next look reads the tables."""
    _known.pop(db.engine, None)


def _rows(model: type[Any], order: str) -> list[dict[str, Any]]:
    table: Table = model.__table__
    found = db.session.execute(select(table).order_by(table.c[order]))
    return [dict(row) for row in found.mappings()]


def _read() -> Known:
    hosts = {row["host"]: row["municipality_id"] for row in _rows(TenantHost, "host")}
    regions = {row["code"]: RegionOf(**row) for row in _rows(Region, "code")}
    places = _places(_rows(Settlement, "ka"))
    rows = [row | places.get(row["id"], {}) for row in _rows(Municipality, "id")]
    tenants = [_tenant(row, hosts, regions) for row in rows]
    tenants_by_id = {tenant.id: tenant for tenant in tenants}
    return Known(
        read_at=time.monotonic(),
        by_id=tenants_by_id,
        by_slug={tenant.slug: tenant for tenant in tenants},
        by_host={host: tenants_by_id[number] for host, number in hosts.items()},
        regions=regions,
        centres=_centres(_rows(CommunityCentre, "id"), tenants_by_id),
    )


def _places(rows: Iterable[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """Give the lists of those halls that keep one of their own; it replaces their file's."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        own = found.setdefault(row.pop("municipality_id"), {"settlements": []})
        if not row.pop("retired"):
            own["settlements"].append(row)
    return found


def _tenant(
    row: dict[str, Any], hosts: Mapping[str, int], regions: Mapping[str, RegionOf]
) -> Tenant:
    del row["names_reviewed"]
    own = tuple(host for host, number in hosts.items() if number == row["id"])
    row["region_names"] = regions[row["region"]].names
    row["theme"] = ThemeChoice(**row["theme"])
    for key in ("languages", "settlements", "first_modules"):
        row[key] = tuple(row[key])
    return Tenant(hosts=own, **row)


def _centres(rows: Iterable[dict[str, Any]], tenants: Mapping[int, Tenant]) -> dict[int, Centre]:
    found = {}
    for row in rows:
        tenant = tenants.get(row.pop("municipality_id"))
        outside = row.pop("outside")
        names = tenant.names if tenant else outside
        found[row["id"]] = Centre(municipality=tenant, municipality_names=names, **row)
    return found


def sync_default() -> list[str]:
    """Bring the running application's tables up to date with the files that come with it."""
    from mms_core.tenancy.sync import sync_running

    changes = sync_running()
    forget()
    return changes
