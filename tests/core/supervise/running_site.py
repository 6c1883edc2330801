"""What the tests of the supervisor see: processes and what they answer."""

import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running `mms run`, seen from outside."""

    process: subprocess.Popen[str]
    port: int
    data: Path
    log: Path

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=2) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    def said(self) -> str:
        return self.log.read_text()

    def children(self) -> dict[str, int]:
        """Return the supervisor's children: what they run, and their numbers."""
        found = {}
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and parent_of(process) == self.process.pid:
                command = (process / "cmdline").read_text().replace("\0", " ")
                for name in ("serve", "worker", "prepare"):
                    if name in command.split("-m ")[-1]:
                        found[name] = int(process.name)
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=120)


def parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def until(true: Callable[[], object], *, seconds: float = 180) -> None:
    """Wait for something to become true; a test that waits in vain fails here."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def processes_in(group: int) -> list[int]:
    """Return the living processes of a group."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                fields = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(int(process.name))
    return found
