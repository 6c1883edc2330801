"""Puts a backup back: checked whole first, into an empty database only, the database last.

So whatever goes wrong half-way leaves a database as empty as before, and can be tried again.
"""

from __future__ import annotations

import mimetypes
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic.util.exc import CommandError
from sqlalchemy.engine import URL

from mms_core.backup import archive, programs
from mms_core.backup.archive import DUMP, FILES, KEY, BackupError, Manifest
from mms_core.backup.making import fingerprint
from mms_core.config import Settings
from mms_core.db import CONNECT_ARGS, SCHEMA, admin_url
from mms_core.files.storage import storage_for
from mms_core.migrate import HERE, migrate, script
from mms_core.modules import discover
from mms_core.security import ensure_roles

FOREIGN = """select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p')
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"""


def restore(settings: Settings, source: Path, *, say: Callable[[str], None] = print) -> Manifest:
    """Put an archive into this installation; BackupError says what stands against it."""
    say("The archive is checked ...")
    with archive.reading(source) as (tar, manifest):
        _check_revision(manifest)
        _take_key(settings, tar, manifest)
        url = admin_url(settings)
        _check_empty(url)
        say("The files ...")
        _put_files(settings, tar, manifest)
        say("The database ...")
        _make_roles(settings, url)
        with tempfile.TemporaryDirectory(prefix="mms-restore-") as folder:
            dumped = Path(folder) / DUMP
            with dumped.open("wb") as file:
                shutil.copyfileobj(archive.stream_of(tar, DUMP), file)
            programs.load(url, dumped)
    migrate(settings, discover(), say=say)
    return manifest


def _check_revision(manifest: Manifest) -> None:
    try:
        script(HERE / "migrations").get_revision(manifest.revisions.get(SCHEMA, ""))
    except CommandError as problem:
        raise BackupError(
            f"The backup was made by a newer MMS ({manifest.version}) than this one."
        ) from problem


def _take_key(settings: Settings, tar: tarfile.TarFile, manifest: Manifest) -> None:
    """Take the key out of the archive where there is none yet; refuse a backup of another key."""
    mine = settings.data_dir / KEY
    if KEY in manifest.members and not settings.secret_key and not mine.exists():
        mine.parent.mkdir(parents=True, exist_ok=True)
        mine.touch(mode=0o600)
        mine.write_bytes(archive.stream_of(tar, KEY).read())
    if fingerprint(settings) != manifest.key:
        raise BackupError(
            "The backup was made with another key, so the personal numbers in it could not be "
            "read. Set MMS_SECRET_KEY, or put the installation's secrets.json into MMS_DATA."
        )


def _check_empty(url: URL) -> None:
    with closing(programs.connect(url)) as connection:
        row = connection.execute(FOREIGN).fetchone()
    if row and row[0]:
        raise BackupError(
            f"The database is not empty: it holds {row[0]} tables. Nothing was changed. Restore "
            "into a new one (createdb, and its name in DATABASE_URL, or another MMS_DATA)."
        )


def _put_files(settings: Settings, tar: tarfile.TarFile, manifest: Manifest) -> None:
    storage = storage_for(settings)
    for name in manifest.members:
        if name.startswith(FILES):
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            key = name.removeprefix(FILES)
            storage.put(key, archive.stream_of(tar, name), content_type=kind)


def _make_roles(settings: Settings, url: URL) -> None:
    """Make the roles to which the dump gives its tables; they belong to the whole server."""
    engine = sa.create_engine(url, connect_args=CONNECT_ARGS, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            ensure_roles(connection, settings)
    finally:
        engine.dispose()
