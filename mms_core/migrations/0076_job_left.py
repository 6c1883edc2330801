"""Jobs that a request leaves for the worker to put in the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0076_job_left"
down_revision = "0075_recent_post"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "job_left",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_left")),
        schema="mms",
    )
