"""The hall's list of meetings, page by page."""

from alembic import op

revision = "0018_meetings_by_page"
down_revision = "0017_waiting_list"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_index(
        "ix_meeting_of_hall",
        "meeting",
        ["tenant_id", "starts_at", "id"],
        unique=False,
        schema="citizen_reception",
    )
