"""Which case leads a group of duplicates, and how many follow it."""

import sqlalchemy as sa
from alembic import op

revision = "0014_merged"
down_revision = "0013_form_draft"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.add_column("cases", sa.Column("merged_into", sa.Uuid(), nullable=True), schema="mms")
    op.add_column(
        "cases", sa.Column("merged", sa.Integer(), server_default="0", nullable=False), schema="mms"
    )
    op.create_index(
        "ix_cases_merged",
        "cases",
        ["tenant_id", "merged_into"],
        unique=False,
        schema="mms",
        postgresql_where=sa.text("merged_into is not null"),
    )
