"""The private address of an official's calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0016_calendar_feed"
down_revision = "0013_fair_share"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "calendar_feed",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("official_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "official_id"],
            ["citizen_reception.official.tenant_id", "citizen_reception.official.id"],
            name=op.f("fk_calendar_feed_tenant_id_official_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "official_id", name=op.f("pk_calendar_feed")),
        schema="citizen_reception",
    )
    op.create_index(
        "ix_calendar_feed_secret",
        "calendar_feed",
        ["tenant_id", "secret_hash"],
        unique=True,
        schema="citizen_reception",
    )
