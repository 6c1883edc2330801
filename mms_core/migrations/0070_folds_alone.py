"""What was read is kept by each hall's last fold; the moment of past months is asked no more."""

from alembic import op

revision = "0070_folds_alone"
down_revision = "0062_find_near"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the moment away."""
    op.drop_column("stat_fold", "past_at", schema="mms")
