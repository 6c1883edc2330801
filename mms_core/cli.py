"""The command `mms`: everything an administrator or an author of a module runs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import fields

import click

from mms_core.config import Settings
from mms_core.module_commands import WithModules

# Each room registers its commands in a function `register(cli)` of its file `commands.py`.
ROOMS = (
    "mms_core.commands",
    "mms_core.tenancy.commands",
    "mms_core.halls.commands",
    "mms_core.switching.commands",
    "mms_core.people.commands",
    "mms_core.cases.commands",
    "mms_core.monitoring.commands",
    "mms_core.messages.commands",
    "mms_core.authoring.commands",
    "mms_core.backup.commands",
    "mms_core.doctor",
)


@click.group(cls=WithModules)
def cli() -> None:
    """Municipal management system."""


@cli.command("settings")
def print_settings() -> None:
    """Print every setting with its default and what it is for."""
    for item in fields(Settings):
        default = "" if item.default is None else item.default
        click.echo(f"{item.metadata['env']:<22} {default!s:<14} {item.metadata['help']}")


def register_rooms(rooms: Sequence[str] = ROOMS) -> None:
    """Let every room add its commands."""
    for room in rooms:
        importlib.import_module(room).register(cli)


def main() -> None:
    """Run the command line."""
    sys.path.insert(0, "")
    starts = sys.argv[1:2] == ["run"]  # somebody waits for it, and it needs no other command
    register_rooms(ROOMS[:1] if starts else ROOMS)
    cli()


if __name__ == "__main__":
    main()
