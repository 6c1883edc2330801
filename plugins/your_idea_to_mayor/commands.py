"""`mms your_idea_to_mayor ...`: what an administrator asks of the ideas of a hall."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.cases.rules import local_day
from mms_core.db import bind, commit, db
from mms_core.tenancy import rules as tenancy
from plugins.your_idea_to_mayor import tallies
from plugins.your_idea_to_mayor.models import NAME

CASE = Case.__table__


@click.command("waiting")
@click.argument("slug")
@click.option("--limit", default=20, show_default=True, help="How many to print.")
def waiting(slug: str, limit: int) -> None:
    """Print the oldest ideas of a municipality that have no answer yet."""
    tenant = tenancy.by_slug(slug)
    if tenant is None:
        raise click.ClickException(f"There is no municipality {slug!r}; see `mms tenants list`.")
    bind(tenant.id)
    rows = oldest_unanswered(tenant.id, limit=limit)
    today = local_day(datetime.now(UTC))
    for row in rows:
        late = " late" if row.due_on and row.due_on < today else ""
        click.echo(f"{row.number}  {row.opened_at:%Y-%m-%d}  due {row.due_on}{late}  {row.title}")
    if not rows:
        click.echo("Every idea has an answer.")


@click.command("recount")
@click.argument("slug")
def recount(slug: str) -> None:
    """Make the figures of a municipality's results anew from its ideas."""
    tenant = tenancy.by_slug(slug)
    if tenant is None:
        raise click.ClickException(f"There is no municipality {slug!r}; see `mms tenants list`.")
    bind(tenant.id)
    tallies.recount(tenant.id)
    commit()
    click.echo("Counted anew.")


def oldest_unanswered(tenant_id: int, *, limit: int) -> list[Any]:
    """Give the ideas that wait for an answer, the one due first at the top."""
    query = (
        select(CASE.c.number, CASE.c.title, CASE.c.opened_at, CASE.c.due_on)
        .where(CASE.c.tenant_id == tenant_id, CASE.c.module == NAME)
        .where(CASE.c.is_open, CASE.c.answered_at.is_(None))
        .order_by(CASE.c.due_on, CASE.c.id)
        .limit(limit)
    )
    return list(db.session.execute(query))
