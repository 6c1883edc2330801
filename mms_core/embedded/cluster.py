"""Making a cluster, and bringing its server up."""

import shutil
import time

import psycopg
from psycopg import sql

from mms_core.embedded.memory import DATABASE, Memory
from mms_core.embedded.process import PATIENCE, PROC, bury, free_port, postmaster
from mms_core.embedded.programs import EmbeddedError, Programs, disk_full, is_disk_full

FIRST_START_BYTES = 150 * 2**20  # a new cluster with its first write-ahead log, and some room
LATER_START_BYTES = 24 * 2**20  # a segment of the log and a little
BUILTIN_LOCALES_SINCE = 17
TRIES = 5
SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "timezone=UTC",
    "log_timezone=UTC",
    "max_connections=200",
)
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def create_cluster(memory: Memory, programs: Programs, *, durable: bool) -> None:
    """Let initdb make the data in a folder aside, and move it in place when it is whole."""
    half, secret = memory.home / "half", memory.home / "secret"
    memory.home.mkdir(parents=True, exist_ok=True)
    programs.own(memory.home)
    shutil.rmtree(half, ignore_errors=True)  # a first start that was cut short
    if shutil.disk_usage(memory.home).free < FIRST_START_BYTES:
        raise disk_full(memory.home)
    try:
        secret.write_text(memory.password)
        programs.own(secret)
        code, said = programs.run(
            "initdb",
            *("-D", str(half), "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "-k"),
            *(f"--pwfile={secret}", *_locale(programs.major())),
            *([] if durable else ["--no-sync"]),
        )
    finally:
        secret.unlink(missing_ok=True)
    if code:
        shutil.rmtree(half, ignore_errors=True)
        if is_disk_full(said):
            raise disk_full(memory.home)
        raise EmbeddedError(f"PostgreSQL could not create its data in {memory.home}:\n{said}")
    half.rename(memory.data)


def running(memory: Memory, programs: Programs, *, durable: bool) -> Memory:
    """Return the memory of the server that answers, started if need be."""
    end = time.monotonic() + PATIENCE
    while alive := postmaster(memory.data):
        if programs.run("pg_isready", "-h", "127.0.0.1", "-p", str(alive.port))[0] == 0:
            return memory.at(alive.port)
        if time.monotonic() > end:
            raise EmbeddedError(f"PostgreSQL runs but does not answer; see {memory.log}.")
        time.sleep(0.05)
    _check(memory, programs)
    bury(memory.data)
    for wish in (memory.port, *[0] * TRIES):
        memory = memory.at(free_port(wish))
        if _launched(memory, programs, durable=durable):
            return memory
    raise EmbeddedError(f"PostgreSQL finds no free port on 127.0.0.1; see {memory.log}.")


def create_database(memory: Memory) -> None:
    """Create the product's database unless it is there."""
    with psycopg.connect(memory.url("postgres"), autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def _locale(major: int) -> list[str]:
    """Return the builtin C.UTF-8, the same on every machine; before 17 only the system had it."""
    system = "--locale=C.UTF-8" if PROC.exists() else "--locale=en_US.UTF-8"
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [system, *(builtin if major >= BUILTIN_LOCALES_SINCE else [])]


def _check(memory: Memory, programs: Programs) -> None:
    made_by, ours = (memory.data / "PG_VERSION").read_text().strip(), programs.major()
    if made_by != str(ours):
        raise EmbeddedError(
            f"The data in {memory.data} were made by PostgreSQL {made_by}, and this is {ours}. "
            "Nothing was changed. Make a backup with the version of MMS that made them and "
            "restore it here, or start with an empty folder by MMS_DATA=/path/to/folder."
        )
    if shutil.disk_usage(memory.data).free < LATER_START_BYTES:
        raise disk_full(memory.data)


def _launched(memory: Memory, programs: Programs, *, durable: bool) -> bool:
    """Start the server; False when its port was taken in the meantime."""
    memory.log.touch()
    programs.own(memory.log)
    before = memory.log.stat().st_size
    settings = [*SETTINGS, f"port={memory.port}", *(() if durable else CARELESS)]
    code, said = programs.run(
        "pg_ctl",
        *("start", "-w", "-t", str(PATIENCE), "-D", str(memory.data), "-l", str(memory.log)),
        *("-o", " ".join(f"-c {setting}" for setting in settings)),
    )
    if code == 0:
        return True
    with memory.log.open("rb") as log:
        log.seek(before)
        said += "\n" + log.read().decode(errors="replace")
    if "Address already in use" in said:
        return False
    if is_disk_full(said):
        raise disk_full(memory.data)
    raise EmbeddedError(f"PostgreSQL does not start; its log is {memory.log}.\n{said.strip()}")
