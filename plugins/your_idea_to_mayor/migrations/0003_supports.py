"""Supports, follows, and the orders and filters of the list."""

import sqlalchemy as sa
from alembic import op

revision = "0003_supports"
down_revision = "0002_place"
branch_labels = None
depends_on = None


# What ideas that are there already have in their cases; the owner's own rows are hidden from it.
BARE, FORCED = (f"alter table {{}} {word}force row level security" for word in ("no ", ""))
TABLES = ("mms.cases", "your_idea_to_mayor.idea")
KNOWN = """
    update your_idea_to_mayor.idea i
    set opened_at = c.opened_at, answered = c.answered_at is not null
    from mms.cases c where c.tenant_id = i.tenant_id and c.id = i.case_id
    """


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "idea_delta",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("residents", sa.Integer(), server_default="0", nullable=False),
        sa.Column("others", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unconfirmed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("comments", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_idea_delta")),
        schema="your_idea_to_mayor",
    )
    op.create_index(
        "ix_idea_delta_case",
        "idea_delta",
        ["tenant_id", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
    )
    op.create_table(
        "follow",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["your_idea_to_mayor.idea.tenant_id", "your_idea_to_mayor.idea.case_id"],
            name=op.f("fk_follow_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", "person_id", name=op.f("pk_follow")),
        schema="your_idea_to_mayor",
    )
    op.create_index(
        "ix_follow_person",
        "follow",
        ["person_id", "tenant_id"],
        unique=False,
        schema="your_idea_to_mayor",
    )
    op.create_table(
        "support",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("origin", sa.Text(), server_default="", nullable=False),
        sa.Column("via", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["your_idea_to_mayor.idea.tenant_id", "your_idea_to_mayor.idea.case_id"],
            name=op.f("fk_support_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", "person_id", name=op.f("pk_support")),
        schema="your_idea_to_mayor",
    )
    op.create_index(
        "ix_support_origin",
        "support",
        ["tenant_id", "origin", "at"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("origin <> ''"),
    )
    op.create_index(
        "ix_support_person",
        "support",
        ["person_id", "tenant_id"],
        unique=False,
        schema="your_idea_to_mayor",
    )
    op.create_index(
        "ix_support_waiting",
        "support",
        ["tenant_id", "counts_from"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("not counted"),
    )
    op.add_column(
        "idea",
        sa.Column(
            "opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        schema="your_idea_to_mayor",
    )
    op.add_column(
        "idea",
        sa.Column("answered", sa.Boolean(), server_default="false", nullable=False),
        schema="your_idea_to_mayor",
    )
    op.add_column(
        "idea",
        sa.Column("supports", sa.Integer(), server_default="0", nullable=False),
        schema="your_idea_to_mayor",
    )
    op.add_column(
        "idea",
        sa.Column("residents", sa.Integer(), server_default="0", nullable=False),
        schema="your_idea_to_mayor",
    )
    op.add_column(
        "idea",
        sa.Column("others", sa.Integer(), server_default="0", nullable=False),
        schema="your_idea_to_mayor",
    )
    op.add_column(
        "idea",
        sa.Column("unconfirmed", sa.Integer(), server_default="0", nullable=False),
        schema="your_idea_to_mayor",
    )
    op.add_column(
        "idea",
        sa.Column("comments", sa.Integer(), server_default="0", nullable=False),
        schema="your_idea_to_mayor",
    )
    # Before the indexes: every row is written anew, and none of them need follow it.
    for table in TABLES:
        op.execute(BARE.format(table))
    op.execute(KNOWN)
    for table in TABLES:
        op.execute(FORCED.format(table))
    op.create_index(
        "ix_idea_by_answered",
        "idea",
        ["tenant_id", "answered", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
    op.create_index(
        "ix_idea_by_answered_category",
        "idea",
        ["tenant_id", "answered", "category", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
    op.create_index(
        "ix_idea_by_answered_settlement",
        "idea",
        ["tenant_id", "answered", "settlement", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
    op.create_index(
        "ix_idea_by_category_settlement",
        "idea",
        ["tenant_id", "category", "settlement", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
    op.create_index(
        "ix_idea_by_category_state",
        "idea",
        ["tenant_id", "category", "state", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
    op.create_index(
        "ix_idea_by_settlement",
        "idea",
        ["tenant_id", "settlement", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
    op.create_index(
        "ix_idea_by_settlement_state",
        "idea",
        ["tenant_id", "settlement", "state", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
    op.create_index(
        "ix_idea_by_supports",
        "idea",
        ["tenant_id", "supports", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
    op.create_index(
        "ix_idea_by_supports_category",
        "idea",
        ["tenant_id", "category", "supports", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
    op.create_index(
        "ix_idea_by_supports_settlement",
        "idea",
        ["tenant_id", "settlement", "supports", "published_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
    op.create_index(
        "ix_idea_by_waiting",
        "idea",
        ["tenant_id", "answered", "opened_at", "case_id"],
        unique=False,
        schema="your_idea_to_mayor",
        postgresql_where=sa.text("is_public"),
    )
