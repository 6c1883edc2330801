"""`mms citizen_feedback ...`: what an administrator does with a hall's feedback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mms_core import db as database
from mms_core.db import bind
from mms_core.tenancy import rules as tenancy
from plugins.citizen_feedback import freezing, programmes, reports, tables


def hall_of(slug: str) -> Any:
    """Bind to a municipality by its name in addresses."""
    tenant = tenancy.by_slug(slug)
    if tenant is None:
        raise click.ClickException(f"There is no municipality {slug!r}; see `mms tenants list`.")
    bind(tenant.id)
    return tenant


@click.command("beneficiaries")
@click.argument("slug")
@click.argument("code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def beneficiaries(slug: str, code: str, file: Path) -> None:
    """Take in who used a programme (CODE, as 2026-07) from a CSV or XLSX FILE."""
    tenant = hall_of(slug)
    programme = programmes.by_code(tenant.id, code, drafts=True)
    taken = tables.Taken()
    with file.open("rb") as content:
        for taken in tables.take_uses(programme, content):
            click.echo(f"\r{taken.good + taken.bad} lines", nl=False)
    database.commit()
    click.echo(f"\r{taken.good} lines taken in, {taken.mended} mended, {taken.bad} left out")
    for line, words in taken.told:
        click.echo(f"line {line}: {words}")


@click.command("recompute")
@click.argument("slug")
@click.argument("code")
def recompute(slug: str, code: str) -> None:
    """Compute a report's figures (CODE, as 2026-1) again from its freeze, and check the freeze."""
    tenant = hall_of(slug)
    frozen = freezing.frozen(reports.by_code(tenant.id, code))
    if frozen is None:
        raise click.ClickException(f"The period of report {code} is not frozen.")
    found = freezing.fingerprint(frozen.rows)
    if found != frozen.sha256:
        raise click.ClickException(f"The freeze is not what was frozen: {found[:16]} is wrong.")
    figures = freezing.figures(frozen.rows)
    click.echo(f"{code}: {figures.ratings} ratings, {figures.needs} needs, sha256 {found}")
    for one in figures.programmes:
        mean = one.results.overall.mean
        click.echo(f"{one.code}  {one.results.overall.n}  {'-' if mean is None else f'{mean:.4f}'}")
