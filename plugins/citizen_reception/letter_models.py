"""Remembers how a letter was written: to whom, of which kind; its words are the case's."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, TenantScoped, db
from plugins.citizen_reception.models import NAME


class Letter(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A letter to the city hall that the centre helped to write."""

    __tablename__ = "letter"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
        {"schema": NAME},
    )

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    addressee: Mapped[str] = mapped_column(Text)  # the words, as they stood in the hall's list
    facts: Mapped[str] = mapped_column(Text)
    request: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, default="")  # the sender's, for the letter's head
    signed: Mapped[bool] = mapped_column(default=False)  # it was given in on paper, signed
