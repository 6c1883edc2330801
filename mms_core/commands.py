"""Commands of the installation as a whole: migrate, worker, run, database, demo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from mms_core.config import Settings


def register(cli: click.Group) -> None:
    """Add the commands to `mms`."""
    for command in (migrate, worker, run, database, demo):
        cli.add_command(command)


@click.command()
def migrate() -> None:
    """Bring the tables of the core and of every module up to date."""
    from mms_core.migrate import migrate as bring
    from mms_core.modules import discover

    settings = Settings.from_env()
    skip = [name.strip() for name in settings.quarantine.split(",") if name.strip()]
    bring(settings, discover(skip), say=click.echo)


@click.command()
def worker() -> None:
    """Run the background worker in the foreground."""
    from mms_core.app import create_app
    from mms_core.jobs import run_worker

    run_worker(create_app(Settings.from_env()))


@click.command()
def run() -> None:
    """Serve the site with a worker beside it until interrupted."""
    from mms_core.supervise import run as supervise

    raise SystemExit(supervise(Settings.from_env()))


@click.group("db")
def database() -> None:
    """Start or stop the embedded PostgreSQL."""


@database.command()
def start() -> None:
    """Start the embedded PostgreSQL, if it is not running."""
    from mms_core import embedded

    with _said():
        embedded.start(Settings.from_env().data_dir / "postgres")
    click.echo("The embedded PostgreSQL is running.")


@database.command()
def stop() -> None:
    """Stop the embedded PostgreSQL; it outlives the site otherwise."""
    from mms_core import embedded

    with _said():
        embedded.stop(Settings.from_env().data_dir / "postgres")
    click.echo("The embedded PostgreSQL has stopped.")


@database.command("url")
@click.option("--role", help="mms_app, mms_ministry or mms_search instead of the administrator.")
def print_url(role: str | None) -> None:
    """Print the database's address with its password, for backups and poolers."""
    from mms_core.db import admin_url, role_url

    settings = Settings.from_env()
    with _said():
        url = role_url(settings, role) if role else admin_url(settings)
    click.echo(url.set(drivername="postgresql").render_as_string(hide_password=False))


@contextmanager
def _said() -> Iterator[None]:
    """Say what is wrong with the embedded server in one paragraph, without a traceback."""
    from mms_core.embedded import EmbeddedError

    try:
        yield
    except EmbeddedError as problem:
        raise click.ClickException(str(problem)) from problem


@click.command()
def demo() -> None:
    """Fill the installation with believable data and accounts; only in demo mode."""
    from datetime import UTC, datetime

    from mms_core.app import create_app
    from mms_core.demo import fill

    fill(create_app(Settings.from_env()), now=datetime.now(UTC), say=click.echo)
