"""The ministry sees figures and no people: each table of the core and of the modules."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from mms_core.config import Settings
from mms_core.db import Base, admin_url, role_url
from mms_core.security import models_of, private_columns

READ = """
select n.nspname as schema, c.relname as name, a.attname as column, t.typname as kind
from pg_attribute a join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace join pg_type t on t.oid = a.atttypid
where c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0 and not a.attisdropped
and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
and has_column_privilege('mms_ministry', c.oid, a.attnum, 'select')
"""
RUN = """
select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where p.prosecdef and n.nspname !~ '^pg_'
and has_function_privilege('mms_ministry', p.oid, 'execute')
"""
# Every column of words that the role can read, and whose words they are. A new one is a question:
# can a citizen's name, contact or text ever stand in it?
OFFICES = {  # written by city halls and the ministry about themselves
    "stat_delta": {"module", "measure"},
    "stat_day": {"module", "measure"},
    "stat_month": {"module", "measure"},
    "stat_drift": {"module", "measure"},
    "tenant_module": {"module", "state", "settings"},
    "module_decision": {
        "module", "state", "before", "settings", "act_number", "reason", "decided_by",
        "missing",
    },
    "module_standard": {"module", "setting", "value", "bound", "decided_by"},
    "module_standard_decision": {
        "module", "setting", "value", "bound", "decided_by", "act_number", "reason",
    },
    "module_allowance": {"module", "tenants", "regions", "decided_by"},
    "module_health": {"module", "reason", "asked_by", "tried"},
    "region": {"code", "names"},
    "municipality": {
        "slug", "case_prefix", "kind", "seed_name", "names", "short_names", "region", "languages",
        "seat", "settlements", "theme", "contacts", "legal", "first_modules",
    },
    "community_centre": {"names", "kind", "region", "outside"},
    "national_day_off": {"name_ka", "name_en", "act", "declared_by", "removed_by"},
    "platform": {"name", "url", "service", "replaced_by", "note", "changed_by"},
    "commitment": {
        "slug", "plan", "title", "description", "result", "agency", "progress", "suspended_why",
        "suspended_by", "successor", "values", "status", "assessment", "modules", "tenants",
        "changed_by",
    },
    "commitment_milestone": {
        "number", "title", "indicator", "agency", "partner", "result", "status", "assessment",
        "live",
    },
}  # fmt: skip
WORDS = {"text", "varchar", "bpchar", "json", "jsonb", "bytea", "_text", "tsvector", "hstore"}


def words(settings: Settings) -> dict[str, set[str]]:
    """Give the columns of words that the ministry's role can read, by table."""
    engine = sa.create_engine(admin_url(settings), poolclass=sa.NullPool)
    found: dict[str, set[str]] = {}
    with engine.connect() as admin:
        for row in admin.execute(sa.text(READ)):
            found.setdefault(row.name, set())
            assert row.schema == "mms", f"a module's table is read by the ministry: {row.name}"
            assert "mms_ministry" in models_of("mms")[row.name].read_by, row.name
            if row.kind in WORDS:
                found[row.name].add(row.column)
        assert admin.execute(sa.text(RUN)).all() == [], "a function would read for the ministry"
    return found


def test_each_column_of_words_that_the_ministry_reads_is_written_by_offices(
    settings: Settings, app: Flask
) -> None:
    found = words(settings)
    for table, columns in found.items():
        told = OFFICES.get(table, set())
        assert columns <= told, f"{table}: who writes {sorted(columns - told)}? See OFFICES."


def test_every_other_table_refuses_the_ministry(settings: Settings, app: Flask) -> None:
    allowed = words(settings)
    tables = [m.local_table for m in Base.registry.mappers if isinstance(m.local_table, sa.Table)]
    assert len({t.schema for t in tables}) > 2, "modules have schemas of their own"
    engine = sa.create_engine(
        role_url(settings, "mms_ministry"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    with engine.connect() as ministry:
        for table in {t.fullname: t for t in tables}.values():
            if table.schema == "mms" and table.name in allowed:
                continue
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                ministry.execute(sa.select(sa.literal(1)).select_from(table).limit(1))


def test_a_table_with_a_persons_column_cannot_be_opened_to_the_ministry() -> None:
    class Elsewhere(DeclarativeBase):
        pass

    class Rater(Elsewhere):
        __tablename__ = "rater"
        read_by = ("mms_ministry",)
        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str]

    assert private_columns(Rater) == ["email"]
