"""The fair number of visits of one person."""

import sqlalchemy as sa
from alembic import op

revision = "0013_fair_share"
down_revision = "0012_booking"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "fair_share",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["mms.cases.tenant_id", "mms.cases.id"],
            name=op.f("fk_fair_share_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "who", "no", name=op.f("pk_fair_share")),
        schema="citizen_reception",
    )
    op.create_index(
        "ix_fair_share_case",
        "fair_share",
        ["tenant_id", "case_id"],
        unique=False,
        schema="citizen_reception",
    )
