"""Laws of isolation: every table, every key, every policy, as PostgreSQL itself knows them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from mms_core.config import Settings
from mms_core.db import National, TenantScoped, admin_url, db, role_url
from mms_core.security import models_of

OURS = """
select n.nspname as schema, c.relname as name,
       c.relrowsecurity as secured, c.relforcerowsecurity as forced,
       pg_get_userbyid(c.relowner) as owner
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname not in ('information_schema', 'public')
and n.nspname !~ '^pg_' and c.relname <> 'alembic_version'
"""

GRANTED = sa.text(
    "select privilege_type from information_schema.role_table_grants"
    " where grantee = 'mms_app' and table_schema = :s and table_name = :t"
)


@pytest.fixture
def admin(settings: Settings, app: Flask) -> sa.Connection:
    engine = sa.create_engine(admin_url(settings), poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection


def tables(admin: sa.Connection) -> list[sa.Row]:
    found = admin.execute(sa.text(OURS)).all()
    assert len(found) > 20
    return found


def model(row: sa.Row) -> type:
    return models_of(row.schema)[row.name]


def test_every_table_is_scoped_to_a_municipality_or_says_why_not(admin: sa.Connection) -> None:
    for row in tables(admin):
        kind = model(row)
        scoped = issubclass(kind, TenantScoped)
        assert scoped or (issubclass(kind, National) and len(kind.why_national) > 20), row.name


def test_every_municipal_table_forces_row_level_security(admin: sa.Connection) -> None:
    for row in tables(admin):
        if issubclass(model(row), TenantScoped):
            assert row.secured, row.name
            assert row.forced, row.name
            assert row.owner == "mms_owner", row.name


def test_the_policy_of_the_application_asks_for_the_municipality_on_read_and_write(
    admin: sa.Connection,
) -> None:
    rule = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer)"
    policies = {
        (p.schemaname, p.tablename): p
        for p in admin.execute(
            sa.text("select * from pg_policies where policyname = 'tenant_only'")
        )
    }
    for row in tables(admin):
        if issubclass(model(row), TenantScoped):
            policy = policies[row.schema, row.name]
            assert (policy.qual, policy.with_check) == (rule, rule), row.name


def test_every_key_of_a_municipal_table_holds_the_municipality(admin: sa.Connection) -> None:
    look = sa.inspect(admin)
    for row in tables(admin):
        if not issubclass(model(row), TenantScoped):
            continue
        at = {"table_name": row.name, "schema": row.schema}
        keys = [look.get_pk_constraint(**at)["constrained_columns"]]
        keys += [c["column_names"] for c in look.get_unique_constraints(**at)]
        keys += [c["constrained_columns"] for c in look.get_foreign_keys(**at)]
        keys += [i["column_names"] for i in look.get_indexes(**at) if i["unique"]]
        assert all("tenant_id" in key for key in keys), row.name


def test_nothing_stands_in_the_way_of_sharding(admin: sa.Connection) -> None:
    """No identity columns, no triggers, no `language sql` functions with parameters."""
    identity = """select attrelid::regclass from pg_attribute a join pg_class c on c.oid = attrelid
        join pg_namespace n on n.oid = c.relnamespace
        where attidentity <> '' and n.nspname !~ '^pg_' and n.nspname <> 'public'"""
    triggers = """select tgname from pg_trigger t join pg_class c on c.oid = tgrelid
        join pg_namespace n on n.oid = c.relnamespace
        where not tgisinternal and n.nspname <> 'public'"""
    functions = """select proname, lanname, rolcanlogin, prosecdef
        from pg_proc p join pg_namespace n on n.oid = pronamespace
        join pg_language l on l.oid = prolang join pg_roles r on r.oid = proowner
        where n.nspname !~ '^pg_' and n.nspname not in ('public', 'information_schema')"""
    assert admin.execute(sa.text(identity)).all() == []
    assert admin.execute(sa.text(triggers)).all() == []
    for function in admin.execute(sa.text(functions)):
        assert function.lanname == "plpgsql", function.proname
        assert not function.prosecdef or function.rolcanlogin, function.proname


def test_the_application_cannot_change_what_is_evidence(admin: sa.Connection) -> None:
    for row in tables(admin):
        verbs = set(
            admin.execute(
                sa.text(
                    "select privilege_type from information_schema.role_table_grants"
                    " where grantee = 'mms_app' and table_schema = :s and table_name = :t"
                ),
                {"s": row.schema, "t": row.name},
            ).scalars()
        )
        wanted = (
            {"SELECT", "INSERT"}
            if model(row).append_only
            else {"SELECT", "INSERT", "UPDATE", "DELETE"}
        )
        assert verbs == wanted, row.name


def test_the_ministry_reads_figures_and_decisions_only(settings: Settings, app: Flask) -> None:
    engine = sa.create_engine(role_url(settings, "mms_ministry"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        readable = set(
            connection.execute(
                sa.text(
                    "select table_name from information_schema.role_table_grants"
                    " where grantee = 'mms_ministry'"
                )
            ).scalars()
        )
    files = {"cases", "case_contact", "case_message", "case_event", "attachment", "person_case",
             "outbox_letter", "account", "account_profile", "access_log"}  # fmt: skip
    assert readable
    assert not readable & files


def test_roles_of_the_application_cannot_step_around_the_policies(admin: sa.Connection) -> None:
    rows = admin.execute(
        sa.text("select rolname, rolsuper, rolbypassrls from pg_roles where rolname like 'mms_%'")
    ).all()
    assert {row.rolname for row in rows} >= {"mms_owner", "mms_app", "mms_ministry", "mms_search"}
    assert not any(row.rolsuper or row.rolbypassrls for row in rows)


def test_a_session_without_a_municipality_raises(app: Flask) -> None:
    from mms_core.session import ScopeMissingError

    with app.app_context(), pytest.raises(ScopeMissingError):
        db.session.execute(sa.text("select 1"))
