"""What `mms run` does before it serves: database, tables, municipalities, demo data.

A process of its own (`python -m mms_core.prepare`), so that the supervisor stays small. It runs the
same commands as an administrator would type.
"""

from __future__ import annotations

import contextlib
import io
import sys
import threading
import time
from collections.abc import Iterator

import click

from mms_core import prepared
from mms_core.config import Settings
from mms_core.embedded import EmbeddedError
from mms_core.metrics_folder import clear

SHORT = 24  # lines: one for each module, but not one for each municipality
EVERY = 4.0  # seconds between signs of life


def prepare() -> int:
    """Make the database of the environment ready; return the exit code, having said what to do."""
    settings = Settings.from_env()
    clear(settings)
    try:
        if prepared.holds(settings):
            click.echo("The database is up and ready.")
            return 0
    except EmbeddedError as problem:
        click.echo(str(problem), err=True)
        return 1
    return prepare_wholly(settings)


def prepare_wholly(settings: Settings) -> int:
    """Check the database, then migrate, bring the municipalities and, in the demo, its data."""
    from mms_core.cli import register_rooms
    from mms_core.database_check import DatabaseUnfitError, check_database

    start = time.monotonic()
    register_rooms()
    try:
        version = check_database(settings)
        click.echo(f"PostgreSQL {version} answers ({time.monotonic() - start:.1f} s)")
        step("Tables", "migrate")
        step("Municipalities", "tenants", "sync")
        step(*(("Demo data", "demo") if settings.demo else ("Accounts", "people", "ready")))
        prepared.put(settings)
    except (EmbeddedError, DatabaseUnfitError, click.ClickException) as problem:
        click.echo(str(problem), err=True)
        return 1
    return 0


def step(title: str, *command: str) -> None:
    """Run one command of `mms`; say how long it took and, where it is short, what it said."""
    from mms_core.cli import cli

    start = time.monotonic()
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), signs_of_life(title):
            cli.main([*command], prog_name="mms", standalone_mode=False)
    except BaseException:
        click.echo(said.getvalue())
        raise
    lines = said.getvalue().splitlines()
    for line in lines if len(lines) <= SHORT else lines[-1:]:
        click.echo(f"  {line}")
    click.echo(f"{title} ready ({time.monotonic() - start:.1f} s)")


@contextlib.contextmanager
def signs_of_life(title: str) -> Iterator[None]:
    """Say every few seconds that a long step is still at work."""
    over, start = threading.Event(), time.monotonic()

    def tick() -> None:
        while not over.wait(EVERY):
            click.echo(f"{title} ... {time.monotonic() - start:.0f} s", file=sys.__stdout__)

    clock = threading.Thread(target=tick, daemon=True)
    clock.start()
    try:
        yield
    finally:
        over.set()
        clock.join()


if __name__ == "__main__":
    sys.exit(prepare())
