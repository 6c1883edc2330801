"""Figures by measure, what recounts found, and letters of the ministry."""

import sqlalchemy as sa
from alembic import op

revision = "0040_ministry"
down_revision = "0036_commitments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    for table, when in (("stat_day", "day"), ("stat_month", "month")):
        op.create_index(f"ix_{table}_measure", table, ["measure", when], schema="mms")
    op.add_column(
        "stat_fold",
        sa.Column("recounted_at", sa.DateTime(timezone=True), nullable=True),
        schema="mms",
    )
    op.create_table(
        "stat_drift",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Boolean(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stat_drift")),
        schema="mms",
    )
    op.create_table(
        "hall_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_letter")),
        schema="mms",
    )
    op.create_index(
        "ix_hall_letter_municipality",
        "hall_letter",
        ["municipality_id", "sent_at"],
        unique=False,
        schema="mms",
    )
