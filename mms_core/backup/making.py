"""Makes a backup: first the database, then the files, which are never changed once they are there.

So every file that the dump names is in the archive, though the site works on meanwhile.
"""

from __future__ import annotations

import hashlib
import hmac
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import URL

from mms_core import __version__
from mms_core.backup import archive, programs
from mms_core.backup.archive import DUMP, FILES, KEY, Manifest
from mms_core.config import Settings
from mms_core.db import admin_url
from mms_core.errors import NotFound
from mms_core.files import pending
from mms_core.files.storage import Storage, checked, storage_for

COUNTED = ("mms.cases", "mms.attachment", "mms.account", "mms.municipality")


def backup(
    settings: Settings, target: Path, *, with_key: bool = False, say: Callable[[str], None] = print
) -> Manifest:
    """Write the installation into an archive; BackupError says what stands against it.

    The key by which personal numbers are read goes along only when it is asked for.
    """
    url, storage = admin_url(settings), storage_for(settings)
    manifest = describe(settings, url)
    with archive.writing(target, manifest) as writer:
        say("The database ...")
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".mms-backup-") as folder:
            dumped = Path(folder) / DUMP
            programs.dump(url, dumped)
            with dumped.open("rb") as stream:
                writer.add(DUMP, stream, size=dumped.stat().st_size)
        say("The files ...")
        for key in kept_files(storage):
            _add_file(writer, storage, key)
        secrets = settings.data_dir / KEY
        if with_key and secrets.exists():
            with secrets.open("rb") as stream:
                writer.add(KEY, stream, size=secrets.stat().st_size)
    return manifest


def _add_file(writer: archive.Writer, storage: Storage, key: str) -> None:
    try:
        size = storage.size(key)
        with closing(storage.open(key)) as stream:
            writer.add(f"{FILES}{key}", stream, size=size)
    except NotFound:
        return  # erased meanwhile, as somebody asked


def kept_files(storage: Storage) -> Iterator[str]:
    """Name all files but those of forms that were never sent, which fall to the sweep."""
    for key in storage.older("", than=datetime.now(UTC) + timedelta(days=1)):
        try:
            checked(key)
        except ValueError:
            continue  # a draft of the disk's own, or something foreign in the folder
        if not key.startswith(f"{pending.PREFIX}/") and not key.endswith(".draft"):
            yield key


def describe(settings: Settings, url: URL) -> Manifest:
    """Say of an installation what the manifest says of it."""
    with closing(programs.connect(url)) as connection:
        found = connection.execute(
            "select table_schema from information_schema.tables where table_name = %s",
            ["alembic_version"],
        ).fetchall()
        revisions = {}
        for (schema,) in found:
            sql = f'select version_num from "{schema}".alembic_version'  # noqa: S608 - a schema's name
            revisions[str(schema)] = ",".join(str(row[0]) for row in connection.execute(sql))
        counts = {name: connection.execute(f"select count(*) from {name}") for name in COUNTED}  # noqa: S608 - names of ours
        rows = {name: int(str((found.fetchone() or [0])[0])) for name, found in counts.items()}
    return Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=__version__,
        postgres=programs.server_major(url),
        key=fingerprint(settings),
        revisions=revisions,
        rows=rows,
    )


def fingerprint(settings: Settings) -> str:
    """Give a sign by which the key is recognised, and from which it cannot be had."""
    return hmac.new(settings.secret().encode(), b"mms backup", hashlib.sha256).hexdigest()[:16]
