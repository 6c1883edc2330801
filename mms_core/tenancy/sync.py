"""Writes the tables of the municipalities from their files; a second run changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import Connection

from mms_core.config import Settings
from mms_core.db import CONNECT_ARGS, SCHEMA, admin_url
from mms_core.tenancy import files
from mms_core.tenancy.country import CentreFile, Country, TenantFile
from mms_core.tenancy.models import CommunityCentre, Municipality, Region, TenantHost
from mms_core.tenancy.toml_lines import Problem, line_of

Row = dict[str, Any]
LOCK = 7_366_002  # any number, the same for everybody who syncs


@dataclass(frozen=True, kw_only=True)
class Synced:
    """What a sync has done."""

    changes: list[str]
    first: bool  # no municipality was there before, so that nobody can have kept a page of one


def sync(settings: Settings, folder: Path = files.FOLDER) -> list[str]:
    """Bring the tables up to date; returns a line for each change, none when all was so already."""
    return sync_wholly(settings, folder).changes


def sync_wholly(settings: Settings, folder: Path) -> Synced:
    """Write regions, municipalities, hosts, centres and the sequences of case numbers.

    Raises FilesError before it touches anything. The files of the installation itself
    (`MMS_DATA/tenants`) are read as well. A municipality whose file is gone stays: its cases need
    it.
    """
    country = files.load_country(folder, own=settings.data_dir / "tenants")
    engine = sa.create_engine(admin_url(settings), connect_args=CONNECT_ARGS, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(f"select pg_advisory_xact_lock({LOCK})"))
            connection.execute(sa.text("set local role mms_owner"))
            _check_numbers(connection, country.tenants)
            known = connection.execute(sa.select(_table(Municipality).c.id).limit(1)).first()
            return Synced(changes=list(_changes(connection, country)), first=known is None)
    finally:
        engine.dispose()


def sync_running() -> list[str]:
    """Sync the database of the running application."""
    return sync(current_app.extensions["mms_settings"])


def _check_numbers(connection: Connection, tenants: Iterable[TenantFile]) -> None:
    """Refuse a municipality whose number has changed: all its rows carry the old one."""
    table = _table(Municipality)
    have: dict[str, int] = dict(connection.execute(sa.select(table.c.slug, table.c.id)).all())
    slugs = {number: slug for slug, number in have.items()}
    problems = [
        Problem(
            file=one.file,
            line=line_of(one.file.read_text(encoding="utf-8"), ("number",)),
            message=f"Number {one.number} of {one.slug} is not the one in the database.",
            remedy="A number is never changed or given to another; a new hall takes a new one.",
        )
        for one in tenants
        if have.get(one.slug, one.number) != one.number
        or slugs.get(one.number, one.slug) != one.slug
    ]
    if problems:
        raise files.FilesError(problems)


def _changes(connection: Connection, country: Country) -> Iterator[str]:
    tenants = _table(Municipality)
    numbers = {tenant.slug: tenant.number for tenant in country.tenants}
    regions = [{"code": one.code, "names": one.names} for one in country.regions]
    yield from _write(connection, _table(Region), regions, label="code")
    rows = [_municipality(one) for one in country.tenants]
    yield from _write(connection, tenants, rows, label="slug")
    rows = [
        {
            "id": one.number,
            "slug": one.slug,
            "successor_id": numbers[one.successor] if one.successor else None,
        }
        for one in country.tenants
    ]
    yield from _write(connection, tenants, rows, label="slug")
    yield from _hosts(connection, country.tenants)
    centres = [_centre(one, country, numbers) for one in country.centres]
    yield from _write(connection, _table(CommunityCentre), centres, label="id")
    yield from _sequences(connection, country.tenants)
    known = set(connection.execute(sa.select(tenants.c.slug)).scalars())
    yield from (
        f"municipality {slug}: has no file any more, and stays" for slug in known - {*numbers}
    )


def _table(model: type[Any]) -> sa.Table:
    table: sa.Table = model.__table__
    return table


def _municipality(one: TenantFile) -> Row:
    return {
        "id": one.number,
        "slug": one.slug,
        "case_prefix": one.case_prefix,
        "kind": one.kind,
        "seed_name": one.seed_name,
        "names": one.names,
        "short_names": one.short_names,
        "names_reviewed": one.names_reviewed,
        "region": one.region,
        "population": one.population,
        "languages": list(one.languages),
        "seat": asdict(one.seat),
        "settlements": [asdict(place) for place in one.settlements],
        "theme": asdict(one.theme),
        "contacts": one.contacts,
        "legal": one.legal,
        "first_modules": list(one.first_modules),
    }


def _centre(one: CentreFile, country: Country, numbers: dict[str, int]) -> Row:
    regions = {tenant.slug: tenant.region for tenant in country.tenants}
    outside = {other.slug: other for other in country.others}.get(one.municipality)
    return {
        "id": one.number,
        "names": {"ka": one.place.ka, "en": one.place.en},
        "kind": one.place.kind,
        "lat": one.place.lat,
        "lon": one.place.lon,
        "region": outside.region if outside else regions[one.municipality],
        "municipality_id": numbers.get(one.municipality),
        "outside": outside.names if outside else {},
    }


def _write(
    connection: Connection, table: sa.Table, rows: Iterable[Row], *, label: str
) -> Iterator[str]:
    """Insert what is new, update what differs, and name both."""
    (key,) = table.primary_key.columns
    have = {row[key.name]: row for row in connection.execute(sa.select(table)).mappings()}
    for row in rows:
        old = have.get(row[key.name])
        name = f"{table.name.replace('_', ' ')} {row[label]}"
        if old is None:
            connection.execute(table.insert().values(row))
            yield f"{name}: added"
            continue
        changed = [column for column, value in row.items() if old[column] != value]
        if changed:
            new = {column: row[column] for column in changed}
            connection.execute(table.update().where(key == row[key.name]).values(new))
            yield f"{name}: {', '.join(changed)} changed"


def _hosts(connection: Connection, tenants: Iterable[TenantFile]) -> Iterator[str]:
    """Write the hosts; a hall whose file is on another machine keeps those that it has."""
    table, here = _table(TenantHost), [one.number for one in tenants]
    rows = [{"host": host, "municipality_id": one.number} for one in tenants for host in one.hosts]
    wanted = [row["host"] for row in rows]
    gone = connection.execute(
        table.delete()
        .where(table.c.host.not_in(wanted), table.c.municipality_id.in_(here))
        .returning(table.c.host)
    )
    yield from (f"tenant host {host}: removed" for host in gone.scalars())
    yield from _write(connection, table, rows, label="host")


def _sequences(connection: Connection, tenants: Iterable[TenantFile]) -> Iterator[str]:
    """Give each municipality the sequence of its case numbers, so that halls never wait."""
    have = set(sa.inspect(connection).get_sequence_names(schema=SCHEMA))
    for tenant in tenants:
        name = f"case_no_{int(tenant.number)}"
        if name not in have:
            connection.execute(sa.text(f"create sequence {SCHEMA}.{name}"))
            connection.execute(sa.text(f"grant usage on sequence {SCHEMA}.{name} to mms_app"))
            yield f"municipality {tenant.slug}: numbers of cases begin"
