"""A server under measurement: started, asked whether it lives, weighed, stopped."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running server with its worker processes."""

    port: int
    pid: int

    def processes(self) -> list[int]:
        """Name the processes that serve: the leaves below the one we started."""
        below = _children(self.pid)
        return [pid for pid in below if not _children(pid)] or [self.pid]

    def cpu_seconds(self) -> float:
        """Give the processor time that the server has used so far."""
        return sum(_cpu(pid) for pid in (self.pid, *_children(self.pid)))

    def memory_mb(self) -> float:
        """Give the largest proportional set size of a serving process, in megabytes."""
        return max(_pss(pid) for pid in self.processes()) / 1024

    def get(self, path: str, *, cookie: str = "") -> tuple[str, str]:
        """Fetch a page: (words, cookies that it set)."""
        answer = self._ask(path, {"Cookie": cookie} if cookie else {})
        jar = "; ".join(c.split(";")[0] for c in answer.headers.get_all("Set-Cookie") or [])
        if answer.status >= 400:
            raise OSError(f"{path}: {answer.status}")
        return answer.read().decode(), jar

    def tag(self, path: str) -> str:
        """Give the entity tag of a page."""
        return str(self._ask(path, {}).headers["ETag"])

    def _ask(self, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Accept": "text/html"} | headers)
        return connection.getresponse()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    factory: str | None, environment: dict[str, str], *, alive: str, log: Path
) -> Iterator[Site]:
    """Serve a floor's factory, or the product when there is none, with two processes."""
    port = free_port()
    environment = environment | {"HOST": "127.0.0.1", "PORT": str(port), "MMS_WEB_PROCESSES": "2"}
    product = [sys.executable, "-m", "mms_core.serve"]
    floor = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", "2"),
        *("--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "2", "--no-ws"),
        *("--log-level", "warning", str(factory)),
    ]
    command = floor if factory else product
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    site = Site(port=port, pid=process.pid)
    try:
        _wait(site, alive, process)
        yield site
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait(site: Site, path: str, process: subprocess.Popen[bytes]) -> None:
    for _try in range(300):
        try:
            site.get(path)
        except OSError:
            if process.poll() is not None:
                raise SystemExit("The server under measurement did not start.") from None
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The server under measurement does not answer.")


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def _cpu(pid: int) -> float:
    """Give what a process's threads have run, to the nanosecond: a tick is ten requests long."""
    spent = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):
            spent += int(thread.read_text().split()[0])
    return spent / 1e9


def _pss(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) if found else 0
