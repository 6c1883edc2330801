"""Lists of beneficiaries that the worker reads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_lists"
down_revision = "0004_ungrouped"
branch_labels = None
depends_on = None

SCHEMA = "citizen_feedback"


def upgrade() -> None:
    """Add what the models have."""
    _lists()
    _parts()


def _lists() -> None:
    op.create_table(
        "use_list",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "programme_id"],
            [f"{SCHEMA}.programme.tenant_id", f"{SCHEMA}.programme.id"],
            name=op.f("fk_use_list_tenant_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_use_list")),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_use_list_programme",
        "use_list",
        ["tenant_id", "programme_id", "id"],
        unique=False,
        schema=SCHEMA,
    )


def _parts() -> None:
    op.create_table(
        "use_list_part",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "list_id"],
            [f"{SCHEMA}.use_list.tenant_id", f"{SCHEMA}.use_list.id"],
            name=op.f("fk_use_list_part_tenant_id_use_list"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "list_id", "no", name=op.f("pk_use_list_part")),
        schema=SCHEMA,
    )
