"""Erases a hall's rows and files, with a certificate, once an archive of it has been checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from mms_core.backup import archive
from mms_core.backup.archive import BackupError
from mms_core.config import Settings
from mms_core.db import uuid7
from mms_core.files.storage import storage_for
from mms_core.halls.carrying import files_of, fingerprint
from mms_core.halls.models import HallErased
from mms_core.halls.tables import as_owner, count, hall_rows, tables
from mms_core.modules import Registry


def erase(
    settings: Settings, registry: Registry, hall: Any, *, source: Path, by: str, reason: str
) -> dict[str, Any]:
    """Erase all rows and files of a hall; gives the certificate.

    BackupError when the archive is not whole, not of this hall, or not of what is there now.
    """
    with archive.reading(source) as (_tar, manifest), hall_rows(settings, hall.id) as connection:
        found, mark = count(connection, registry, hall.id), fingerprint(manifest)
        if found != manifest.rows or "hall.json" not in manifest.members:
            raise BackupError(
                "The archive does not hold what the hall has now. Export it again, then erase.",
                cause="changed",
            )
    files = files_of(settings, hall.id)
    certificate = {
        "id": uuid7(),
        "municipality_id": hall.id,
        "slug": hall.slug,
        "rows": found,
        "files": len(files),
        "archive": mark,
        "reason": reason,
        "erased_by": by,
    }
    with as_owner(settings) as connection:
        for table in reversed(tables(registry)):
            _empty(connection, table, hall.id)
        connection.execute(sa.insert(HallErased.__table__).values(certificate))
    for key in files:
        storage_for(settings).delete(key)
    return certificate


def _empty(connection: Connection, table: sa.Table, hall: int) -> None:
    """Take a hall's rows away; a policy of this transaction lets the owner see them alone."""
    name = table.fullname
    rule = f"create policy erasing on {name} to mms_owner using (tenant_id = {int(hall)})"
    connection.execute(sa.text(rule))
    connection.execute(table.delete().where(table.c.tenant_id == hall))
    connection.execute(sa.text(f"drop policy erasing on {name}"))
