"""When a month that was over changed last, so that what was read of it can be kept."""

import sqlalchemy as sa
from alembic import op

revision = "0061_settled"
down_revision = "0052_health_tried"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment."""
    op.add_column(
        "stat_fold", sa.Column("past_at", sa.DateTime(timezone=True), nullable=True), schema="mms"
    )
