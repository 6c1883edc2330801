"""Remembers what is special in an idea; its text, state and answer are the case's."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, TenantScoped, db

NAME = "your_idea_to_mayor"


class Idea(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """An idea beside its case: what it is about, where, and whether the public reads it."""

    __tablename__ = "idea"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
        Index("ix_idea_public", "tenant_id", "is_public", "published_at", "case_id"),
        Index("ix_idea_category", "tenant_id", "is_public", "category", "published_at", "case_id"),
        Index("ix_idea_state", "tenant_id", "is_public", "state", "published_at", "case_id"),
        {"schema": NAME},
    )

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(Text)
    settlement: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text)  # the case's, kept by `keep_in_step`
    is_public: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(Text, default="", server_default="")  # of its text
    lat: Mapped[float | None]  # of the place, rounded to about 100 m
    lon: Mapped[float | None]
