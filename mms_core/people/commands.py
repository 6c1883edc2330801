"""Commands by which an administrator makes accounts and gives roles: `mms people ...`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select

from mms_core.people.models import Account, AccountGrant


def register(cli: click.Group) -> None:
    """Add the commands to `mms`."""
    cli.add_command(people)


@contextmanager
def _at_work() -> Iterator[None]:
    """Work in the nation's scope and commit; a refusal becomes one sentence."""
    from mms_core import db as database
    from mms_core.app import create_app
    from mms_core.config import Settings
    from mms_core.errors import Answerable

    with create_app(Settings.from_env()).app_context():
        database.bind(database.NATION)
        try:
            yield
        except Answerable as problem:
            database.rollback()
            raise click.ClickException(str(problem.message)) from problem
        database.commit()


def _account(email: str) -> Account:
    from mms_core.people.rules import by_email, normal_email

    found = by_email(normal_email(email))
    if found is None:
        raise click.ClickException(f"There is no account {email}.")
    return found


def _number(slug: str | None) -> int:
    from mms_core.tenancy import rules as tenancy

    if slug is None:
        return 0
    hall = tenancy.by_slug(slug)
    if hall is None:
        raise click.ClickException(f"There is no municipality {slug!r}; see mms tenants list.")
    return hall.id


@click.group()
def people() -> None:
    """Accounts and roles."""


@people.command()
@click.argument("email")
@click.option("--first-name", default="")
@click.option("--last-name", default="")
@click.option("--password", help="Empty: one is made and printed once.")
def create(email: str, first_name: str, last_name: str, password: str | None) -> None:
    """Make an account."""
    from mms_core.people.rules import create_account
    from mms_core.people.sign_in import set_password

    word = password or "-".join(secrets.token_hex(3) for _ in range(3))
    with _at_work():
        made = create_account(email, first_name=first_name, last_name=last_name)
        set_password(made, word)
        click.echo(f"{made.email} may sign in" + ("." if password else f" with {word}"))


@people.command()
@click.argument("email")
@click.argument("role")
@click.option("--in", "slug", help="The municipality; leave out for a role in the nation.")
@click.option("--centre", type=int, help="The community centre of a clerk.")
def grant(email: str, role: str, slug: str | None, centre: int | None) -> None:
    """Give a role: operator, head, mayor, clerk, author or ministry."""
    from mms_core.people import rules

    with _at_work():
        rules.grant(_account(email).id, role, tenant_id=_number(slug), centre_id=centre)
        click.echo(f"{email} is {role} of {slug or 'the nation'}.")


@people.command()
@click.argument("email")
@click.argument("role")
@click.option("--in", "slug", help="The municipality; leave out for a role in the nation.")
def revoke(email: str, role: str, slug: str | None) -> None:
    """End a role, and sign the person out everywhere."""
    from mms_core.people import rules

    with _at_work():
        account = _account(email)
        ended = rules.revoke_grant(account.id, role, tenant_id=_number(slug))
        rules.revoke_sessions(account.id)
        click.echo(f"{ended} grants ended.")


@people.command("list")
def list_people() -> None:
    """List everybody who has a role, with the role and where it holds."""
    from mms_core.db import db
    from mms_core.people.sessions import in_force
    from mms_core.tenancy import rules as tenancy

    with _at_work():
        found = select(Account.email, AccountGrant.role, AccountGrant.tenant_id)
        joined = found.join(AccountGrant, AccountGrant.account_id == Account.id).where(in_force())
        for row in db.session.execute(joined.order_by(Account.email)):
            hall = tenancy.by_id(row.tenant_id)
            click.echo(f"{row.email or '-':<40} {row.role:<10} {hall.slug if hall else 'nation'}")


@people.command()
@click.argument("email")
def unlock(email: str) -> None:
    """Let an account try again at once after repeated mistakes."""
    from mms_core.people import sign_in

    with _at_work():
        sign_in.unlock(_account(email))
        click.echo(f"{email} may try again.")


@people.command("reset-totp")
@click.argument("email")
def reset_totp(email: str) -> None:
    """Forget a lost second factor; the person sets up a new one before working again."""
    from mms_core.people import rules, second_factor

    with _at_work():
        account = _account(email)
        second_factor.turn_off(account)
        rules.revoke_sessions(account.id)
        click.echo(f"{email} sets up a new second factor at the next sign-in.")


@people.command()
def ready() -> None:
    """Refuse production while a demo account could sign in; done at every start."""
    from mms_core.people.rules import demo_accounts_exist

    with _at_work():
        if demo_accounts_exist():
            raise click.ClickException(
                "Demo accounts exist, and this is not demo mode. Close them with"
                " mms people close-demo, or start with MMS_DEMO=1."
            )
        click.echo("No demo account can sign in.")


@people.command("close-demo")
def close_demo() -> None:
    """Close every demo account, so that production mode may start."""
    from mms_core.people import demo

    with _at_work():
        click.echo(f"{demo.close_all()} demo accounts closed.")
