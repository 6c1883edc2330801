"""Needs that belong to no problem, in their order."""

import sqlalchemy as sa
from alembic import op

revision = "0004_ungrouped"
down_revision = "0003_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_index(
        "ix_need_ungrouped",
        "need",
        ["tenant_id", "opened_at", "case_id"],
        unique=False,
        schema="citizen_feedback",
        postgresql_where=sa.text("problem_id is null"),
    )
