"""Brings the tables up to date: core first, then each module in its own schema and transaction.

A module whose migration fails is quarantined with the reason; everything else stays up.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from mms_core import tables
from mms_core.config import Settings
from mms_core.db import CONNECT_ARGS, SCHEMA, admin_url, db
from mms_core.modules import Registry
from mms_core.security import ensure_roles, secure, sequences_of

log = structlog.get_logger(__name__)
LOCK = 7_366_001  # any number, the same for everybody who migrates
HERE = Path(__file__).parent
TABLES = tables  # importing it makes every table of the core known


def migrate(settings: Settings, registry: Registry, *, say: Callable[[str], None] = print) -> None:
    """Create roles, migrate the core, the queue and each module; quarantine a bad module."""
    engine = sa.create_engine(admin_url(settings), connect_args=CONNECT_ARGS, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            _lock(connection)
            ensure_roles(connection, settings)
        _in_turn(engine, lambda c: _upgrade(c, SCHEMA, HERE / "migrations"))
        _in_turn(engine, _queue)
        say("core: tables are up to date")
        for name, loaded in list(registry.loaded.items()):
            reason = _module(engine, name, loaded.folder / "migrations")
            if reason:
                registry.quarantine(name, reason)
            say(f"{name}: {reason or 'tables are up to date'}")
    finally:
        engine.dispose()


def _module(engine: sa.Engine, name: str, folder: Path) -> str:
    reason = ""
    if folder.exists():
        try:
            _in_turn(engine, lambda c: _upgrade(c, name, folder))
        except (Exception, SystemExit) as problem:
            log.exception("module.migration_failed", module=name)
            reason = f"Migration failed: {(str(problem).splitlines() or [repr(problem)])[0]}"
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into mms.module_health (module, reason) values (:m, :r)"
                " on conflict (module) do update set reason = :r, at = now()"
            ),
            {"m": name, "r": reason},
        )
    return reason


def _in_turn(engine: sa.Engine, work: Callable[[Connection], None]) -> None:
    with engine.begin() as connection:
        _lock(connection)
        work(connection)


def _lock(connection: Connection) -> None:
    """Let one migrate at a time, and never wait long for a table that others use."""
    connection.execute(sa.text("set local lock_timeout = '60s'"))
    connection.execute(sa.text("select pg_advisory_xact_lock(:no)"), {"no": LOCK})
    connection.execute(sa.text("set local lock_timeout = '5s'"))


def script(folder: Path) -> ScriptDirectory:
    """Give Alembic's view of a folder of migrations; the folder needs no env.py."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _upgrade(connection: Connection, schema: str, folder: Path) -> None:
    connection.execute(sa.text(f'create schema if not exists "{schema}" authorization mms_owner'))
    connection.execute(sa.text("set local role mms_owner"))
    scripts = script(folder)

    def steps(revision: Any, _context: Any) -> Any:
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001 - as Alembic's own command does

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev="head") as env:
        env.configure(
            connection=connection, version_table="alembic_version", version_table_schema=schema
        )
        env.run_migrations()
    secure(connection, schema, sequences=sequences_of(db.metadata, schema))
    connection.execute(sa.text("reset role"))


def _queue(connection: Connection) -> None:
    """Lay procrastinate's tables, which belong to no municipality and stay local when sharded."""
    if (
        connection.execute(sa.text("select to_regclass('public.procrastinate_jobs')")).scalar()
        is None
    ):
        from procrastinate.schema import SchemaManager

        cursor = connection.connection.cursor()
        cursor.execute(SchemaManager.get_schema())
        cursor.close()
    for sql in (
        "grant usage on schema public to mms_app",
        "grant select, insert, update, delete on all tables in schema public to mms_app",
        "grant usage on all sequences in schema public to mms_app",
        "grant execute on all functions in schema public to mms_app",
    ):
        connection.execute(sa.text(sql))


def behind(connection: Connection, schema: str, folder: Path) -> bool:
    """Tell whether a schema's tables are older (or newer) than the code's migrations."""
    options = {"version_table_schema": schema}
    context = MigrationContext.configure(connection, opts=options)
    return set(context.get_current_heads()) != set(script(folder).get_heads())
