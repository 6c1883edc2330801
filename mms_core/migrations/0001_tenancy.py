"""Regions, municipalities, their hosts and the community centres."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001_tenancy"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay the tables that the files of `tenants/` are written to."""
    op.create_table(
        "region",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("names", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_region"),
        schema="mms",
    )
    _municipality()
    op.create_table(
        "tenant_host",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_tenant_host"),
        _municipality_key("tenant_host", "municipality_id"),
        schema="mms",
    )
    op.create_table(
        "community_centre",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("names", JSONB(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("outside", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_community_centre"),
        _region_key("community_centre"),
        _municipality_key("community_centre", "municipality_id"),
        schema="mms",
    )


def _municipality() -> None:
    words = ("slug", "case_prefix", "kind", "seed_name", "region")
    described: tuple[str, ...] = ("names", "short_names", "languages", "seat", "settlements")
    described += ("theme", "contacts", "legal", "first_modules")
    op.create_table(
        "municipality",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in words),
        *(sa.Column(name, JSONB(), nullable=False) for name in described),
        sa.Column("names_reviewed", sa.Boolean(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_municipality"),
        sa.UniqueConstraint("slug", name="uq_municipality_slug"),
        sa.UniqueConstraint("case_prefix", name="uq_municipality_case_prefix"),
        _region_key("municipality"),
        _municipality_key("municipality", "successor_id"),
        schema="mms",
    )


def _region_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["region"], ["mms.region.code"], name=f"fk_{table}_region")


def _municipality_key(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["mms.municipality.id"], name=f"fk_{table}_{column}")
