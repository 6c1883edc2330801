"""Remembers what the centre tells and invites to: meetings with seats, events, materials."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, TenantScoped, db
from plugins.citizen_reception.models import NAME


class Meeting(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A planned meeting or event; `seats` is None where everybody may simply come."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        # However many ask in one second, the database gives no seat twice.
        CheckConstraint("taken >= 0 and (seats is null or taken <= seats)", name="meeting_seats"),
        Index("ix_meeting_ahead", "tenant_id", "state", "starts_at", "id"),
        Index("ix_meeting_of_hall", "tenant_id", "starts_at", "id"),
        {"schema": NAME},
    )

    code: Mapped[str] = mapped_column(Text)  # "2026-07": the year and the number within it
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    seats: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[str] = mapped_column(Text, default="draft")  # draft, published, cancelled
    why: Mapped[str] = mapped_column(Text, default="", server_default="")  # it was cancelled
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")  # of the calendar's entry
    changed_at: Mapped[datetime]


class MeetingSeat(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Seats that somebody has taken at a meeting, by a name and an address to be told at."""

    __tablename__ = "meeting_seat"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            [f"{NAME}.meeting.tenant_id", f"{NAME}.meeting.id"],
            ondelete="CASCADE",
        ),
        # Who asks twice has not two lots of seats.
        Index(
            "ix_meeting_seat_once",
            *("tenant_id", "meeting_id", "reached_at"),
            unique=True,
            postgresql_where=text("given_back_at is null"),
        ),
        Index("ix_meeting_seat_account", "account_id"),
        {"schema": NAME},
    )
    own_by = "account_id"  # so that an erasure finds it in every municipality

    meeting_id: Mapped[uuid.UUID]
    people: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    reached_at: Mapped[str] = mapped_column(Text)  # the e-mail or telephone, as it is compared
    language: Mapped[str] = mapped_column(Text, default="ka")
    account_id: Mapped[uuid.UUID | None]
    taken_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]


class Material(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A leaflet, form or book to be downloaded; its bytes lie in the storage."""

    __tablename__ = "material"
    __table_args__ = (
        Index("ix_material_place", "tenant_id", "place", "id"),
        {"schema": NAME},
    )

    title: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="ka")
    place: Mapped[int] = mapped_column(default=0)
    file: Mapped[dict[str, Any]] = mapped_column(JSONB)
    added_at: Mapped[datetime]
