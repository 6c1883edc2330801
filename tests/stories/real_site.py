"""A real `mms run` beside a database of its own, and browsers that reach it over the network."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    words: str
    headers: dict[str, str] = field(default_factory=dict)


class Visitor:
    """A browser of one person: it keeps cookies and the form's token."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, address: str) -> Answer:
        """Open a page."""
        answer = self._ask("GET", address, b"")
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.words)
        self.token = found[1] if found else self.token
        return answer

    def post(self, address: str, typed: dict[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", address, urlencode(typed | {"csrf_token": self.token}).encode())

    def _ask(self, method: str, address: str, body: bytes) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request(method, address, body, headers)
            raw = link.getresponse()
            words = raw.read().decode()
        finally:
            link.close()
        for cookie in raw.msg.get_all("Set-Cookie") or []:
            name, _is, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(
            status=raw.status,
            words=words,
            headers={name.lower(): value for name, value in raw.getheaders()},
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object], *, seconds: float = 120) -> None:
    """Wait for something to become true; a test that waits in vain fails here."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def start(data: Path, **settings: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start `mms run`; give its process and its port once it answers."""
    port = free_port()
    own = {"MMS_DATA": str(data), "PORT": str(port)}
    own["PROMETHEUS_MULTIPROC_DIR"] = str(data / "metrics")  # the tests' own counts stay
    environment = dict(os.environ) | own | settings
    with (data / "said.txt").open("wb") as log:
        command = [sys.executable, "-m", "mms_core.cli", "run"]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def answers() -> bool:
        assert process.poll() is None, (data / "said.txt").read_text()
        try:
            return Visitor(port).get("/livez").status == 200
        except OSError:
            return False

    until(answers)
    return process, port
