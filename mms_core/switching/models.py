"""Remembers which module is on where, and every decision that made it so."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, National, TenantScoped, db, uuid7

STATES = ("off", "trial", "on", "closing")


class TenantModule(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """The one row that says what is on, how it is set, and since when."""

    __tablename__ = "tenant_module"
    read_by = ("mms_ministry",)

    module: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(Text, default="off")
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    routed: Mapped[bool] = mapped_column(default=False, server_default="false")  # has routing rules


class ModulePlan(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A switch that shall happen on a day; a worker does it, or says why it could not."""

    __tablename__ = "module_plan"
    __table_args__ = (
        Index(
            "ix_module_plan_waiting",
            "tenant_id",
            "module",
            unique=True,
            postgresql_where=text("outcome = 'waiting'"),
        ),
    )

    module: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    on_day: Mapped[date]
    act_number: Mapped[str] = mapped_column(Text, default="")
    act_date: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    planned_by: Mapped[str] = mapped_column(Text)
    planned_at: Mapped[datetime] = mapped_column(server_default=func.now())
    outcome: Mapped[str] = mapped_column(Text, default="waiting")  # done, refused, called_off
    ended_at: Mapped[datetime | None]
    told: Mapped[str] = mapped_column(Text, default="")  # why it was refused, or who called it off


class ModuleDecision(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A dated decision: who switched or set a module, by which legal act, and why."""

    __tablename__ = "module_decision"
    append_only = True
    read_by = ("mms_ministry",)

    module: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text, default="off")
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    act_number: Mapped[str] = mapped_column(Text, default="")
    act_date: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(Text, default="")  # the officer's name, as displayed
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    # Lines of the readiness list that were open when it was decided.
    missing: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")


class ModuleGround(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """What a hall has laid under a module before it opens; `module` is "" for the whole hall."""

    __tablename__ = "module_ground"

    module: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSONB)
    noted_by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class ModuleAllowance(National, db.Model):  # type: ignore[misc,name-defined]
    """Where the ministry allows a module, and from which day."""

    __tablename__ = "module_allowance"
    why_national = "The ministry decides for the nation; the row names modules, not people."
    read_by = ("mms_ministry",)

    module: Mapped[str] = mapped_column(Text, primary_key=True)
    everywhere: Mapped[bool] = mapped_column(default=True)
    tenants: Mapped[list[int]] = mapped_column(JSONB, default=list)
    regions: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    starts_on: Mapped[date | None]  # before that day nobody can switch it on
    decided_by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class ModuleStandard(National, db.Model):  # type: ignore[misc,name-defined]
    """What the ministry has set for a module's setting: a default, and how far a hall may move."""

    __tablename__ = "module_standard"
    why_national = "The ministry decides for the nation; the row names a setting, not people."
    read_by = ("mms_ministry",)

    module: Mapped[str] = mapped_column(Text, primary_key=True)
    setting: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)  # None: no default
    bound: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    decided_by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class StandardDecision(National, db.Model):  # type: ignore[misc,name-defined]
    """A dated decision of the ministry about one setting of a module."""

    __tablename__ = "module_standard_decision"
    __table_args__ = (Index("ix_module_standard_decision_module", "module", "id"),)
    append_only = True
    why_national = "The ministry decides for the nation; the row names a setting, not people."
    read_by = ("mms_ministry",)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-10)
    module: Mapped[str] = mapped_column(Text)
    setting: Mapped[str] = mapped_column(Text)
    value: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    bound: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    decided_by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    act_number: Mapped[str] = mapped_column(Text, default="")
    act_date: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class ModuleHealth(National, db.Model):  # type: ignore[misc,name-defined]
    """Whether a module's tables are up to date, and why it is quarantined when it is."""

    __tablename__ = "module_health"
    why_national = "A module is sound or broken for the whole installation."
    read_by = ("mms_ministry",)

    module: Mapped[str] = mapped_column(Text, primary_key=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    asked_at: Mapped[datetime | None]  # when somebody asked to try it again, and who
    asked_by: Mapped[str] = mapped_column(Text, default="", server_default="")
    tried_at: Mapped[datetime | None]
    tried: Mapped[str] = mapped_column(Text, default="", server_default="")  # "": it is sound
