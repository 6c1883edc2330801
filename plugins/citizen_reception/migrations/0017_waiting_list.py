"""The waiting list."""

import sqlalchemy as sa
from alembic import op

revision = "0017_waiting_list"
down_revision = "0016_calendar_feed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    _table()
    _indexes()


def _table() -> None:
    op.create_table(
        "waiting",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind_id", sa.Uuid(), nullable=False),
        sa.Column("official_id", sa.Uuid(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("reached_at", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_offered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "kind_id"],
            ["citizen_reception.visit_kind.tenant_id", "citizen_reception.visit_kind.id"],
            name=op.f("fk_waiting_tenant_id_kind_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_waiting")),
        schema="citizen_reception",
    )


def _indexes() -> None:
    op.create_index(
        "ix_waiting_once",
        "waiting",
        ["tenant_id", "reached_at"],
        unique=True,
        schema="citizen_reception",
        postgresql_where=sa.text("state in ('waits', 'offered')"),
    )
    op.create_index(
        "ix_waiting_line",
        "waiting",
        ["tenant_id", "state", "asked_at", "id"],
        unique=False,
        schema="citizen_reception",
    )
    op.create_index(
        "ix_waiting_account", "waiting", ["account_id"], unique=False, schema="citizen_reception"
    )
