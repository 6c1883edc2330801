"""What `mms doctor` finds: how grave it is, what it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the doctor's report."""

    level: Literal["ok", "warn", "fail"]
    what: str
    remedy: str = ""


def good(what: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(level="ok", what=what)


def doubtful(what: str, remedy: str) -> Finding:
    """Say that something may become a trouble."""
    return Finding(level="warn", what=what, remedy=remedy)


def bad(what: str, remedy: str) -> Finding:
    """Say that something is broken."""
    return Finding(level="fail", what=what, remedy=remedy)
