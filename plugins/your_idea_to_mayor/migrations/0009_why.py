"""Why an idea is needed and whom it would help, in words of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0009_why"
down_revision = "0008_feasibility"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    for table in ("idea", "idea_version"):
        for name in ("why", "for_whom"):
            column = sa.Column(name, sa.Text(), server_default="", nullable=False)
            op.add_column(table, column, schema="your_idea_to_mayor")
