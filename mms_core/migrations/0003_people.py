"""Accounts, profiles, grants, sessions and the log of looks."""

revision = "0003_people"
down_revision = "0002_switching"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
