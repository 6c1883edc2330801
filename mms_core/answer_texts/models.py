"""Remembers the texts of halls, with where they came from, and the ministry's with each version."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, National, TenantScoped, db, uuid7


class AnswerText(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A text of a hall; one that was adopted knows from which version, and as it was then."""

    __tablename__ = "answer_text"
    __table_args__ = (Index("ix_answer_text_module", "tenant_id", "retired", "module", "name"),)

    name: Mapped[str] = mapped_column(Text)
    module: Mapped[str] = mapped_column(Text, default="")  # empty: for every module
    step: Mapped[str] = mapped_column(Text, default="")  # empty: for every step
    language: Mapped[str] = mapped_column(Text, default="ka")
    body: Mapped[str] = mapped_column(Text)
    shared_id: Mapped[uuid.UUID | None]
    shared_version: Mapped[int] = mapped_column(default=0)  # the version adopted last
    shared_body: Mapped[str] = mapped_column(Text, default="")  # its words, to show what changed
    seen_version: Mapped[int] = mapped_column(default=0)  # up to which no update is offered
    retired: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(Text, default="")


class SharedText(National, db.Model):  # type: ignore[misc,name-defined]
    """A text of the ministry that every hall may adopt."""

    __tablename__ = "shared_text"
    why_national = "The ministry keeps it for all municipalities; a hall adopts a copy of its own."

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(Text)
    module: Mapped[str] = mapped_column(Text, default="")
    step: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(Text, default="ka")
    body: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    retired: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(Text, default="")


class SharedTextVersion(National, db.Model):  # type: ignore[misc,name-defined]
    """A version of the ministry's text as it was published."""

    __tablename__ = "shared_text_version"
    why_national = "The history of the ministry's texts, by which a hall sees what it adopted."
    append_only = True

    text_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text, default="")
