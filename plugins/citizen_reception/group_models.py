"""Remembers the visit of a group; who asked, its state and what came of it are the case's."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, TenantScoped, db
from plugins.citizen_reception.models import NAME


class Tour(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A group's visit to the building: when, how many, how old, in which language, with whom."""

    __tablename__ = "tour"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
        # One group at a time: the database gives an hour to nobody twice.
        Index(
            "ix_tour_hour", "tenant_id", "starts_at", unique=True, postgresql_where=text("holds")
        ),
        CheckConstraint("size > 0", name="tour_size"),
        {"schema": NAME},
    )

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    holds: Mapped[bool] = mapped_column(default=True)  # the hour is this group's
    organisation: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    age: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    access: Mapped[str] = mapped_column(Text, default="")  # a wheelchair, an interpreter
    guide: Mapped[str] = mapped_column(Text, default="", server_default="")
    came: Mapped[int | None]  # how many there were
