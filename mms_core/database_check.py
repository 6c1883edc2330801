"""Whether a database is fit for MMS, asked before anything is changed in it."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic.util.exc import CommandError

from mms_core.config import Settings
from mms_core.db import SCHEMA, admin_url

OLDEST = 15
MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseUnfitError(RuntimeError):
    """The database cannot serve MMS; the message says what to do. Nothing was changed."""


def check_database(settings: Settings) -> str:
    """Return PostgreSQL's version, for example '18.4'; raise DatabaseUnfitError with a remedy."""
    url = admin_url(settings)
    name = url.render_as_string(hide_password=True).replace("+psycopg", "")
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, connect_timeout=10, autocommit=True) as connection:
            _check_server(connection, name)
            _check_rights(connection, name)
            _check_contents(connection, name)
            return connection.info.parameter_status("server_version") or ""
    except psycopg.OperationalError as problem:
        raise DatabaseUnfitError(
            f"The database at {name} cannot be reached: {str(problem).strip()}\n"
            "Check that the server runs, and the host, name and password in DATABASE_URL."
        ) from problem


def _check_server(connection: psycopg.Connection, name: str) -> None:
    major = connection.info.server_version // 10000
    if major < OLDEST:
        raise DatabaseUnfitError(
            f"The server at {name} is PostgreSQL {major}; MMS needs {OLDEST} or newer."
        )
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise DatabaseUnfitError(
            f"The database at {name} is not in UTF-8. Create one that is: "
            "createdb --encoding=UTF8 --template=template0 mms"
        )


def _check_rights(connection: psycopg.Connection, name: str) -> None:
    """The administrator creates the roles of web, worker and ministry, and the schemas."""
    row = connection.execute(
        "select rolsuper or rolcreaterole, rolsuper or has_database_privilege("
        "current_database(), 'create') from pg_roles where rolname = current_user"
    ).fetchone()
    if row != (True, True):
        raise DatabaseUnfitError(
            f"The user of {name} may not create roles and schemas. As PostgreSQL's administrator: "
            "alter role <user> createrole; alter database <name> owner to <user>"
        )


def _check_contents(connection: psycopg.Connection, name: str) -> None:
    known = connection.execute(
        "select to_regclass(%s) is not null", [f"{SCHEMA}.alembic_version"]
    ).fetchone()
    if known == (True,):
        for (revision,) in connection.execute(
            f"select version_num from {SCHEMA}.alembic_version"  # noqa: S608 - a constant of ours
        ).fetchall():
            _check_revision(str(revision), name)
        return
    others = connection.execute(
        "select n.nspname || '.' || c.relname from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p')"
        " and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"
        " and c.relname not like 'procrastinate%%' order by 1 limit 3"
    ).fetchall()
    if others:
        found = ", ".join(str(row[0]) for row in others)
        raise DatabaseUnfitError(
            f"The database at {name} belongs to something else: it holds {found}. Nothing was "
            "changed. Create an empty one (createdb mms) and put its name in DATABASE_URL."
        )


def _check_revision(revision: str, name: str) -> None:
    from mms_core.migrate import script

    try:
        script(MIGRATIONS).get_revision(revision)
    except CommandError as problem:
        raise DatabaseUnfitError(
            f"The database at {name} was last used by another version of MMS (its tables are at "
            f"{revision}, which this version does not know). Use that version or a newer one, or "
            "restore a backup. Nothing was changed."
        ) from problem
