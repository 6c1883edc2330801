"""The doctor's questions to the database: server, roles, tables, worker, demo accounts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
from sqlalchemy import NullPool, create_engine

from mms_core.config import Settings
from mms_core.database_check import MIGRATIONS, DatabaseUnfitError, check_database
from mms_core.db import CONNECT_ARGS, SCHEMA, admin_url, role_url
from mms_core.findings import Finding, bad, doubtful, good
from mms_core.identifiers import first_of

ROLES = {"mms_owner": False, "mms_app": True, "mms_ministry": True, "mms_search": True}
SILENT = 60  # seconds without a heartbeat after which a worker is taken for dead
LATE = 300  # seconds that a job may wait


def server(settings: Settings) -> Iterator[Finding]:
    """Is there a PostgreSQL that is new enough and ours?"""
    try:
        yield good(f"PostgreSQL {check_database(settings)}")
    except DatabaseUnfitError as problem:
        yield bad(str(problem).partition("\n")[0], str(problem).partition("\n")[2])


def roles(settings: Settings) -> Iterator[Finding]:
    """Do the four roles exist, can they enter, and do they bypass nothing?"""
    with administrator(settings) as connection:
        found = {
            name: (login, mighty)
            for name, login, mighty in connection.execute(
                "select rolname, rolcanlogin, rolsuper or rolbypassrls from pg_roles"
            ).fetchall()
        }
    for name, login in ROLES.items():
        if name not in found:
            yield bad(f"Role {name} is missing", "mms migrate")
        elif found[name] != (login, False):
            yield bad(
                f"Role {name} has wrong powers, so municipalities are not kept apart",
                f"alter role {name} nosuperuser nobypassrls {'login' if login else 'nologin'}",
            )
    for name in ("mms_app", "mms_ministry"):
        url = role_url(settings, name).set(drivername="postgresql")
        try:
            psycopg.connect(url.render_as_string(hide_password=False), connect_timeout=10).close()
        except psycopg.OperationalError as problem:
            yield bad(
                f"{name} cannot enter: {str(problem).strip()}",
                "mms migrate (it sets the passwords anew from the installation's key)",
            )
        else:
            yield good(f"{name} can enter")


def tables(settings: Settings) -> Iterator[Finding]:
    """Are the tables those of this version, for the core and each module?"""
    from mms_core.migrate import behind
    from mms_core.modules import discover

    found = discover()
    folders = {SCHEMA: MIGRATIONS}
    folders |= {name: loaded.folder / "migrations" for name, loaded in found.loaded.items()}
    engine = create_engine(admin_url(settings), connect_args=CONNECT_ARGS, poolclass=NullPool)
    with engine.connect() as connection:
        late = [
            name
            for name, folder in folders.items()
            if folder.exists() and behind(connection, name, folder)
        ]
    for name in late:
        yield bad(f"Tables of {name} are not those of this version", "mms migrate")
    if not late:
        yield good("Tables are up to date")
    for name, reason in found.quarantined.items():
        yield doubtful(f"Module {name} is quarantined: {reason}", "Mend it and start again.")


def module_settings(settings: Settings) -> Iterator[Finding]:
    """Does what the halls have set still hold before the schemas of this version?"""
    from mms_core.modules import discover

    schemas = {name: item.settings for name, item in discover().loaded.items() if item.settings}
    with administrator(settings) as connection:
        rows = connection.execute(
            f"select m.slug, s.module, s.settings from {SCHEMA}.tenant_module s"  # noqa: S608 - a constant of ours
            f" join {SCHEMA}.municipality m on m.id = s.tenant_id"
            " where s.state <> 'off' order by m.slug, s.module"
        ).fetchall()
    broken = 0
    for slug, module, stored in rows:
        schema = schemas.get(module)
        problems = schema(unknown="exclude").validate(stored) if schema else {}
        if isinstance(problems, dict) and set(problems) & set(stored):
            broken += 1
            names = ", ".join(sorted(set(problems) & set(stored)))
            yield doubtful(
                f"Settings of {module} in {slug} no longer hold: {names}",
                f"They are kept; correct them at /{slug}/desk/modules/{module}/settings.",
            )
    if not broken:
        yield good("The modules' settings hold")


def worker(settings: Settings) -> Iterator[Finding]:
    """Does a worker live, and does no job wait for long?"""
    with administrator(settings) as connection:
        row = connection.execute(
            "select (select extract(epoch from now() - max(last_heartbeat))::int"
            " from public.procrastinate_workers),"
            " (select count(*) from public.procrastinate_jobs j where status = 'todo'"
            " and coalesce(scheduled_at, (select min(at) from public.procrastinate_events e"
            " where e.job_id = j.id)) < now() - make_interval(secs => %s)),"
            " (select count(*) from public.procrastinate_jobs where status = 'failed'),"
            " (select count(*) from mms.job_left where id < %s)",
            [LATE, first_of(datetime.now(UTC) - timedelta(seconds=LATE))],
        ).fetchone()
    silence, late, failed, left = row or (None, 0, 0, 0)
    if silence is None or silence > SILENT:
        yield bad("No worker lives: letters and figures wait", "mms worker (or mms run)")
    else:
        yield good(f"A worker lives (heard {silence} s ago)")
    if late or left:
        found = f"{late + left} jobs have waited over {LATE // 60} minutes"
        yield doubtful(found, "Start more workers.")
    if failed:
        yield doubtful(f"{failed} jobs have failed for good", "Read the worker's log.")


def demo_accounts(settings: Settings) -> Iterator[Finding]:
    """Is nobody of the demo left in production?"""
    if settings.demo:
        yield good("Demo mode")
        return
    with administrator(settings) as connection:
        row = connection.execute(
            f"select count(*) from {SCHEMA}.account where email like '%@mms.example'"  # noqa: S608 - a constant of ours
        ).fetchone()
    if row and row[0]:
        yield bad(f"{row[0]} demo accounts in production", "Use a database without demo data.")
    else:
        yield good("No demo accounts")


@contextmanager
def administrator(settings: Settings) -> Iterator[psycopg.Connection]:
    """Look at the database as its administrator."""
    url = admin_url(settings).set(drivername="postgresql")
    plain = url.render_as_string(hide_password=False)
    with psycopg.connect(plain, connect_timeout=10, autocommit=True) as connection:
        yield connection
