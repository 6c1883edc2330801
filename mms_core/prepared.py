"""Whether a start has anything to prepare: a quick look instead of a second's worth of imports.

`prepared.json` in the data folder names the code, the municipalities' files and the database that
were prepared last. Whatever differs, even a file's time, leads to the full preparation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from mms_core.config import Settings

ROOT = Path(__file__).resolve().parent.parent
FILE = "prepared.json"
SOURCES = ("mms_core", "plugins", "tenants")
KINDS = {".py", ".toml", ".csv"}
ASK = (
    "select (select oid::text from pg_database where datname = current_database()),"
    " (select string_agg(version_num, ',' order by version_num) from mms.alembic_version),"
    " (select count(*) > 0 from mms.municipality),"
    " (select count(*) from mms.account where is_demo)"
)


def known(settings: Settings) -> bool:
    """Say whether anything was ever prepared here."""
    return (settings.data_dir / FILE).exists()


def holds(settings: Settings) -> bool:
    """Say whether this code and this database were prepared before, as they are."""
    try:
        kept = json.loads((settings.data_dir / FILE).read_text())
    except (OSError, ValueError):
        return False
    here = database(settings)
    return here is not None and bool(kept == {"code": code(settings), "database": here})


def put(settings: Settings) -> None:
    """Remember what has been prepared."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    now = {"code": code(settings), "database": database(settings)}
    (settings.data_dir / FILE).write_text(json.dumps(now))


def code(settings: Settings) -> str:
    """Name everything that the preparation depends on, except the database."""
    from importlib.metadata import entry_points

    whole = hashlib.sha256(f"{settings.demo} {settings.quarantine}".encode())
    for path in sorted(_files()):
        seen = path.stat()
        whole.update(f"{path} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    for entry in sorted(entry_points(group="mms.modules")):
        whole.update(f"{entry.name} {entry.dist.version if entry.dist else ''}\n".encode())
    return whole.hexdigest()


def database(settings: Settings) -> list[str] | None:
    """Name the database and the state of its tables; None when there are none."""
    import psycopg  # only here: the supervisor reads this file too, and stays small

    from mms_core import embedded

    url = settings.database_url or embedded.start(settings.data_dir / "postgres")
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            row = connection.execute(ASK).fetchone()
    except psycopg.Error:
        return None
    return [str(value) for value in row] if row else None


def _files() -> Iterator[Path]:
    for source in SOURCES:
        for path in (ROOT / source).rglob("*"):
            if path.suffix in KINDS:
                yield path
