"""A child ends with its supervisor, also when that goes before the child's command is loaded."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from mms_core import child
from mms_core.child import Child


@pytest.fixture(autouse=True)
def supervisor() -> Iterator[None]:
    """Do with SIGTERM what a supervisor does: note it."""
    before = signal.signal(signal.SIGTERM, lambda *_given: None)
    yield
    signal.signal(signal.SIGTERM, before)


def ended() -> int:
    """Start a command that does nothing, and give how it ended."""
    one = Child("test", [sys.executable, "-c", ""])
    one.start()
    assert one.process
    return one.process.wait(30)


def test_one_whose_supervisor_lives_does_its_work() -> None:
    assert ended() == 0


def test_one_whose_supervisor_is_gone_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getppid", lambda: 1)
    assert ended() == -signal.SIGTERM


def test_a_signal_before_its_command_is_loaded_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked_at_once(*_given: Any) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    system = SimpleNamespace(prctl=asked_at_once)
    monkeypatch.setattr(child.ctypes, "CDLL", lambda _name: system)
    assert ended() == -signal.SIGTERM
