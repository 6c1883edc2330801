"""Commands of the figures: fold the deltas, recount a day from the event log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
from flask import Flask

from mms_core.config import Settings


def register(cli: click.Group) -> None:
    """Add the commands to `mms`."""
    cli.add_command(stats)


@click.group()
def stats() -> None:
    """Figures of the ministry: fold the deltas, recount a day."""


def _app() -> Flask:
    from mms_core.app import create_app

    return create_app(Settings.from_env())


@stats.command("fold")
def fold_now() -> None:
    """Fold the deltas into days and months now, as the worker does every ten seconds."""
    from mms_core.monitoring.fold import fold_all

    click.echo(f"{fold_all(_app())} deltas folded.")


@stats.command("recount")
@click.option("--day", type=click.DateTime(formats=["%Y-%m-%d"]), help="Yesterday when left out.")
@click.option("--hall", "slug", help="Only this municipality.")
@click.option("--repair", is_flag=True, help="Write the difference, so that the counters agree.")
def recount_now(day: datetime | None, slug: str | None, repair: bool) -> None:
    """Recount a day from the event log and name the figures that drifted."""
    from mms_core import db as database
    from mms_core.clock import local_day
    from mms_core.monitoring.recount import recount_hall
    from mms_core.tenancy.rules import all_tenants

    app = _app()
    wanted = day.date() if day else local_day(datetime.now(UTC)) - timedelta(days=1)
    with app.app_context():
        database.bind(database.NATION)
        halls = [t for t in all_tenants() if slug in {None, t.slug}]
    if not halls:
        raise click.ClickException(f"There is no municipality {slug!r}.")
    total = 0
    for hall in halls:
        for item in recount_hall(app, hall.id, day=wanted, repair=repair):
            total += 1
            click.echo(
                f"{hall.slug} {wanted} {item.module}.{item.measure}: "
                f"counted {item.counted}, the log has {item.found}"
            )
    click.echo(f"{total} figures drifted{' and were repaired' if repair and total else ''}.")
