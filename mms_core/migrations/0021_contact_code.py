"""Codes by which a stranger proves an e-mail or telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0021_contact_code"
down_revision = "0020_settlement"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "contact_code",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact_code")),
        schema="mms",
    )
    op.create_index(
        "ix_contact_code_address",
        "contact_code",
        ["tenant_id", "address_key", "sent_at"],
        unique=False,
        schema="mms",
    )
