"""Remembers how a hall sets its answer clock, and when its reminders last went out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import TenantScoped, db


class HallClock(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """One row a municipality; a hall that never set anything has none, or an empty one."""

    __tablename__ = "hall_clock"

    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    version: Mapped[int] = mapped_column(default=0)
    set_by: Mapped[str] = mapped_column(Text, default="")
    set_at: Mapped[datetime | None]
    ran_on: Mapped[date | None]
