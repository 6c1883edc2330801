"""Counters."""

import sqlalchemy as sa
from alembic import op

revision = "0005_counters"
down_revision = "0004_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "stat_day",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "day", "module", "measure", name=op.f("pk_stat_day")),
        schema="mms",
    )
    op.create_table(
        "stat_delta",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stat_delta")),
        schema="mms",
    )
    op.create_index(
        "ix_stat_delta_module", "stat_delta", ["tenant_id", "module"], unique=False, schema="mms"
    )
    op.create_table(
        "stat_fold",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column(
            "folded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("recounted_on", sa.Date(), nullable=True),
        sa.Column("drift", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_stat_fold")),
        schema="mms",
    )
    op.create_table(
        "stat_month",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "month", "module", "measure", name=op.f("pk_stat_month")
        ),
        schema="mms",
    )
