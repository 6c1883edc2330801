"""Writes a migration by comparing the models of a schema with a migrated database.

python tools/migration.py mms 0006_what_it_adds
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import mms_core.tables
from mms_core.config import Settings
from mms_core.db import CONNECT_ARGS, admin_url, db
from mms_core.migrate import script
from mms_core.modules import discover

HEAD = '''"""{words}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {down!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    {body}
'''


def only(schema: str) -> Any:
    """Give the filter by which Alembic looks at one schema's tables alone."""

    def include(name: str | None, kind: str, _parents: Any) -> bool:
        if kind == "schema":
            return name == schema
        return not (kind == "table" and name == "alembic_version")

    return include


def differences(connection: sa.Connection, schema: str) -> Any:
    """Give Alembic's operations that would make a schema equal to its models."""
    metadata = sa.MetaData(naming_convention=db.metadata.naming_convention)
    for table in db.metadata.tables.values():
        table.to_metadata(metadata)  # all of them: a module's table may point to the core's
    options = {
        "include_schemas": True,
        "include_name": only(schema),
        "include_object": lambda item, _name, kind, _found, _other: (
            kind != "table" or item.schema == schema
        ),
        "compare_type": True,
        "version_table_schema": schema,
    }
    context = MigrationContext.configure(connection, opts=options)
    return context, produce_migrations(context, metadata)


def main() -> None:
    """Write the file into the schema's folder of migrations."""
    schema, revision = sys.argv[1:3]
    tables = set(sys.argv[3:])
    registry = discover()
    assert mms_core.tables
    root = Path(__file__).resolve().parent.parent
    folder = (
        root / "mms_core" / "migrations"
        if schema == "mms"
        else registry.loaded[schema].folder / "migrations"
    )
    folder.mkdir(exist_ok=True)
    engine = sa.create_engine(admin_url(Settings.from_env()), connect_args=CONNECT_ARGS)
    with engine.connect() as connection:
        context, found = differences(connection, schema)
        if tables:
            found.upgrade_ops.ops = [o for o in found.upgrade_ops.ops if o.table_name in tables]
        body = render_python_code(found.upgrade_ops, migration_context=context)
    heads = script(folder).get_heads()
    words = revision.partition("_")[2].replace("_", " ").capitalize() or revision
    text = HEAD.format(words=words, revision=revision, down=heads[0] if heads else None, body=body)
    (folder / f"{revision}.py").write_text(text)
    print(f"{folder.relative_to(root)}/{revision}.py")


if __name__ == "__main__":
    main()
