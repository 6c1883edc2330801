"""Remembers which hall was erased: what there was, by whom, with which archive it went."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import National, db, uuid7


class HallErased(National, db.Model):  # type: ignore[misc,name-defined]
    """The certificate of an erasure; it names no citizen and is never changed."""

    __tablename__ = "hall_erased"
    why_national = "The hall has no rows any more; the proof that it has none must outlive it."
    append_only = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    municipality_id: Mapped[int]
    slug: Mapped[str] = mapped_column(Text)
    rows: Mapped[dict[str, int]] = mapped_column(JSONB)  # by table
    files: Mapped[int]
    archive: Mapped[str] = mapped_column(Text)  # SHA-256 of the archive's manifest
    reason: Mapped[str] = mapped_column(Text)
    erased_by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
