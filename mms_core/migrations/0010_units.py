"""Units of a hall, who works in them, rules that send cases there; topic and place of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0010_units"
down_revision = "0009_case_key"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the models have."""
    op.create_table(
        "unit",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_ka", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), server_default="", nullable=False),
        sa.Column("head_id", sa.Uuid(), nullable=True),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_unit")),
        schema="mms",
    )
    op.create_table(
        "routing_rule",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("place_key", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["mms.unit.tenant_id", "mms.unit.id"],
            name=op.f("fk_routing_rule_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_routing_rule")),
        sa.UniqueConstraint(
            "tenant_id",
            "module",
            "topic",
            "place_key",
            name=op.f("uq_routing_rule_tenant_id_module_topic_place_key"),
        ),
        schema="mms",
    )
    op.create_table(
        "unit_member",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["mms.unit.tenant_id", "mms.unit.id"],
            name=op.f("fk_unit_member_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "unit_id", "person_id", name=op.f("pk_unit_member")),
        schema="mms",
    )
    op.create_index(
        "ix_unit_member_person",
        "unit_member",
        ["tenant_id", "person_id"],
        unique=False,
        schema="mms",
    )
    op.add_column(
        "cases", sa.Column("topic", sa.Text(), server_default="", nullable=False), schema="mms"
    )
    op.add_column(
        "cases", sa.Column("place", sa.Text(), server_default="", nullable=False), schema="mms"
    )
    op.create_index(
        "ix_cases_channel",
        "cases",
        ["tenant_id", "channel", "opened_at", "id"],
        unique=False,
        schema="mms",
        postgresql_where=sa.text("channel <> 'web'"),
    )
    op.create_index(
        "ix_cases_place",
        "cases",
        ["tenant_id", "place", "opened_at", "id"],
        unique=False,
        schema="mms",
        postgresql_where=sa.text("place <> ''"),
    )
    op.create_index(
        "ix_cases_topic",
        "cases",
        ["tenant_id", "module", "topic", "opened_at", "id"],
        unique=False,
        schema="mms",
        postgresql_where=sa.text("topic <> ''"),
    )
    op.create_index(
        "ix_cases_unit",
        "cases",
        ["tenant_id", "unit", "is_open", "due_on", "id"],
        unique=False,
        schema="mms",
        postgresql_where=sa.text("unit <> ''"),
    )
    op.add_column(
        "tenant_module",
        sa.Column("routed", sa.Boolean(), server_default="false", nullable=False),
        schema="mms",
    )
