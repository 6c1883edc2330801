"""What people want to hear, and what waits for their digests."""

import sqlalchemy as sa
from alembic import op

revision = "0025_notices"
down_revision = "0024_held_answer"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "digest_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["mms.account.id"], name=op.f("fk_digest_line_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_line")),
        schema="mms",
    )
    op.create_index(
        "ix_digest_line_send_on",
        "digest_line",
        ["send_on", "account_id"],
        unique=False,
        schema="mms",
    )
    op.create_table(
        "notice_choice",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("own", sa.Text(), nullable=False),
        sa.Column("followed", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["mms.account.id"], name=op.f("fk_notice_choice_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_choice")),
        schema="mms",
    )
