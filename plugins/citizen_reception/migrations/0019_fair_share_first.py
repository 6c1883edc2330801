"""A fair share may be taken in the same way to the server as the rest, just before its case."""

from alembic import op

revision = "0019_fair_share_first"
down_revision = "0018_meetings_by_page"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the key to the case be looked at when the transaction ends."""
    op.execute(
        "ALTER TABLE citizen_reception.fair_share"
        " ALTER CONSTRAINT fk_fair_share_tenant_id_case_id DEFERRABLE INITIALLY DEFERRED"
    )
