"""Remembers unfinished forms: what was typed so far, and by what they are found again."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, TenantScoped, db


class FormDraft(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A form that somebody began: a signed-in person's, or a browser's with the key in a cookie."""

    __tablename__ = "form_draft"
    __table_args__ = (
        Index("ix_form_draft_key", "tenant_id", "key_hash"),
        Index("ix_form_draft_person", "person_id", "updated_at"),
        Index("ix_form_draft_old", "tenant_id", "updated_at"),
    )
    own_by = "person_id"

    form: Mapped[str] = mapped_column(Text)  # which form: the module's name, or with a suffix
    person_id: Mapped[uuid.UUID | None]
    key_hash: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")  # by which its author knows it again
    path: Mapped[str] = mapped_column(Text, default="")  # where it is gone on with
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
