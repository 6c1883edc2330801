"""Remembers who sits at which case, and what they have typed so far."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, TenantScoped, db


class Seat(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """An officer at a case: when they were last seen there, and their draft of an answer.

    Each officer has a draft of their own, which colleagues read: so nobody overwrites anybody.
    """

    __tablename__ = "case_seat"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime]
    typed: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # field -> list of values
    draft_version: Mapped[int] = mapped_column(default=0)  # counts what was saved
    case_version: Mapped[int] = mapped_column(default=0)  # of the case as the writer saw it
    saved_at: Mapped[datetime | None]
