"""A step waits a minute before it is taken."""

import sqlalchemy as sa
from alembic import op

revision = "0048_a_minute"
down_revision = "0027_unit_recent"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment; rows of before have none and wait as they did."""
    moment = sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("held_answer", moment, schema="mms")
