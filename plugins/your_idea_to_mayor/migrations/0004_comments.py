"""Comments."""

import sqlalchemy as sa
from alembic import op

revision = "0004_comments"
down_revision = "0003_supports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""

    op.create_table(
        "comment",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("official", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("held", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("told", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["your_idea_to_mayor.idea.tenant_id", "your_idea_to_mayor.idea.case_id"],
            name=op.f("fk_comment_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_comment")),
        schema="your_idea_to_mayor",
    )
    op.create_index(
        "ix_comment_case",
        "comment",
        ["tenant_id", "case_id", "at", "id"],
        unique=False,
        schema="your_idea_to_mayor",
    )
    op.create_index(
        "ix_comment_parent",
        "comment",
        ["tenant_id", "parent_id", "at", "id"],
        unique=False,
        schema="your_idea_to_mayor",
    )
    op.create_index(
        "ix_comment_person",
        "comment",
        ["person_id", "tenant_id", "at"],
        unique=False,
        schema="your_idea_to_mayor",
    )
    op.create_index(
        "ix_comment_untold",
        "comment",
        ["tenant_id", "at"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("not told and not held and not hidden"),
    )
