"""Which process serves a cluster, told from the system and not from a file that may be stale."""

import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
PATIENCE = 120  # seconds; recovery after a power cut may be long
GRACE = 5.0  # seconds for what is left of a killed server to notice it by itself


@dataclass(frozen=True, kw_only=True)
class Postmaster:
    """The living first process of a server."""

    pid: int
    port: int


def postmaster(data: Path) -> Postmaster | None:
    """Return the process that serves the cluster; None when it is dead, a zombie or not its own.

    `postmaster.pid` alone proves nothing: its number may belong to another program by now, and in
    a copied folder it names the server of the original.
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    return Postmaster(pid=pid, port=port) if _serves(pid, data, said=lines[1]) else None


def bury(data: Path) -> None:
    """Take away what a killed server left, so that a new one may start without danger.

    A zombie or a stranger under the old number would keep PostgreSQL from starting, so the file
    goes; but only when no backend of the old server is alive, for two servers on one cluster
    destroy it.
    """
    end = time.monotonic() + GRACE
    for farewell in (0, signal.SIGQUIT, signal.SIGKILL):  # 0 sends nothing
        for pid in _inhabitants(data):
            with suppress(ProcessLookupError):
                os.kill(pid, farewell)
        while _inhabitants(data) and time.monotonic() < end:
            time.sleep(0.05)
        end = time.monotonic() + GRACE
    if PROC.exists() and not _inhabitants(data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def free_port(wish: int = 0) -> int:
    """Return the port wished for if it is free on 127.0.0.1, otherwise one that is."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wish))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serves(pid: int, data: Path, *, said: str) -> bool:
    if not PROC.exists():  # macOS: the system does not tell; PostgreSQL's own file has to do
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return Path(said).resolve() == data.resolve()
    return _lives_in(PROC / str(pid), data)


def _inhabitants(data: Path) -> list[int]:
    """Return the processes of a server: each of them works inside the cluster's folder."""
    if not PROC.exists():
        return []
    return [int(p.name) for p in PROC.iterdir() if p.name.isdigit() and _lives_in(p, data)]


def _lives_in(process: Path, data: Path) -> bool:
    try:
        program = (process / "comm").read_text().strip()
        return program.startswith("postgres") and (process / "cwd").samefile(data)
    except OSError:  # gone, a zombie (it has no folder any more), or another person's
        return False
