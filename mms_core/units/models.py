"""Remembers a hall's units, who works in them, who is away, and what is routed where."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, TenantScoped, db


def _of_unit() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "unit_id"], [f"{SCHEMA}.unit.tenant_id", f"{SCHEMA}.unit.id"]
    )


class Unit(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A structural unit of a hall; one that was closed stays, for old cases name it."""

    __tablename__ = "unit"

    name_ka: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    head_id: Mapped[uuid.UUID | None]
    deputy_id: Mapped[uuid.UUID | None]
    email: Mapped[str] = mapped_column(Text, default="", server_default="")
    closed_at: Mapped[datetime | None]


class UnitMember(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """An officer who works in a unit; one may work in several."""

    __tablename__ = "unit_member"
    __table_args__ = (_of_unit(), Index("ix_unit_member_person", "tenant_id", "person_id"))

    unit_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class RoutingRule(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Cases of a module, of one topic or from one settlement, go to a unit by themselves."""

    __tablename__ = "routing_rule"
    __table_args__ = (_of_unit(), UniqueConstraint("tenant_id", "module", "topic", "place_key"))

    module: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(Text, default="")  # empty: any
    place: Mapped[str] = mapped_column(Text, default="")  # as it was written; empty: any
    place_key: Mapped[str] = mapped_column(Text, default="")  # as it is compared
    unit_id: Mapped[uuid.UUID]


class Absence(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Days on which an officer is away, and who takes their cases meanwhile."""

    __tablename__ = "absence"
    __table_args__ = (Index("ix_absence_until", "tenant_id", "until_on", "person_id"),)

    person_id: Mapped[uuid.UUID]
    person_name: Mapped[str] = mapped_column(Text)
    deputy_id: Mapped[uuid.UUID]
    deputy_name: Mapped[str] = mapped_column(Text)
    from_on: Mapped[date]
    until_on: Mapped[date]  # the last day
    set_by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())
