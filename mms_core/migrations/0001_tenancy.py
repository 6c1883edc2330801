"""Municipalities, their hosts and the community centres."""

revision = "0001_tenancy"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
