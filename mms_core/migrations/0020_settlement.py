"""Settlements as a hall itself lists them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020_settlement"
down_revision = "0019_no_key_hash"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "settlement",
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("ka", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("en", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="village", nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column(
            "before",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
        sa.Column("retired", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["mms.municipality.id"],
            name=op.f("fk_settlement_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "ka", name=op.f("pk_settlement")),
        schema="mms",
    )
