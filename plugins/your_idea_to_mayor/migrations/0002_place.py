"""The language of an idea's text and the point that it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0002_place"
down_revision = "0001_ideas"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    schema = "your_idea_to_mayor"
    language = sa.Column("language", sa.Text(), server_default="", nullable=False)
    op.add_column("idea", language, schema=schema)
    op.add_column("idea", sa.Column("lat", sa.Float(), nullable=True), schema=schema)
    op.add_column("idea", sa.Column("lon", sa.Float(), nullable=True), schema=schema)
