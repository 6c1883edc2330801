"""Commands of this room: the audit of the event log."""

from __future__ import annotations

import click

from mms_core.config import Settings


def register(cli: click.Group) -> None:
    """Add the commands to `mms`."""
    cli.add_command(audit)


@click.group()
def audit() -> None:
    """Verify that no event was changed or removed."""


@audit.command()
@click.option("--tenant", "slug", default="", help="One municipality instead of all.")
def verify(slug: str) -> None:
    """Check every chain of events and every seal; ends with 1 when something is wrong."""
    from mms_core import db as database
    from mms_core.app import create_app
    from mms_core.cases import seals
    from mms_core.tenancy import rules as tenancy

    wrong = 0
    with create_app(Settings.from_env()).app_context():
        database.bind(database.NATION)
        tenants = [t for t in tenancy.all_tenants() if slug in {"", t.slug}]
        for tenant in tenants:
            database.bind(tenant.id)
            problems = list(seals.verify(tenant.id))
            wrong += len(problems)
            for problem in problems:
                click.echo(f"{tenant.slug}: {problem}", err=True)
            database.rollback()
    click.echo(f"{len(tenants)} municipalities verified, {wrong} problems.")
    raise SystemExit(1 if wrong else 0)
