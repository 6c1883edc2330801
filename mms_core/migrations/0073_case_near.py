"""Cases that are near a case, kept with it."""

import sqlalchemy as sa
from alembic import op

revision = "0073_case_near"
down_revision = "0072_find_walk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the worker fills it in pieces."""
    op.create_table(
        "case_near",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("near", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("scores", sa.ARRAY(sa.Float()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            ["mms.cases.tenant_id", "mms.cases.id"],
            name=op.f("fk_case_near_tenant_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "case_id", name=op.f("pk_case_near")),
        schema="mms",
    )
