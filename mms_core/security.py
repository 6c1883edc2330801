"""Roles, forced row-level security and grants, laid after each migration from the tables' mixins.

A table of a module that is not scoped to a municipality, or lacks it in a key, is refused, so
that a module written elsewhere is as safe and as shardable as our own.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mms_core.config import Settings
from mms_core.db import Base, National, TenantScoped, role_password

LOGIN_ROLES = ("mms_app", "mms_ministry", "mms_search")
TENANT = "nullif(current_setting('app.tenant_id', true), '')::int"
TRIES = 10
AT_ONCE = {"23505", "42710", "XX000"}  # there already, or "tuple concurrently updated"
PERSON = "nullif(current_setting('app.person_id', true), '')::uuid"


# By these a person could be named or reached: no table that the ministry reads may have them.
PRIVATE = frozenset({
    "account_id", "address", "author", "author_id", "birth_date", "body", "contact", "email",
    "first_name", "last_name", "person_id", "person_name", "personal_number", "phone",
    "recipient", "text",
})  # fmt: skip


class UnsafeTableError(RuntimeError):
    """A table that the house does not accept, with the reason."""


def ensure_roles(connection: Connection, settings: Settings) -> None:
    """Create the four roles, or give them this installation's passwords.

    Roles belong to the whole server, where another database may be prepared in the same moment:
    PostgreSQL then lets the second wait and refuses it, and it looks again.
    """
    for left in reversed(range(TRIES)):
        try:
            with connection.begin_nested():
                _make_roles(connection, settings)
        except sa.exc.DBAPIError as problem:
            if not left or getattr(problem.orig, "sqlstate", None) not in AT_ONCE:
                raise
        else:
            return


def _make_roles(connection: Connection, settings: Settings) -> None:
    asked = "select rolname, rolsuper or rolbypassrls as mighty from pg_roles"
    have = {row.rolname: row.mighty for row in connection.execute(sa.text(asked))}
    if "mms_owner" not in have:
        connection.execute(sa.text("create role mms_owner nologin"))
    connection.execute(sa.text("grant mms_owner to current_user"))
    for role in LOGIN_ROLES:
        verb = "alter" if role in have else "create"
        password = role_password(settings, role)
        # Only a superuser may take these powers away, and only he can have given them.
        weak = "" if have.get(role) is False else "nosuperuser nobypassrls"
        connection.execute(sa.text(f"{verb} role {role} login {weak} password '{password}'"))
    database = connection.execute(sa.text("select current_database()")).scalar()
    connection.execute(sa.text(f'grant create on database "{database}" to mms_owner'))
    connection.execute(sa.text("grant mms_search to mms_owner"))


def sequences_of(metadata: sa.MetaData, schema: str) -> list[str]:
    """Name the sequences that the models of a schema use."""
    return [s.name for s in metadata._sequences.values() if s.schema == schema]  # noqa: SLF001 - no public list


def models_of(schema: str) -> dict[str, type]:
    """Map the names of a schema's tables to their model classes."""
    return {
        mapper.local_table.name: mapper.class_
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, sa.Table) and mapper.local_table.schema == schema
    }


def secure(connection: Connection, schema: str, *, sequences: Iterable[str] = ()) -> None:
    """Lay policies and grants on every table of a schema; raises UnsafeTableError for a bad one."""
    connection.execute(
        sa.text(f'grant usage on schema "{schema}" to mms_app, mms_ministry, mms_search')
    )
    known = models_of(schema)
    found = sa.inspect(connection).get_table_names(schema=schema)
    for table in found:
        if table == "alembic_version":
            connection.execute(sa.text(f'grant select on "{schema}".{table} to mms_app'))
        elif table not in known:
            raise UnsafeTableError(f"{schema}.{table} has no model.")
        elif private := private_columns(known[table]):
            raise UnsafeTableError(
                f"{schema}.{table}: the ministry would read {', '.join(private)}."
            )
        elif issubclass(known[table], TenantScoped):
            _check_keys(connection, schema, table)
            _secure_table(connection, schema, table, model=known[table])
        elif issubclass(known[table], National) and schema == "mms":
            _grant(connection, f'"{schema}".{table}', known[table])
        else:
            raise UnsafeTableError(f"{schema}.{table} belongs to no municipality.")
    for name in sequences:
        connection.execute(sa.text(f'grant usage on sequence "{schema}".{name} to mms_app'))


def private_columns(model: type) -> list[str]:
    """Name the columns that may not stand in a table which the ministry's role reads."""
    if "mms_ministry" not in getattr(model, "read_by", ()):
        return []
    table: sa.Table = sa.inspect(model).local_table
    return sorted({*table.columns.keys()} & PRIVATE)


def _check_keys(connection: Connection, schema: str, table: str) -> None:
    look = sa.inspect(connection)
    keys = [("primary key", look.get_pk_constraint(table, schema=schema)["constrained_columns"])]
    keys += [
        ("unique constraint", c["column_names"])
        for c in look.get_unique_constraints(table, schema=schema)
    ]
    keys += [
        ("foreign key", c["constrained_columns"])
        for c in look.get_foreign_keys(table, schema=schema)
    ]
    keys += [
        ("unique index", [c for c in i["column_names"] if c])
        for i in look.get_indexes(table, schema=schema)
        if i["unique"]
    ]
    for kind, columns in keys:
        if "tenant_id" not in columns:
            raise UnsafeTableError(f"{schema}.{table}: a {kind} lacks tenant_id.")


def _secure_table(connection: Connection, schema: str, table: str, *, model: type) -> None:
    full = f'"{schema}".{table}'
    rule = f"tenant_id = {TENANT}"
    statements = [
        f"alter table {full} enable row level security",
        f"alter table {full} force row level security",
        f"drop policy if exists tenant_only on {full}",
        f"create policy tenant_only on {full} to mms_app using ({rule}) with check ({rule})",
    ]
    for role in getattr(model, "read_by", ()):
        statements += [
            f"drop policy if exists read_by_{role} on {full}",
            f"create policy read_by_{role} on {full} for select to {role} using (true)",
        ]
    own = getattr(model, "own_by", None)  # the column of the person whose rows they are
    if own:
        statements += [
            f"drop policy if exists own_only on {full}",
            f"create policy own_only on {full} for select to mms_app using ({own} = {PERSON})",
        ]
    for sql in statements:
        connection.execute(sa.text(sql))
    _grant(connection, full, model)


def _grant(connection: Connection, full: str, model: type) -> None:
    verbs = (
        "select, insert"
        if getattr(model, "append_only", False)
        else "select, insert, update, delete"
    )
    connection.execute(sa.text(f"revoke all on {full} from mms_app, mms_ministry, mms_search"))
    connection.execute(sa.text(f"grant {verbs} on {full} to mms_app"))
    for role in getattr(model, "read_by", ()):
        connection.execute(sa.text(f"grant select on {full} to {role}"))
