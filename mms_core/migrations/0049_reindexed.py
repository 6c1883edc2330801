"""How far the cases of before have got the newer search words."""

import sqlalchemy as sa
from alembic import op

revision = "0049_reindexed"
down_revision = "0048_a_minute"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the hall's bookmark; the worker does the rest in pieces."""
    op.create_table(
        "reindexed",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("last_id", sa.Uuid(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "what", name=op.f("pk_reindexed")),
        schema="mms",
    )
