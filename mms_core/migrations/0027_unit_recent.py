"""A unit's cases by their arrival: its closed ones were read and sorted whole without it."""

import sqlalchemy as sa
from alembic import op

revision = "0027_unit_recent"
down_revision = "0026_answer_text"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_index(
        "ix_cases_unit_recent",
        "cases",
        ["tenant_id", "unit", "opened_at", "id"],
        unique=False,
        schema="mms",
        postgresql_where=sa.text("unit <> ''"),
    )
