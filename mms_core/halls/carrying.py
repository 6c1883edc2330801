"""Carries a hall whole: its rows, files and audit in one archive, and puts it back elsewhere.

A hall keeps its number and address, for the log of each case is sealed with them. Accounts of
people stay where they are: they belong to the installation, whose key reads their numbers.
"""

from __future__ import annotations

import hashlib
import io
import json
import mimetypes
import tarfile
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy import Connection

from mms_core.backup import archive
from mms_core.backup.archive import FILES, BackupError, Manifest
from mms_core.backup.making import describe
from mms_core.config import Settings
from mms_core.db import SCHEMA, admin_url
from mms_core.files.storage import storage_for
from mms_core.halls.tables import LEFT, as_owner, count, hall_rows, tables
from mms_core.modules import Registry
from mms_core.tenancy.models import Municipality, Region, Settlement, TenantHost

HALL, ROWS = "hall.json", "rows/"
NATIONAL = (Municipality, TenantHost, Settlement)


def export(settings: Settings, registry: Registry, hall: int, target: Path) -> Manifest:
    """Write a hall into an archive; BackupError says what stands against it."""
    manifest = describe(settings, admin_url(settings))
    with archive.writing(target, manifest) as writer, hall_rows(settings, hall) as connection:
        manifest.rows = count(connection, registry, hall)
        about = json.dumps(_about(connection, registry, hall), ensure_ascii=False, default=str)
        writer.add(HALL, io.BytesIO(about.encode()), size=len(about.encode()))
        for table in tables(registry):
            if table.name not in LEFT:
                with tempfile.TemporaryFile() as file:
                    _copy_out(connection, table, hall, file)
                    size = file.tell()
                    file.seek(0)
                    writer.add(f"{ROWS}{table.fullname}", file, size=size)
        for key in files_of(settings, hall):
            storage = storage_for(settings)
            with closing(storage.open(key)) as stream:
                writer.add(f"{FILES}{key}", stream, size=storage.size(key))
    return manifest


def files_of(settings: Settings, hall: int) -> list[str]:
    """Name the keys of a hall's files."""
    soon = datetime.now(UTC) + timedelta(days=1)
    found = storage_for(settings).older(str(int(hall)), than=soon)
    return [key for key in found if not key.endswith(".draft")]


def _about(connection: Connection, registry: Registry, hall: int) -> dict[str, Any]:
    """Say what the hall is: its own national rows, and the columns of each table."""
    number = {Municipality: "id", TenantHost: "municipality_id", Settlement: "municipality_id"}
    national = {}
    for model in NATIONAL:
        table: sa.Table = model.__table__
        query = sa.select(table).where(table.c[number[model]] == hall)
        national[table.name] = [dict(row) for row in connection.execute(query).mappings()]
    if not national["municipality"]:
        raise BackupError(f"There is no municipality {hall}.")
    columns = {table.fullname: [c.name for c in table.columns] for table in tables(registry)}
    last = connection.execute(
        sa.text("select last_value from pg_sequences where schemaname = :s and sequencename = :n"),
        {"s": SCHEMA, "n": f"case_no_{int(hall)}"},
    ).scalar()
    return {"hall": hall, "national": national, "columns": columns, "numbers": last or 0}


def _copy_out(connection: Connection, table: sa.Table, hall: int, file: IO[bytes]) -> None:
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    sql = f"copy (select {names} from {table.fullname} where tenant_id = {int(hall)}) to stdout"  # noqa: S608 - names of ours
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(sql) as copy:
        for part in copy:
            file.write(part)


# --- into another installation -------------------------------------------------------------------


def bring(settings: Settings, registry: Registry, source: Path) -> dict[str, Any]:
    """Put a hall's archive into this installation; nothing is changed unless all of it fits."""
    with archive.reading(source) as (tar, manifest):
        about = _read_about(tar)
        _check_version(settings, manifest)
        hall = int(about["hall"])
        with hall_rows(settings, hall) as connection:
            _check_empty(connection, registry, about)
        _national(settings, about)
        _put_files(settings, tar, manifest)
        with hall_rows(settings, hall) as connection:
            for table in tables(registry):
                if f"{ROWS}{table.fullname}" in manifest.members:
                    _copy_in(connection, table, tar, columns=about["columns"][table.fullname])
            found = count(connection, registry, hall)
            if found != {name: manifest.rows.get(name, 0) for name in found}:
                raise BackupError("The rows that came are not as many as the manifest says.")
    return about


