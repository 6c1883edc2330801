"""Switching."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_switching"
down_revision = "0001_tenancy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.execute("create sequence mms.public_change_no")
    op.create_table(
        "idempotency_key",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_idempotency_key")),
        schema="mms",
    )
    op.create_table(
        "module_allowance",
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("everywhere", sa.Boolean(), nullable=False),
        sa.Column("tenants", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("module", name=op.f("pk_module_allowance")),
        schema="mms",
    )
    op.create_table(
        "module_decision",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("act_number", sa.Text(), nullable=False),
        sa.Column("act_date", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_module_decision")),
        schema="mms",
    )
    op.create_table(
        "module_health",
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("module", name=op.f("pk_module_health")),
        schema="mms",
    )
    op.create_table(
        "public_change",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column(
            "no",
            sa.BigInteger(),
            server_default=sa.text("nextval('mms.public_change_no')"),
            nullable=False,
        ),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", "no", name=op.f("pk_public_change")),
        schema="mms",
    )
    op.create_index(
        "ix_public_change_version",
        "public_change",
        ["tenant_id", "module", "no"],
        unique=False,
        schema="mms",
    )
    op.create_table(
        "tenant_module",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", "module", name=op.f("pk_tenant_module")),
        schema="mms",
    )
