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
    """Lay policies and grants on every table of a schema; raises UnsafeTableError for a bad one.

    All keys are asked for once and all is laid in one go, since every start of a site does this.
    """
    laid = [f'grant usage on schema "{schema}" to mms_app, mms_ministry, mms_search']
    known = models_of(schema)
    keys = _keys_in(connection, schema)
    for table in sa.inspect(connection).get_table_names(schema=schema):
        full = f'"{schema}".{table}'
        if table == "alembic_version":
            laid.append(f"grant select on {full} to mms_app")
        elif table not in known:
            raise UnsafeTableError(f"{schema}.{table} has no model.")
        elif private := private_columns(known[table]):
            raise UnsafeTableError(
                f"{schema}.{table}: the ministry would read {', '.join(private)}."
            )
        elif issubclass(known[table], TenantScoped):
            _check_keys(f"{schema}.{table}", keys.get(table, []))
            laid += [*_policies(full, known[table]), *_grants(full, known[table])]
        elif issubclass(known[table], National) and schema == "mms":
            laid += _grants(full, known[table])
        else:
            raise UnsafeTableError(f"{schema}.{table} belongs to no municipality.")
    laid += [f'grant usage on sequence "{schema}".{name} to mms_app' for name in sequences]
    connection.exec_driver_sql(";\n".join(laid), execution_options={"no_parameters": True})


def private_columns(model: type) -> list[str]:
    """Name the columns that may not stand in a table which the ministry's role reads."""
    if "mms_ministry" not in getattr(model, "read_by", ()):
        return []
    table: sa.Table = sa.inspect(model).local_table
    return sorted({*table.columns.keys()} & PRIVATE)


# Every unique index (a primary key and a unique constraint have one) and every foreign key, with
# the columns that count: what an index only carries along makes nothing unique.
KEYS = """
select t.relname as table, k.kind,
    array(
        select a.attname from unnest(k.columns) with ordinality as c (number, place)
        join pg_attribute a on a.attrelid = t.oid and a.attnum = c.number
        where c.place <= k.counting
    )::text[] as columns
from (
    select indrelid as of_table, indkey::int2[] as columns, indnkeyatts as counting,
        case when indisprimary then 'primary key' else 'unique index' end as kind
    from pg_index where indisunique
    union all
    select conrelid, conkey, cardinality(conkey), 'foreign key'
    from pg_constraint where contype = 'f'
) k
join pg_class t on t.oid = k.of_table and t.relnamespace = to_regnamespace(:schema)
"""
Key = tuple[str, list[str]]  # what it is, and its columns


def _keys_in(connection: Connection, schema: str) -> dict[str, list[Key]]:
    found: dict[str, list[Key]] = {}
    for row in connection.execute(sa.text(KEYS), {"schema": f'"{schema}"'}):
        found.setdefault(row.table, []).append((row.kind, row.columns))
    return found


def _check_keys(table: str, keys: list[Key]) -> None:
    if not any(kind == "primary key" for kind, _columns in keys):
        keys = [("primary key", [])]
    for kind, columns in keys:
        if "tenant_id" not in columns:
            raise UnsafeTableError(f"{table}: a {kind} lacks tenant_id.")


def _policies(full: str, model: type) -> list[str]:
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
    return statements


def _grants(full: str, model: type) -> list[str]:
    verbs = (
        "select, insert"
        if getattr(model, "append_only", False)
        else "select, insert, update, delete"
    )
    return [
        f"revoke all on {full} from mms_app, mms_ministry, mms_search",
        f"grant {verbs} on {full} to mms_app",
        *(f"grant select on {full} to {role}" for role in getattr(model, "read_by", ())),
    ]
