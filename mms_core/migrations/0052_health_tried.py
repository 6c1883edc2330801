"""A module out of order can be tried again from the ministry's page."""

import sqlalchemy as sa
from alembic import op

revision = "0052_health_tried"
down_revision = "0051_ground"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    for name in ("asked_at", "tried_at"):
        column = sa.Column(name, sa.DateTime(timezone=True), nullable=True)
        op.add_column("module_health", column, schema="mms")
    for name in ("asked_by", "tried"):
        text = sa.Column(name, sa.Text(), server_default="", nullable=False)
        op.add_column("module_health", text, schema="mms")
