"""The ministry allows regions and from a day; a switch can be planned."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030_allowed_from"
down_revision = "0037_hall_erased"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    regions = sa.Column(
        "regions", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
    )
    op.add_column("module_allowance", regions, schema="mms")
    starts_on = sa.Column("starts_on", sa.Date(), nullable=True)
    op.add_column("module_allowance", starts_on, schema="mms")
    op.create_table(
        "module_plan",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("act_number", sa.Text(), nullable=False),
        sa.Column("act_date", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column(
            "planned_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_module_plan")),
        schema="mms",
    )
    op.create_index(
        "ix_module_plan_waiting",
        "module_plan",
        ["tenant_id", "module"],
        unique=True,
        schema="mms",
        postgresql_where=sa.text("outcome = 'waiting'"),
    )
