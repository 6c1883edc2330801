"""PostgreSQL from a wheel, for the demo, development and tests: one server per folder.

The server outlives the application and is stopped by `mms db stop`. It listens on 127.0.0.1 alone,
with a random password. Its folder holds `server.json` (port, password and place of the data; for
its owner's eyes only), `lock`, and usually `server/` with the data and the log.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg

from mms_core.embedded.cluster import create_cluster, create_database, running
from mms_core.embedded.memory import SERVER, locked, prepare, recall
from mms_core.embedded.process import PATIENCE, postmaster
from mms_core.embedded.programs import EmbeddedError, disk_full, is_disk_full, programs_for

__all__ = ["EmbeddedError", "Status", "remove", "start", "status", "stop"]


@dataclass(frozen=True, kw_only=True)
class Status:
    """What is known about the server of a folder."""

    running: bool
    port: int | None = None
    pid: int | None = None
    data: Path | None = None
    log: Path | None = None


def start(folder: Path, *, bindir: Path | None = None, durable: bool = True) -> str:
    """Return the administrator's URL of the folder's server, started when it is not running.

    Any number of processes may call it at once. `bindir` takes the programs of another PostgreSQL
    than the wheel's; `durable=False` gives up safety against power cuts for speed, for tests.
    Raises EmbeddedError, whose message says what to do.
    """
    folder = folder.absolute()
    try:
        with locked(folder):
            memory = recall(folder) or prepare(folder)
            programs = programs_for(memory.data, bindir=bindir)
            if not (memory.data / "PG_VERSION").exists():
                create_cluster(memory, programs, durable=durable)
            memory = running(memory, programs, durable=durable)
            create_database(memory)
            return memory.url()
    except psycopg.errors.DiskFull as problem:
        raise disk_full(folder) from problem
    except psycopg.Error as problem:
        raise EmbeddedError(f"The server of {folder} runs but refuses us: {problem}") from problem
    except OSError as problem:
        if is_disk_full(problem):
            raise disk_full(folder) from problem
        raise EmbeddedError(
            f"The database folder {folder} cannot be used: {problem}. Give it back to the user "
            "who starts MMS, or choose another folder with MMS_DATA=/path/to/folder."
        ) from problem


def stop(folder: Path) -> None:
    """Stop the folder's server; open transactions are rolled back. Nothing happens if none runs."""
    folder = folder.absolute()
    if not (folder / SERVER).exists():
        return
    with locked(folder):
        memory = recall(folder)
        if memory and postmaster(memory.data):
            code, said = programs_for(memory.data).run(
                "pg_ctl", "stop", "-D", str(memory.data), "-m", "fast", "-t", str(PATIENCE)
            )
            if code and postmaster(memory.data):
                raise EmbeddedError(f"PostgreSQL does not stop; see {memory.log}. {said}")


def status(folder: Path) -> Status:
    """Return what is known about the folder's server, without starting it."""
    memory = recall(folder.absolute())
    if not memory:
        return Status(running=False)
    alive = postmaster(memory.data)
    return Status(
        running=bool(alive),
        port=alive.port if alive else memory.port,
        pid=alive.pid if alive else None,
        data=memory.data,
        log=memory.log,
    )


def remove(folder: Path) -> None:
    """Stop the folder's server and delete it with all its data, for throw-away servers of tests."""
    stop(folder)
    memory = recall(folder.absolute())
    if memory:
        shutil.rmtree(memory.home, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
