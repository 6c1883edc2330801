"""Remembers what a citizen says of how their case was handled."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, TenantScoped, db


class Opinion(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """One row a case: its rating, whether it was solved, and whether it is a first voice."""

    __tablename__ = "case_opinion"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    score: Mapped[int | None]  # 1 to 5; the first tap, which stays
    scored_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(Text, default="", server_default="")
    solved: Mapped[str] = mapped_column(Text, default="", server_default="")  # yes, partly, no
    solved_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(default=0, server_default="0")  # times by the citizen
    first_time: Mapped[bool | None]  # whether the citizen turns to the hall for the first time
