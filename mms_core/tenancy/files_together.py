"""Rules that hold between the files of `tenants/`, each mistake with its line and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mms_core.tenancy.country import Country, TenantFile
from mms_core.tenancy.theme import ThemeRefused, high_contrast_tokens, tokens
from mms_core.tenancy.toml_lines import Problem, line_of

_UNIQUE = ("number", "slug", "case_prefix")


def between_files(country: Country, folder: Path) -> Iterator[Problem]:
    """Yield what does not hold between the files of a country."""
    yield from _twice(country.tenants)
    yield from _hosts_twice(country.tenants)
    regions = {region.code for region in country.regions}
    slugs = {tenant.slug for tenant in country.tenants}
    for tenant in country.tenants:
        yield from _theme(tenant)
        yield from _own(tenant, regions=regions, slugs=slugs)
    known = slugs | {other.slug for other in country.others}
    for position, centre in enumerate(country.centres):
        if centre.municipality not in known:
            yield _at(
                folder / "centres.toml",
                ("centres", position, "municipality"),
                f"Centre {centre.number} stands in {centre.municipality}, which is not known.",
                "Write a tenant's slug, or add the municipality to `others`.",
            )


def _at(file: Path, keys: tuple[str | int, ...], message: str, remedy: str) -> Problem:
    line = line_of(file.read_text(encoding="utf-8"), keys)
    return Problem(file=file, line=line, message=message, remedy=remedy)


def _twice(tenants: Iterable[TenantFile]) -> Iterator[Problem]:
    seen: dict[tuple[str, object], TenantFile] = {}
    for tenant in tenants:
        for key in _UNIQUE:
            value = getattr(tenant, key)
            first = seen.setdefault((key, value), tenant)
            if first is not tenant:
                message = f"{key} {value} stands in {first.file.name} as well."
                yield _at(tenant.file, (key,), message, "Give each municipality its own.")


def _hosts_twice(tenants: Iterable[TenantFile]) -> Iterator[Problem]:
    seen: dict[str, TenantFile] = {}
    for tenant in tenants:
        for host in tenant.hosts:
            first = seen.setdefault(host, tenant)
            if first is not tenant:
                message = f"Host {host} belongs to {first.file.name} as well."
                yield _at(tenant.file, ("hosts",), message, "A host belongs to one hall.")


def _theme(tenant: TenantFile) -> Iterator[Problem]:
    """Yield what makes a theme unreadable; lightness is solved, so this should be nothing."""
    try:
        tokens(tenant.theme)
        high_contrast_tokens(tenant.theme)
    except ThemeRefused as refused:
        message = f"The theme cannot be used: {refused}."
        yield _at(tenant.file, ("theme", "primary"), message, "Choose other colours.")


def _own(tenant: TenantFile, *, regions: set[str], slugs: set[str]) -> Iterator[Problem]:
    if tenant.slug != tenant.file.stem:
        message = f"The slug is {tenant.slug}, but the file is called {tenant.file.name}."
        yield _at(tenant.file, ("slug",), message, f"Call the file {tenant.slug}.toml.")
    if tenant.region not in regions:
        message = f"There is no region {tenant.region}."
        yield _at(tenant.file, ("region",), message, "Write a code of regions.toml, as GE-IM.")
    if tenant.successor and tenant.successor not in slugs - {tenant.slug}:
        message = f"The successor {tenant.successor} has no file."
        yield _at(tenant.file, ("successor",), message, "Write the slug of another municipality.")
    if bool(tenant.successor) != (tenant.kind == "merged city"):
        message = "A merged city, and only that, has a successor."
        yield _at(tenant.file, ("successor",), message, "Mend `successor`, or `kind`.")