def _read_about(tar: tarfile.TarFile) -> dict[str, Any]:
    if HALL not in tar.getnames():
        raise BackupError(
            "This is no archive of a hall; a whole backup is put back by mms restore."
        )
    found: dict[str, Any] = json.loads(archive.stream_of(tar, HALL).read())
    return found


def _check_version(settings: Settings, manifest: Manifest) -> None:
    here = describe(settings, admin_url(settings)).revisions
    odd = [name for name, revision in manifest.revisions.items() if here.get(name) != revision]
    if odd:
        raise BackupError(
            f"The tables differ ({', '.join(odd)}): bring both installations to one version."
        )


def _check_empty(connection: Connection, registry: Registry, about: dict[str, Any]) -> None:
    table: sa.Table = Municipality.__table__
    wanted = about["national"]["municipality"][0]
    same = (table.c.id == wanted["id"]) | (table.c.slug == wanted["slug"])
    for row in connection.execute(sa.select(table.c.id, table.c.slug).where(same)):
        if (row.id, row.slug) != (wanted["id"], wanted["slug"]):
            raise BackupError(f"The number or the address belongs to another hall: {row.slug}.")
    full = [name for name, n in count(connection, registry, int(about["hall"])).items() if n]
    if full:
        raise BackupError(
            f"The hall is not empty here: {', '.join(full[:3])}. Nothing was changed."
        )


def _national(settings: Settings, about: dict[str, Any]) -> None:
    """Add the municipality where it is not yet, and let its numbers go on where they were."""
    sequence = f"{SCHEMA}.case_no_{int(about['hall'])}"
    with as_owner(settings) as connection:
        regions: sa.Table = Region.__table__
        known = set(connection.execute(sa.select(regions.c.code)).scalars())
        for model in NATIONAL:
            table: sa.Table = model.__table__
            for row in about["national"][table.name]:
                if table is Municipality.__table__ and row["region"] not in known:
                    raise BackupError(f"The region {row['region']} is not known here.")
                keys = {c.name: row[c.name] for c in table.primary_key}
                there = sa.select(sa.literal(1)).select_from(table).filter_by(**keys)
                if connection.execute(there).first() is None:
                    connection.execute(table.insert().values(row))
        connection.execute(sa.text(f"create sequence if not exists {sequence}"))
        connection.execute(sa.text(f"grant usage on sequence {sequence} to mms_app"))
        if about["numbers"]:
            connection.execute(sa.text(f"select setval('{sequence}', :n)"), {"n": about["numbers"]})


def _put_files(settings: Settings, tar: tarfile.TarFile, manifest: Manifest) -> None:
    storage = storage_for(settings)
    for name in manifest.members:
        if name.startswith(FILES):
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            storage.put(name.removeprefix(FILES), archive.stream_of(tar, name), content_type=kind)


def _copy_in(
    connection: Connection, table: sa.Table, tar: tarfile.TarFile, *, columns: list[str]
) -> None:
    """Copy rows by a table of this transaction, for COPY does not ask the policies."""
    names = ", ".join(f'"{name}"' for name in columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(f"create temp table incoming (like {table.fullname}) on commit drop")
        with cursor.copy(f"copy incoming ({names}) from stdin") as copy:
            stream = archive.stream_of(tar, f"{ROWS}{table.fullname}")
            while part := stream.read(archive.BLOCK):
                copy.write(part)
        cursor.execute(f"insert into {table.fullname} ({names}) select {names} from incoming")  # noqa: S608 - names of ours
        cursor.execute("drop table incoming")


def fingerprint(manifest: Manifest) -> str:
    """Give the hash of an archive's manifest, which holds the hash of everything in it."""
    plain = replace(manifest, members=dict(sorted(manifest.members.items())))
    return hashlib.sha256(json.dumps(plain.__dict__, sort_keys=True).encode()).hexdigest()
