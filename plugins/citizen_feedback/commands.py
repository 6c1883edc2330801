"""`mms citizen_feedback ...`: what an administrator does with a hall's feedback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mms_core import db as database
from mms_core.db import bind
from mms_core.tenancy import rules as tenancy
from plugins.citizen_feedback import programmes, tables


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
