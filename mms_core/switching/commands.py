"""Commands of an administrator about modules: list them, allow them, switch them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask import Flask

from mms_core.config import Settings
from mms_core.switching.models import STATES


def register(cli: click.Group) -> None:
    """Add the commands to `mms`."""
    cli.add_command(modules)


@click.group()
def modules() -> None:
    """Modules: list them, allow them, switch them."""


@contextmanager
def _bound(app: Flask, slug: str | None = None) -> Iterator[int]:
    """Work in a municipality, or in the nation; a refusal becomes one sentence."""
    from mms_core import db as database
    from mms_core.errors import Answerable
    from mms_core.tenancy.rules import by_slug

    with app.app_context():
        database.bind(database.NATION)
        hall = by_slug(slug) if slug else None
        if slug and hall is None:
            raise click.ClickException(f"There is no municipality {slug!r}; see mms tenants list.")
        if hall is not None:
            database.bind(hall.id)
        try:
            yield hall.id if hall else database.NATION
        except Answerable as problem:
            database.rollback()
            raise click.ClickException(str(problem.message)) from problem
        database.commit()


def _app() -> Flask:
    from mms_core.app import create_app

    return create_app(Settings.from_env())


@modules.command("list")
def list_modules() -> None:
    """Print every module, in how many municipalities it stands how, and what is out of order."""
    from mms_core.monitoring.figures import standings
    from mms_core.monitoring.reader import reading

    app = _app()
    registry = app.extensions["mms_modules"]
    with app.app_context(), reading() as connection:
        counted = Counter((module, s.state) for (_, module), s in standings(connection).items())
    for name, loaded in registry.loaded.items():
        states = ", ".join(f"{state}: {counted[name, state]}" for state in STATES)
        click.echo(f"{name:<24} {loaded.module.version:<8} {states}")
    for name, reason in registry.quarantined.items():
        click.echo(f"{name:<24} out of order: {reason}")


@modules.command("try")
def try_modules() -> None:
    """Read and migrate all modules anew, and keep for the ministry's page how it went."""
    from mms_core.app import kept_off
    from mms_core.migrate import migrate
    from mms_core.modules import discover
    from mms_core.switching.health import note_try

    app = _app()
    settings: Settings = app.extensions["mms_settings"]
    found = discover(kept_off(settings))
    migrate(settings, found, say=lambda _line: None)
    with _bound(app):
        said = note_try(found)
    for name, reason in sorted(said.items()):
        click.echo(f"{name:<24} {reason or 'sound: start MMS again to let it in'}")


@modules.command("allow")
@click.argument("module")
@click.option("--only", multiple=True, help="Only in this municipality; can be given again.")
@click.option("--region", "regions", multiple=True, help="In this region, as GE-IM; repeatable.")
@click.option("--from", "starts", type=click.DateTime(["%Y-%m-%d"]), help="From this day on.")
@click.option("--nowhere", is_flag=True, help="In no municipality.")
@click.option("--by", "who", required=True, help="Who decided it, as the pages will say.")
def allow_module(
    module: str,
    only: tuple[str, ...],
    *,
    regions: tuple[str, ...],
    starts: datetime | None,
    nowhere: bool,
    who: str,
) -> None:
    """Allow a module everywhere, or only in some regions and municipalities, from a day on."""
    from mms_core.monitoring.allowances import allow
    from mms_core.switching.rules import Place
    from mms_core.tenancy.rules import all_tenants

    app = _app()
    with _bound(app):
        numbers = {hall.slug: hall.id for hall in all_tenants()}
        unknown = [slug for slug in only if slug not in numbers]
        if unknown:
            raise click.ClickException(f"There is no municipality {unknown[0]!r}.")
        allow(
            app.extensions["mms_modules"],
            module,
            place=Place(
                everywhere=not (only or regions or nowhere),
                tenants=tuple(numbers[slug] for slug in only),
                regions=regions,
                starts_on=starts.date() if starts else None,
            ),
            decided_by=who,
        )
    click.echo(f"{module}: recorded.")


@modules.command("switch")
@click.argument("hall")
@click.argument("module")
@click.argument("state", type=click.Choice(STATES))
@click.option("--act", default="", help="Number of the legal act.")
@click.option("--reason", default="", help="Why.")
@click.option("--by", "who", required=True, help="Who decided it, as the pages will say.")
def switch_module(hall: str, module: str, state: str, *, act: str, reason: str, who: str) -> None:
    """Switch a module in a municipality; it holds at once in every process."""
    from mms_core.switching.readiness import missing
    from mms_core.switching.rules import Decision, standing, switch
    from mms_core.switching.telling import tell
    from mms_core.tenancy.rules import by_id

    app = _app()
    found = app.extensions["mms_modules"]
    with _bound(app, hall) as tenant_id:
        decision = Decision(
            state=state,
            decided_by=who,
            act_number=act,
            reason=reason,
            missing=missing(found, by_id(tenant_id), module=module, state=state),
        )
        before = standing(tenant_id, module).state
        row = switch(found, tenant_id, module=module, decision=decision)
        tell(found, row, before=before, reason=reason)
    click.echo(f"{hall} {module}: {state}.")
