"""Remembers the private address of an official's calendar, by its hash alone."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import TenantScoped, db
from plugins.citizen_reception.models import NAME


class CalendarFeed(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """An official's calendar that programs may read; without this row its address leads nowhere."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "official_id"],
            [f"{NAME}.official.tenant_id", f"{NAME}.official.id"],
            ondelete="CASCADE",
        ),
        Index("ix_calendar_feed_secret", "tenant_id", "secret_hash", unique=True),
        {"schema": NAME},
    )

    official_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(Text)  # SHA-256; the secret itself is shown once
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(Text, default="")  # the officer's name
