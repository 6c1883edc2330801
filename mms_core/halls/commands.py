"""`mms tenants export|import|erase|merge`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from mms_core.config import Settings
from mms_core.tenancy.commands import tenants

ARCHIVE = click.Path(exists=True, dir_okay=False, path_type=Path)


def register(_cli: click.Group) -> None:
    """Add the commands to `mms tenants`."""
    for command in (add, copy_settings, export, bring, erase, merge):
        tenants.add_command(command)


def _app() -> Any:
    from mms_core.app import create_app

    return create_app(Settings.from_env())


def _hall(slug: str) -> Any:
    from mms_core import db as database
    from mms_core.tenancy import rules

    database.bind(database.NATION)
    found = rules.by_slug(slug)
    if found is None:
        raise click.ClickException(f"There is no municipality {slug}; see mms tenants list.")
    return found


@click.command()
@click.argument("file", type=ARCHIVE)
def add(file: Path) -> None:
    """Add a municipality by its file, which is checked and kept in MMS_DATA/tenants."""
    from mms_core import db as database
    from mms_core.errors import Invalid
    from mms_core.halls.adding import add as put
    from mms_core.i18n import spoken
    from mms_core.tenancy.renewal import renew_pages

    settings = Settings.from_env()
    with _app().app_context(), spoken("en"):
        database.bind(database.NATION)
        try:
            changes = put(settings, _read(file))
        except Invalid as problem:
            wrong = [
                f"{name}: {text}" if name else str(text)
                for name, said in problem.fields.items()
                for text in said
            ]
            raise click.ClickException("\n".join(["Nothing was changed.", *wrong])) from problem
    click.echo("\n".join(changes))
    click.echo("Some seconds, until every process has seen it ...")
    renew_pages(settings)


def _read(file: Path) -> dict[str, Any]:
    """Read the file that is brought."""
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as problem:  # no TOML, or no UTF-8
        raise click.ClickException(f"Nothing was changed. {file.name}: {problem}") from problem


@click.command("copy-settings")
@click.argument("source")
@click.argument("target")
@click.option("--by", required=True, help="Who decides it.")
@click.option(
    "--do", "really", is_flag=True, help="Copy; without it you only see what would change."
)
def copy_settings(source: str, target: str, by: str, *, really: bool) -> None:
    """Copy settings, names of units and texts of a hall to another; never people or cases."""
    from mms_core import db as database
    from mms_core.halls import copying
    from mms_core.modules import registry

    with _app().app_context():
        halls = (_hall(source), _hall(target))
        changes = copying.preview(registry(), *halls, [part for part, _title in copying.PARTS])
        for one in changes:
            click.echo(f"{one.of}: {one.what}: {one.before or '-'} -> {one.after or '-'}")
        if really:
            copying.copy(registry(), halls[1], changes, by=by, now=datetime.now(UTC))
            database.commit()
    click.echo(f"{len(changes)} changes{'' if really else '; nothing was copied, see --do'}.")


@click.command()
@click.argument("slug")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def export(slug: str, target: Path) -> None:
    """Write a hall whole into one archive: rows, files, audit, a manifest with hashes."""
    from mms_core.backup.archive import BackupError
    from mms_core.halls.carrying import export as make
    from mms_core.halls.carrying import fingerprint
    from mms_core.modules import registry

    with _app().app_context():
        try:
            made = make(Settings.from_env(), registry(), _hall(slug).id, target.absolute())
        except BackupError as problem:
            raise click.ClickException(str(problem)) from problem
    click.echo(f"{sum(made.rows.values()):,} rows, manifest {fingerprint(made)}. Written: {target}")


@click.command("import")
@click.argument("source", type=ARCHIVE)
def bring(source: Path) -> None:
    """Put a hall's archive into this installation, where the hall is not or is empty."""
    from mms_core.backup.archive import BackupError
    from mms_core.halls.carrying import bring as put
    from mms_core.modules import registry

    with _app().app_context():
        try:
            about = put(Settings.from_env(), registry(), source)
        except BackupError as problem:
            raise click.ClickException(str(problem)) from problem
    click.echo(f"Put in: {about['national']['municipality'][0]['slug']}.")


@click.command()
@click.argument("slug")
@click.option("--archive", "source", type=ARCHIVE, required=True, help="A fresh export of it.")
@click.option("--by", required=True, help="Who erases it.")
@click.option("--reason", required=True, help="Why: the act that says so.")
@click.confirmation_option(prompt="All rows and files of this hall go for good. Go on?")
def erase(slug: str, source: Path, by: str, reason: str) -> None:
    """Erase a hall's rows and files; prints the certificate, which is kept too."""
    from mms_core.backup.archive import BackupError
    from mms_core.halls.erasing import erase as empty
    from mms_core.modules import registry

    with _app().app_context():
        hall, settings = _hall(slug), Settings.from_env()
        try:
            paper = empty(settings, registry(), hall, source=source, by=by, reason=reason)
        except BackupError as problem:
            raise click.ClickException(str(problem)) from problem
    click.echo(json.dumps(paper, ensure_ascii=False, indent=1, default=str))


@click.command()
@click.argument("slug")
def merge(slug: str) -> None:
    """Move a merged hall's open cases to its successor; run it again after a cut."""
    from mms_core import db as database
    from mms_core.desk.forward_views import copies
    from mms_core.errors import Refused
    from mms_core.halls.merging import merge as move
    from mms_core.modules import registry
    from mms_core.tenancy.rules import by_id

    with _app().app_context():
        old = _hall(slug)
        new = by_id(old.successor_id) if old.successor_id else old
        assert new is not None  # a successor is a municipality
        database.bind(old.id)
        try:
            done = move(registry(), old, new, now=datetime.now(UTC), copies=copies)
        except Refused as problem:
            raise click.ClickException(str(problem.message)) from problem
    click.echo(f"{done} cases moved to {new.slug}.")
