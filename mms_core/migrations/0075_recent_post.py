"""What was posted of late is forgotten by its key, which tells when it was made."""

from alembic import op

revision = "0075_recent_post"
down_revision = "0074_cases_vacuum"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the index that every post wrote and only the forgetting once a day read."""
    op.drop_index("ix_moderation_recent_post_at", table_name="moderation_recent_post", schema="mms")
