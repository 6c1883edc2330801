"""Campaigns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_campaigns"
down_revision = "0004_comments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""

    op.create_table(
        "campaign",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("picture", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_campaign_tenant_id_slug")),
        schema="your_idea_to_mayor",
    )
    op.create_index(
        "ix_campaign_closes",
        "campaign",
        ["tenant_id", "closes_on", "id"],
        unique=False,
        schema="your_idea_to_mayor",
    )
    op.add_column(
        "idea", sa.Column("campaign_id", sa.Uuid(), nullable=True), schema="your_idea_to_mayor"
    )
    op.create_index(
        "ix_idea_by_campaign",
        "idea",
        ["tenant_id", "campaign_id", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
