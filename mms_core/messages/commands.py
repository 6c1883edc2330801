"""Commands of this room: the door for letters that come back."""

from __future__ import annotations

import sys

import click

from mms_core.config import Settings

LATER = 75  # EX_TEMPFAIL: the mail server keeps the report and comes again


def register(cli: click.Group) -> None:
    """Add the commands to `mms`."""
    cli.add_command(bounce)


@click.command()
def bounce() -> None:
    """Read a delivery status report from standard input, as a mail server pipes it.

    Ends with 0 also for a message that is no report, so that nothing is bounced back; with 75 when
    the database is away.
    """
    from sqlalchemy.exc import DBAPIError

    from mms_core import db as database
    from mms_core.app import create_app
    from mms_core.messages import bounces

    found = bounces.read(sys.stdin.buffer.read(bounces.LARGEST))
    if found is None:
        click.echo("This is no report about a letter of ours.", err=True)
        return
    with create_app(Settings.from_env()).app_context():
        try:
            known = bounces.take_in(found)
        except DBAPIError as problem:
            if not database.is_outage(problem):
                raise
            raise SystemExit(LATER) from problem
    click.echo("The letter is marked." if known else "There is no such letter.", err=not known)
