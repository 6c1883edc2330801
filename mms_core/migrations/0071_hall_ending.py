"""Mergers and erasures of halls that the ministry asks for on its pages."""

import sqlalchemy as sa
from alembic import op

revision = "0071_hall_ending"
down_revision = "0070_folds_alone"
branch_labels = None
depends_on = None
WORDS = ("kind", "state", "asked_by", "archive", "fingerprint", "act_number", "decided_by",
         "problem")  # fmt: skip
NUMBERS = ("municipality_id", "total", "still_open", "files", "done")


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "hall_ending",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
        *(sa.Column(name, sa.Text(), nullable=False) for name in WORDS),
        sa.Column("act_date", sa.Date(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_ending")),
        schema="mms",
    )
    op.create_index(
        "ix_hall_ending_municipality", "hall_ending", ["municipality_id", "at"], schema="mms"
    )
