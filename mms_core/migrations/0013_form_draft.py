"""Unfinished forms of citizens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_form_draft"
down_revision = "0012_answer_clock"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "form_draft",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_form_draft")),
        schema="mms",
    )
    op.create_index(
        "ix_form_draft_key", "form_draft", ["tenant_id", "key_hash"], unique=False, schema="mms"
    )
    op.create_index(
        "ix_form_draft_old", "form_draft", ["tenant_id", "updated_at"], unique=False, schema="mms"
    )
    op.create_index(
        "ix_form_draft_person",
        "form_draft",
        ["person_id", "updated_at"],
        unique=False,
        schema="mms",
    )
