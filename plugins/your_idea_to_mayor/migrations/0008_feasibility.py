"""What units think of an idea."""

import sqlalchemy as sa
from alembic import op

revision = "0008_feasibility"
down_revision = "0007_versions"
branch_labels = None
depends_on = None

WORDS = ("question", "answered_by", "competence", "term", "risk", "note")


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "feasibility",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted_by", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cost", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in WORDS),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["your_idea_to_mayor.idea.tenant_id", "your_idea_to_mayor.idea.case_id"],
            name=op.f("fk_feasibility_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_feasibility")),
        sa.UniqueConstraint(
            "tenant_id", "case_id", "unit_id", name=op.f("uq_feasibility_tenant_id_case_id_unit_id")
        ),
        schema="your_idea_to_mayor",
    )
    op.create_index(
        "ix_feasibility_unit",
        "feasibility",
        ["tenant_id", "unit_id", "answered_at", "wanted_by"],
        unique=False,
        schema="your_idea_to_mayor",
    )
