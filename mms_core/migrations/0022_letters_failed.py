"""Letters that wait for an officer."""

import sqlalchemy as sa
from alembic import op

revision = "0022_letters_failed"
down_revision = "0021_contact_code"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_index(
        "ix_outbox_letter_failed",
        "outbox_letter",
        ["tenant_id", "created_at", "id"],
        unique=False,
        schema="mms",
        postgresql_where=sa.text("state = 'failed'"),
    )
