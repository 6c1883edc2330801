"""The answer clock: pauses, checks, reminders, days off, and a hall's own settings of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_answer_clock"
down_revision = "0011_moderation"
branch_labels = None
depends_on = None

DAYS = ("waits_until", "check_by", "remind_on", "reminded_on")


def upgrade() -> None:
    """Add what the models have."""
    for name in DAYS:
        op.add_column("cases", sa.Column(name, sa.Date(), nullable=True), schema="mms")
    for name in ("remind_on", "waits_until"):
        op.create_index(
            f"ix_cases_{name.partition('_')[0]}",
            "cases",
            ["tenant_id", name, "id"],
            unique=False,
            schema="mms",
            postgresql_where=sa.text(f"{name} is not null"),
        )
    _days_off("national_day_off", [])
    _days_off("hall_day_off", [sa.Column("tenant_id", sa.Integer(), nullable=False)])
    op.create_table(
        "hall_clock",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ran_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_hall_clock")),
        schema="mms",
    )


def _days_off(table: str, key: list[sa.Column[int]]) -> None:
    """Make a table of days off; a day is declared once, and again after it was taken back."""
    names = [column.name for column in key]
    op.create_table(
        table,
        *key,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name_ka", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column(
            "declared_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("removed_by", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(*names, "id", name=op.f(f"pk_{table}")),
        schema="mms",
    )
    op.create_index(
        f"ix_{table}_day",
        table,
        [*names, "day"],
        unique=True,
        schema="mms",
        postgresql_where=sa.text("removed_at is null"),
    )
