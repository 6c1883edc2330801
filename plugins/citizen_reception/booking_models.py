"""Remembers who receives, when, and which minutes are taken; what about is on the case."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, TenantScoped, db
from plugins.citizen_reception.models import NAME

GRAIN = 10  # minutes; every length and hour is a multiple of it


def _of_official() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "official_id"],
        [f"{NAME}.official.tenant_id", f"{NAME}.official.id"],
        ondelete="CASCADE",
    )


class Official(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Somebody who receives: the mayor, a deputy, a head, a representative in a village."""

    __tablename__ = "official"
    __table_args__ = (Index("ix_official_rank", "tenant_id", "rank", "id"), {"schema": NAME})

    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="")
    post: Mapped[str] = mapped_column(Text)  # a key of `officials.POSTS`
    duty: Mapped[str] = mapped_column(Text, default="")  # "roads and water", as the hall says it
    place: Mapped[str] = mapped_column(Text)  # where, when the hours say nothing else
    email: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    rank: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    by_hall: Mapped[bool] = mapped_column(default=False)  # booked by the hall or a centre alone


class Hours(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Hours of a weekday, with their break and how long they hold."""

    __tablename__ = "hours"
    __table_args__ = (
        _of_official(),
        Index("ix_hours_official", "tenant_id", "official_id"),
        CheckConstraint("opens < closes", name="hours_order"),
        {"schema": NAME},
    )

    official_id: Mapped[uuid.UUID]
    weekday: Mapped[int]  # 1 for Monday
    opens: Mapped[time]
    closes: Mapped[time]
    break_from: Mapped[time | None]
    break_to: Mapped[time | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    kind_id: Mapped[uuid.UUID | None]  # hours for one kind alone, such as a consultation for many
    way: Mapped[str] = mapped_column(Text, default="place")  # place, phone, video
    place: Mapped[str] = mapped_column(Text, default="")


class Away(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Days on which an official does not receive, and who does instead."""

    __tablename__ = "away"
    __table_args__ = (
        _of_official(),
        Index("ix_away_official", "tenant_id", "official_id", "until"),
        CheckConstraint("since <= until", name="away_order"),
        {"schema": NAME},
    )

    official_id: Mapped[uuid.UUID]
    since: Mapped[date]
    until: Mapped[date]
    why: Mapped[str] = mapped_column(Text, default="")
    substitute_id: Mapped[uuid.UUID | None]


class VisitKind(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A kind of visit: how long it takes and how many are received together."""

    __tablename__ = "visit_kind"
    __table_args__ = (
        CheckConstraint("capacity > 0 and minutes > 0", name="kind_numbers"),
        {"schema": NAME},
    )

    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int]
    capacity: Mapped[int] = mapped_column(default=1)
    rank: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Seat(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """Ten minutes of an official, taken; the key gives them to nobody twice."""

    __tablename__ = "seat"
    __table_args__ = (
        _of_official(),
        Index("ix_seat_holder", "tenant_id", "holder"),
        {"schema": NAME},
    )

    official_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)  # 1 up to the capacity of the kind
    holder: Mapped[uuid.UUID]  # the hold, then the case
    held_until: Mapped[datetime | None]  # None once it is booked


class Hold(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A time that is kept while somebody fills the form, or that is offered to who waited."""

    __tablename__ = "hold"
    __table_args__ = (_of_official(), Index("ix_hold_until", "tenant_id", "until"),
                      {"schema": NAME})  # fmt: skip

    official_id: Mapped[uuid.UUID]
    kind_id: Mapped[uuid.UUID]
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    about: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[datetime]


class Visit(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A booked visit; its state is the case's."""

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
        _of_official(),
        Index("ix_visit_day", "tenant_id", "starts_at"),
        Index("ix_visit_official", "tenant_id", "official_id", "starts_at"),
        {"schema": NAME},
    )

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    official_id: Mapped[uuid.UUID]
    kind_id: Mapped[uuid.UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    way: Mapped[str] = mapped_column(Text, default="place")
    place: Mapped[str] = mapped_column(Text, default="")
    holds: Mapped[bool] = mapped_column(default=True)
    moved: Mapped[int] = mapped_column(default=0)  # how often; the calendar's SEQUENCE
    reminded: Mapped[int] = mapped_column(default=0)  # how many reminders have left


class FairShare(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """One of the visits that a person may have booked at a time; the key gives none twice."""

    __tablename__ = "fair_share"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",  # it is taken just before its case is written
        ),
        Index("ix_fair_share_case", "tenant_id", "case_id"),
        {"schema": NAME},
    )

    who: Mapped[str] = mapped_column(Text, primary_key=True)  # a hash of an address or an account
    no: Mapped[int] = mapped_column(primary_key=True)  # 1 up to the hall's cap
    case_id: Mapped[uuid.UUID]
