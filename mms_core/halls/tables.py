"""All tables that hold rows of a hall, the core's and the modules', in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from mms_core.config import Settings
from mms_core.db import CONNECT_ARGS, SCHEMA, TenantScoped, admin_url, db, role_url
from mms_core.modules import Registry
from mms_core.security import models_of

# What says nothing elsewhere: the version of public pages, and keys of forms that were sent.
LEFT = frozenset({"public_change", "idempotency_key"})


def tables(registry: Registry) -> list[sa.Table]:
    """Name the tables of a hall, those first to which others point."""
    schemas = (SCHEMA, *registry.loaded)
    scoped = {
        f"{schema}.{name}"
        for schema in schemas
        for name, model in models_of(schema).items()
        if issubclass(model, TenantScoped)
    }
    return [table for table in db.metadata.sorted_tables if table.fullname in scoped]


def count(connection: Connection, registry: Registry, hall: int) -> dict[str, int]:
    """Count a hall's rows by table, those that are carried along."""
    found = {}
    for table in tables(registry):
        if table.name not in LEFT:
            mine = sa.select(sa.func.count()).select_from(table).where(table.c.tenant_id == hall)
            found[table.fullname] = connection.execute(mine).scalar_one()
    return found


@contextmanager
def hall_rows(settings: Settings, hall: int) -> Iterator[Connection]:
    """Work with a hall's rows as the application does, bound to it, at one moment."""
    engine = _engine(role_url(settings, "mms_app"))
    try:
        one_moment = engine.execution_options(isolation_level="REPEATABLE READ")
        with one_moment.begin() as connection:
            connection.execute(sa.text(f"set local app.tenant_id = '{int(hall)}'"))
            yield connection
    finally:
        engine.dispose()


@contextmanager
def as_owner(settings: Settings) -> Iterator[Connection]:
    """Work as the owner of the tables, in one transaction."""
    engine = _engine(admin_url(settings))
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("set local role mms_owner"))
            yield connection
    finally:
        engine.dispose()


def _engine(url: sa.URL) -> Engine:
    return sa.create_engine(url, connect_args=CONNECT_ARGS, poolclass=sa.NullPool)
