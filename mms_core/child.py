"""One process that the supervisor keeps alive, with whatever processes it starts itself."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial

FIRST_DELAY = 0.5  # seconds before a child is started again
LONGEST_DELAY = 30.0
WELL = 30.0  # a child that lived as long has recovered
HELD = "--held"  # the process goes on when its input ends
DIE_WITH_PARENT = 1  # Linux's PR_SET_PDEATHSIG


class Child:
    """A command, its running process, and when it may start again."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.delay = FIRST_DELAY
        self.due: float | None = None

    def start(self, *, held: bool = False) -> None:
        """Start the process in a group of its own, so that Ctrl-C reaches the supervisor alone.

        A held one gets itself ready and goes on when it is released.
        """
        self.started = time.monotonic()
        self.due = None
        before = partial(die_with_parent, os.getpid())
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            [*self.command, HELD] if held else self.command,
            stdin=subprocess.PIPE if held else subprocess.DEVNULL,
            process_group=0,
            preexec_fn=before,  # noqa: PLW1509 - the supervisor has one thread only
        )

    def release(self) -> None:
        """Let a held process go on."""
        if self.process and self.process.stdin:
            self.process.stdin.close()

    def ended(self) -> int | None:
        """Return the exit code of a process that has ended, None before."""
        return self.process.poll() if self.process else None

    def alive(self) -> bool:
        """Say whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def plan_restart(self) -> None:
        """Clear up after a dead process and choose when to start again: later each time."""
        if time.monotonic() - self.started > WELL:
            self.delay = FIRST_DELAY
        self.end_group()
        self.process = None
        self.due = time.monotonic() + self.delay
        self.delay = min(self.delay * 2, LONGEST_DELAY)

    def restart_when_due(self) -> None:
        """Start again once the time has come."""
        if self.due is not None and time.monotonic() >= self.due:
            self.start()

    def stop(self, number: signal.Signals) -> None:
        """Ask the process to end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def end_group(self) -> None:
        """End whatever is left of the process and of those that it started."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def die_with_parent(parent: int) -> None:
    """Ask Linux to end this process when the supervisor is killed, so that no orphan stays.

    A signal that comes before the command is loaded must end it too: what the supervisor does
    with one would be noted, and forgotten with the loading. So must a death before the asking.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
