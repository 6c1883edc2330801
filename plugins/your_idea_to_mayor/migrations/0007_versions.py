"""How ideas stood before their authors changed them."""

import sqlalchemy as sa
from alembic import op

revision = "0007_versions"
down_revision = "0006_results"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "idea_version",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["your_idea_to_mayor.idea.tenant_id", "your_idea_to_mayor.idea.case_id"],
            name=op.f("fk_idea_version_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", "no", name=op.f("pk_idea_version")),
        schema="your_idea_to_mayor",
    )
