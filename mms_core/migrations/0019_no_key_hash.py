"""The key that opens a case is derived; nothing of it is stored."""

from alembic import op

revision = "0019_no_key_hash"
down_revision = "0018_opinion"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take away what nothing reads."""
    op.drop_column("cases", "key_hash", schema="mms")
