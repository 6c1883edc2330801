"""One line of progress for each long step of set-up, and a clear word when a step fails."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path

REMEDIES = (  # what a step's output says, and what to do about it
    (
        ("No space left on device", "Disk quota exceeded"),
        "The disk is full. Make room and run the same command again; it goes on where it stopped.",
    ),
    (
        ("hash mismatch", "DO NOT MATCH THE HASHES", "Hash mismatch"),
        (
            "A downloaded file is not the one this version was made with. Run the same command "
            "again; if it stays so, the network or a mirror alters files."
        ),
    ),
    (
        ("dns error", "name resolution", "Connection", "connect", "Network is", "ENOTFOUND"),
        (
            "No network, or the package index cannot be reached. Connect (or set your mirror for "
            "pip and npm) and run the same command again; it goes on where it stopped."
        ),
    ),
    (
        ("Permission denied",),
        (
            "A file belongs to another user, perhaps from an earlier start as root. Give the "
            "folder back (chown -R) or run the same command as that user."
        ),
    ),
)


class StepFailed(Exception):  # noqa: N818 - reads as what happened
    """A step of set-up failed; the message says why and what to do."""


class Progress:
    """Numbers the steps, shows the time each takes, and keeps all output in a log."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.number = 0
        self.lively = sys.stdout.isatty()
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("")

    def step(self, title: str, *commands: list[str], env: Mapping[str, str] | None = None) -> None:
        """Run the commands one after the other under one line of progress."""
        self.number += 1
        line = Line(f"{self.number}. {title}", lively=self.lively)
        try:
            for command in commands:
                self._run(command, line, env=env or {})
        except StepFailed:
            line.close("failed")
            raise
        line.close("done")

    def _run(self, command: list[str], line: Line, *, env: Mapping[str, str]) -> None:
        last: deque[str] = deque(maxlen=25)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n")
            with subprocess.Popen(  # noqa: S603 - commands of set-up itself
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env={**os.environ, **env},
            ) as process:
                for said in process.stdout or ():
                    log.write(said)
                    last.append(said.rstrip())
                    line.says(said.strip())
        if process.returncode:
            raise StepFailed(explain("\n".join(last), self.log))


def explain(output: str, log: Path) -> str:
    """Return what to do about a failed step, with the end of what it said."""
    for signs, remedy in REMEDIES:
        if any(sign in output for sign in signs):
            return f"{remedy}\n\nIts last words (all of it in {log}):\n{output}"
    return f"Its last words (all of it in {log}):\n{output}"


class Line:
    """A line that lives while its step runs: seconds, and what is being done."""

    EVERY = 10.0  # seconds between signs of life where a line cannot be rewritten

    def __init__(self, title: str, *, lively: bool) -> None:
        self.title = title
        self.lively = lively
        self.start = time.monotonic()
        self.word = ""
        self.over = threading.Event()
        if not lively:
            print(f"{title} ...", flush=True)
        self.clock = threading.Thread(target=self._tick, daemon=True)
        self.clock.start()

    def says(self, word: str) -> None:
        """Take the newest line of the step's output."""
        self.word = word or self.word

    def close(self, how: str) -> None:
        """End the line with the time the step took."""
        self.over.set()
        self.clock.join()
        text = f"{self.title}: {how} in {time.monotonic() - self.start:.1f} s"
        print(f"\r\x1b[K{text}" if self.lively else text, flush=True)

    def _tick(self) -> None:
        while not self.over.wait(0.5 if self.lively else self.EVERY):
            seconds = time.monotonic() - self.start
            text = f"{self.title} ... {seconds:.0f} s  {self.word[:60]}"
            print(f"\r\x1b[K{text}" if self.lively else text, end="" if self.lively else "\n")
            sys.stdout.flush()
