"""Filters that officers keep, and an index that holds all the desk counts of open cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016_inbox"
down_revision = "0015_case_seat"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "saved_filter",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "name", name=op.f("uq_saved_filter_tenant_id_person_id_name")
        ),
        schema="mms",
    )
    op.create_index(
        "ix_saved_filter_shared",
        "saved_filter",
        ["tenant_id", "name"],
        unique=False,
        schema="mms",
        postgresql_where=sa.text("shared"),
    )
    op.drop_index(op.f("ix_cases_due"), table_name="cases", schema="mms")
    op.create_index(
        "ix_cases_open",
        "cases",
        ["tenant_id", "due_on", "id"],
        unique=False,
        schema="mms",
        postgresql_where=sa.text("is_open"),
        postgresql_include=["answered_at", "waits_until", "assignee_id", "unit"],
    )
