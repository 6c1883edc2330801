"""Opinion."""

import sqlalchemy as sa
from alembic import op

revision = "0018_opinion"
down_revision = "0017_centre"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "case_opinion",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("solved", sa.Text(), server_default="", nullable=False),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_time", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["mms.cases.tenant_id", "mms.cases.id"],
            name=op.f("fk_case_opinion_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name=op.f("pk_case_opinion")),
        schema="mms",
    )
