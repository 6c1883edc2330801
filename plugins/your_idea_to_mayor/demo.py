"""Believable ideas for the demo."""

from __future__ import annotations

from typing import Any


def fill(tenant: Any, clock: Any) -> None:
    """Fill a hall."""
