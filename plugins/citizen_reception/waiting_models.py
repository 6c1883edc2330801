"""Remembers who waits for a time, and which time is offered to them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, TenantScoped, db
from plugins.citizen_reception.models import NAME


class Waiting(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Somebody on the waiting list; the row leaves a month after it has done its service."""

    __tablename__ = "waiting"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "kind_id"],
            [f"{NAME}.visit_kind.tenant_id", f"{NAME}.visit_kind.id"],
            ondelete="CASCADE",
        ),
        # Who asks twice has not two places.
        Index(
            "ix_waiting_once",
            *("tenant_id", "reached_at"),
            unique=True,
            postgresql_where=text("state in ('waits', 'offered')"),
        ),
        Index("ix_waiting_line", "tenant_id", "state", "asked_at", "id"),
        Index("ix_waiting_account", "account_id"),
        {"schema": NAME},
    )
    own_by = "account_id"  # so that the person's page and an erasure find it in every municipality

    kind_id: Mapped[uuid.UUID]
    official_id: Mapped[uuid.UUID | None]  # None for whoever is free first
    minutes: Mapped[int]
    about: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    reached_at: Mapped[str] = mapped_column(Text)  # the e-mail or telephone, as it is compared
    language: Mapped[str] = mapped_column(Text, default="ka")
    account_id: Mapped[uuid.UUID | None]
    asked_at: Mapped[datetime]  # the place in the line
    until: Mapped[date]
    state: Mapped[str] = mapped_column(Text, default="waits")  # waits, offered, taken, gone
    hold_id: Mapped[uuid.UUID | None]  # the time that is offered
    offered_until: Mapped[datetime | None]
    last_offered: Mapped[datetime | None]  # the last time that was offered; never offered again
    missed: Mapped[int] = mapped_column(default=0)  # offers that were not taken in time
    case_id: Mapped[uuid.UUID | None]  # the visit that came of it
    ended_at: Mapped[datetime | None]
