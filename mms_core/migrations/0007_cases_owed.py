"""What a hall still owes an answer, by its date."""

import sqlalchemy as sa
from alembic import op

revision = "0007_cases_owed"
down_revision = "0006_functions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_index(
        "ix_cases_owed",
        "cases",
        ["tenant_id", "due_on", "id"],
        unique=False,
        schema="mms",
        postgresql_where=sa.text("is_open and answered_at is null"),
    )
