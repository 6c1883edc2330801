"""Commands of this room: `mms tenants check|sync|list`."""

from __future__ import annotations

from pathlib import Path

import click

from mms_core.config import Settings
from mms_core.tenancy import files

_FOLDER = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=files.FOLDER,
    help="Folder of the municipalities' files.",
)


def register(cli: click.Group) -> None:
    """Add the commands to `mms`."""
    cli.add_command(tenants)


def _own() -> Path:
    return Settings.from_env().data_dir / "tenants"


@click.group()
def tenants() -> None:
    """Check, load or list the municipalities."""


@tenants.command("check")
@_FOLDER
def check_files(folder: Path) -> None:
    """Check the files; each mistake is named with file, line and remedy."""
    problems = files.check(folder, own=_own())
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    country = files.load_country(folder, own=_own())
    click.echo(f"{len(country.tenants)} municipalities and {len(country.centres)} centres: good.")


@tenants.command("sync")
@_FOLDER
def sync_tables(folder: Path) -> None:
    """Bring the tables up to date with the files; says what changed."""
    from mms_core.tenancy.renewal import renew_pages
    from mms_core.tenancy.sync import sync_wholly

    settings = Settings.from_env()
    try:
        done = sync_wholly(settings, folder)
    except files.FilesError as error:
        raise click.ClickException(f"Nothing was changed.\n{error}") from error
    for change in done.changes:
        click.echo(change)
    if done.changes and not done.first:
        click.echo("Some seconds, until every process has seen it ...")
        renew_pages(settings)
    click.echo(f"{len(done.changes)} changes." if done.changes else "Everything is up to date.")


@tenants.command("list")
@_FOLDER
def list_files(folder: Path) -> None:
    """List the municipalities with number, prefix of case numbers, slug and name."""
    try:
        found = files.load(folder, own=_own())
    except files.FilesError as error:
        raise click.ClickException(str(error)) from error
    for one in found:
        merged = f" (now {one.successor})" if one.successor else ""
        click.echo(f"{one.number:>3} {one.case_prefix} {one.slug:<16} {one.names['en']}{merged}")
