"""Who gets the monthly brief by itself, and letters with a paper."""

import sqlalchemy as sa
from alembic import op

revision = "0060_brief"
down_revision = "0030_allowed_from"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the addresses and the letters' paper."""
    op.create_table(
        "brief_reader",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_brief_reader")),
        schema="mms",
    )
    op.add_column(
        "national_letter", sa.Column("paper", sa.LargeBinary(), nullable=True), schema="mms"
    )
    op.add_column(
        "national_letter",
        sa.Column("paper_name", sa.Text(), server_default="", nullable=False),
        schema="mms",
    )
