"""`mms backup` and `mms restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mms_core.config import Settings

if TYPE_CHECKING:
    from mms_core.backup.archive import Manifest


def register(cli: click.Group) -> None:
    """Add the commands to `mms`."""
    cli.add_command(backup)
    cli.add_command(restore)


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--with-key", is_flag=True, help="Put the installation's key in too: keep it safe.")
def backup(target: Path | None, with_key: bool) -> None:
    """Write the database and all files into one archive (mms-<moment>.tar); the site works on."""
    from mms_core.backup.making import backup as make

    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    with _said():
        place = (target or Path(f"mms-{moment}.tar")).absolute()
        _summary(make(Settings.from_env(), place, with_key=with_key, say=click.echo))
        click.echo(f"Written: {place}, {place.stat().st_size / 1e6:,.1f} MB.")


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only check that the archive is whole.")
def restore(source: Path, check: bool) -> None:
    """Put an archive of `mms backup` into an empty database, and its files where files are kept."""
    from mms_core.backup import archive
    from mms_core.backup.restoring import restore as put_back

    with _said():
        if check:
            with archive.reading(source) as (_tar, manifest):
                _summary(manifest)
            click.echo("The archive is whole.")
            return
        _summary(put_back(Settings.from_env(), source, say=click.echo))
        click.echo("Restored. Start the site with: mms run")


def _summary(manifest: Manifest) -> None:
    files = sum(name.startswith("files/") for name in manifest.members)
    rows = ", ".join(f"{count:,} {name.partition('.')[2]}" for name, count in manifest.rows.items())
    click.echo(f"Made at {manifest.made_at} by MMS {manifest.version}: {rows}, {files:,} files.")


@contextmanager
def _said() -> Iterator[None]:
    """Say in one paragraph what stands against it, without a traceback."""
    from mms_core.backup.archive import BackupError
    from mms_core.embedded import EmbeddedError
    from mms_core.files.storage import StorageDown

    try:
        yield
    except (BackupError, EmbeddedError) as problem:
        raise click.ClickException(str(problem)) from problem
    except StorageDown as problem:
        raise click.ClickException(f"The store of the files: {problem.message}") from problem
