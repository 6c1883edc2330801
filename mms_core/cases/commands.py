"""Commands of this room."""

from __future__ import annotations

import click


def register(cli: click.Group) -> None:
    """Add the commands to `mms`."""
