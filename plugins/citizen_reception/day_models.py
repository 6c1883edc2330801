"""Remembers a day at the reception: the queue with its numbers, who looks, what is linked."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, TenantScoped, db
from plugins.citizen_reception.models import NAME


def _of_case() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "case_id"],
        [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
        ondelete="CASCADE",
    )


class Turn(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Somebody who came on a day, with a booking or without; who it is says the case."""

    __tablename__ = "turn"
    __table_args__ = (
        _of_case(),
        UniqueConstraint("tenant_id", "day", "no"),
        UniqueConstraint("tenant_id", "day", "case_id"),
        Index("ix_turn_case", "tenant_id", "case_id"),
        {"schema": NAME},
    )

    day: Mapped[date]
    no: Mapped[int]  # the number that is called
    case_id: Mapped[uuid.UUID]
    official: Mapped[str] = mapped_column(Text, default="")  # who receives, in words
    planned_at: Mapped[datetime | None]  # None for who came without a booking
    state: Mapped[str] = mapped_column(Text, default="waiting")
    room: Mapped[str] = mapped_column(Text, default="")  # where to, as it is called
    arrived_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    in_at: Mapped[datetime | None]
    out_at: Mapped[datetime | None]
    by_name: Mapped[str] = mapped_column(Text, default="")  # whose act was the latest
    acted_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class DayNumber(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """The last number that was given on a day."""

    __tablename__ = "day_number"
    __table_args__ = {"schema": NAME}  # noqa: RUF012 - as SQLAlchemy asks

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class DayPresence(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """Who has the list of the day open now."""

    __tablename__ = "day_presence"
    __table_args__ = {"schema": NAME}  # noqa: RUF012 - as SQLAlchemy asks

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    room: Mapped[str] = mapped_column(Text, default="")  # to which this clerk calls
    seen_at: Mapped[datetime]


class VisitLink(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A case that a visit was about or that came of it: an idea, an application."""

    __tablename__ = "visit_link"
    __table_args__ = (_of_case(), {"schema": NAME})

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text, primary_key=True)  # of the other case
