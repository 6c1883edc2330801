"""Stems by which cases that are alike are found."""

import sqlalchemy as sa
from alembic import op

revision = "0009_case_key"
down_revision = "0008_promises"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "case_key",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("stem", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["mms.cases.tenant_id", "mms.cases.id"],
            name=op.f("fk_case_key_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "stem", "case_id", name=op.f("pk_case_key")),
        schema="mms",
    )
    op.create_index(
        "ix_case_key_case", "case_key", ["tenant_id", "case_id"], unique=False, schema="mms"
    )
