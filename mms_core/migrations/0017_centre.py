"""What clerks of centres filed for citizens."""

import sqlalchemy as sa
from alembic import op

revision = "0017_centre"
down_revision = "0016_inbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    now = sa.text("now()")
    op.create_table(
        "case_intake",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("clerk_id", sa.Uuid(), nullable=False),
        sa.Column("clerk_name", sa.Text(), nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["mms.cases.tenant_id", "mms.cases.id"],
            name=op.f("fk_case_intake_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name=op.f("pk_case_intake")),
        schema="mms",
    )
    op.create_table(
        "centre_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("clerk_id", sa.Uuid(), nullable=False),
        sa.Column("clerk_name", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Integer(), nullable=False),
        sa.Column("module", sa.Text(), server_default="", nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre_log")),
        schema="mms",
    )
    for name, column in (("centre", "centre_id"), ("clerk", "clerk_id")):
        op.create_index(f"ix_centre_log_{name}", "centre_log", [column, "at"], schema="mms")
