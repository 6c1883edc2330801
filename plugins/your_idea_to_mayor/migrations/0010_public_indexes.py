"""What only the public reads is indexed only for what is public."""

import sqlalchemy as sa
from alembic import op

revision = "0010_public_indexes"
down_revision = "0009_why"
branch_labels = None
depends_on = None

SCHEMA = "your_idea_to_mayor"
NEWEST = ["published_at", "case_id"]
BEFORE = ("ix_idea_public", "ix_idea_category", "ix_idea_state")
INDEXES = {"newest": [], "category": ["category"], "state": ["state"]}


def upgrade() -> None:
    """Put three indexes that had a column for it among those of public ideas, as the others are.

    A new idea, which an officer looks at first, no longer writes into them; all readers ask for
    public ones.
    """
    for name, equal in INDEXES.items():
        op.create_index(
            f"ix_idea_by_{name}",
            "idea",
            ["tenant_id", *equal, *NEWEST],
            schema=SCHEMA,
            postgresql_where=sa.text("is_public"),
        )
    for name in BEFORE:
        op.drop_index(name, "idea", schema=SCHEMA)
