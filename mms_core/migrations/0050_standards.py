"""The ministry sets national defaults of modules' settings, with bounds."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050_standards"
down_revision = "0060_brief"
branch_labels = None
depends_on = None


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column(
            "value", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("bound", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
    ]


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "module_standard",
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        *_columns(),
        sa.PrimaryKeyConstraint("module", "setting", name=op.f("pk_module_standard")),
        schema="mms",
    )
    op.create_table(
        "module_standard_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        *_columns(),
        sa.Column("act_number", sa.Text(), nullable=False),
        sa.Column("act_date", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_standard_decision")),
        schema="mms",
    )
    op.create_index(
        "ix_module_standard_decision_module",
        "module_standard_decision",
        ["module", "id"],
        unique=False,
        schema="mms",
    )
