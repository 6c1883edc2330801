"""pg_dump and pg_restore: found in the wheel or on PATH, new enough for the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import closing, suppress
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from mms_core.backup.archive import BackupError
from mms_core.embedded.programs import EmbeddedError, wheel_programs


def dump(url: URL, target: Path) -> None:
    """Write the whole database into a file of pg_dump's own compressed format."""
    _run("pg_dump", url, "--format=custom", f"--file={target}")


def load(url: URL, source: Path) -> None:
    """Put a dump into an empty database: all of it in one transaction, or nothing."""
    asked = ("--exit-on-error", "--single-transaction", f"--dbname={_plain(url)}")
    _run("pg_restore", url, *asked, str(source))


def server_major(url: URL) -> int:
    """Ask the server for its major version, for example 18."""
    with closing(connect(url)) as connection:
        return connection.info.server_version // 10000


def connect(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    """Connect as the administrator; BackupError when the database cannot be reached."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return psycopg.connect(plain, connect_timeout=10, autocommit=True)
    except psycopg.OperationalError as problem:
        raise BackupError(f"The database cannot be reached: {str(problem).strip()}") from problem


def _run(program: str, url: URL, *arguments: str) -> None:
    where = () if program == "pg_restore" else (f"--dbname={_plain(url)}",)
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL with our own arguments
        [str(_find(program, at_least=server_major(url))), *where, *arguments],
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGPASSWORD": url.password or ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise BackupError(f"{program} failed: {said}{_advice(said)}")


def _advice(said: str) -> str:
    if "row-level security" in said:
        return (
            "\nRow-level security hides the rows from this user: put a superuser's address into "
            "DATABASE_URL for this one command."
        )
    return ""


def _plain(url: URL) -> str:
    """Write an address without its password, which other users of the machine could read."""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string(hide_password=False)


def _find(program: str, *, at_least: int) -> Path:
    """Find a program that can read a server of this major version; BackupError when none can."""
    found = {path: _major(path) for path in _candidates(program)}
    fitting = [path for path, major in found.items() if major >= at_least]
    if not fitting:
        have = ", ".join(f"{path} ({major})" for path, major in found.items()) or "none"
        raise BackupError(
            f"No {program} of PostgreSQL {at_least} or newer was found ({have}). "
            f"Install postgresql-client-{at_least}, so that it is on the PATH."
        )
    return min(fitting, key=lambda path: found[path])


def _candidates(program: str) -> list[Path]:
    on_path = shutil.which(program)
    found = [Path(on_path)] if on_path else []
    with suppress(EmbeddedError):  # an installation with a PostgreSQL of its own needs no wheel
        found.append(wheel_programs() / program)
    return [path for path in found if path.exists()]


def _major(path: Path) -> int:
    said = subprocess.run(  # noqa: S603 - a program of PostgreSQL, asked for its version
        [str(path), "--version"], capture_output=True, check=False, text=True
    ).stdout
    found = re.search(r"(\d+)", said)
    return int(found[1]) if found else 0
