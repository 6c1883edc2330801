"""Remembers what clerks of centres filed: how the citizen was known, and the log of a day."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, National, TenantScoped, db


class CaseIntake(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """That a clerk filed a case for its author: by which document, with which consent."""

    __tablename__ = "case_intake"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
    )
    append_only = True

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    centre_id: Mapped[int | None]
    clerk_id: Mapped[uuid.UUID]
    clerk_name: Mapped[str] = mapped_column(Text)
    identified_by: Mapped[str] = mapped_column(Text)  # the kind of document, never its number
    consent: Mapped[str] = mapped_column(Text)  # the sentence that the citizen agreed to
    received_on: Mapped[date]  # the day on which the citizen came or the paper was taken
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class CentreLog(National, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A line of a centre's day: what a clerk filed or looked up, in whichever municipality."""

    __tablename__ = "centre_log"
    __table_args__ = (
        Index("ix_centre_log_centre", "centre_id", "at"),
        Index("ix_centre_log_clerk", "clerk_id", "at"),
    )
    why_national = "A centre serves all municipalities; a line holds a case's number and no person."
    append_only = True

    centre_id: Mapped[int]
    clerk_id: Mapped[uuid.UUID]
    clerk_name: Mapped[str] = mapped_column(Text)
    municipality: Mapped[int]
    module: Mapped[str] = mapped_column(Text, default="", server_default="")
    number: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(Text)  # filed, tracked
    at: Mapped[datetime] = mapped_column(server_default=func.now())
