"""Remembers cases, whose they are, and what was said and attached."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, TenantScoped, db


def of_case() -> ForeignKeyConstraint:
    """Tie a table's rows to their case, with which they go."""
    return ForeignKeyConstraint(
        ["tenant_id", "case_id"],
        [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
        ondelete="CASCADE",
    )


class Case(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Everything between a citizen and a city hall, whatever module it came through."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        # Open cases by their date, with all that the desk counts of them.
        Index(
            "ix_cases_open",
            *("tenant_id", "due_on", "id"),
            postgresql_where=text("is_open"),
            postgresql_include=["answered_at", "waits_until", "assignee_id", "unit"],
        ),
        # What the hall still owes an answer; an answered case may stay open for years.
        Index(
            "ix_cases_owed",
            "tenant_id",
            "due_on",
            "id",
            postgresql_where=text("is_open and answered_at is null"),
        ),
        # Whose officers are reminded next, and who waits for the citizen.
        Index(
            "ix_cases_remind",
            "tenant_id",
            "remind_on",
            "id",
            postgresql_where=text("remind_on is not null"),
        ),
        Index(
            "ix_cases_waits",
            "tenant_id",
            "waits_until",
            "id",
            postgresql_where=text("waits_until is not null"),
        ),
        Index("ix_cases_recent", "tenant_id", "opened_at", "id"),
        Index("ix_cases_module", "tenant_id", "module", "state", "opened_at", "id"),
        Index("ix_cases_assignee", "tenant_id", "assignee_id", "is_open", "due_on", "id"),
        # Most cases of a hall without units, topics or villages are not in these.
        Index(
            "ix_cases_unit",
            *("tenant_id", "unit", "is_open", "due_on", "id"),
            postgresql_where=text("unit <> ''"),
        ),
        Index(
            "ix_cases_unit_recent",
            *("tenant_id", "unit", "opened_at", "id"),
            postgresql_where=text("unit <> ''"),
        ),
        Index(
            "ix_cases_topic",
            *("tenant_id", "module", "topic", "opened_at", "id"),
            postgresql_where=text("topic <> ''"),
        ),
        Index(
            "ix_cases_place",
            *("tenant_id", "place", "opened_at", "id"),
            postgresql_where=text("place <> ''"),
        ),
        Index(
            "ix_cases_channel",
            *("tenant_id", "channel", "opened_at", "id"),
            postgresql_where=text("channel <> 'web'"),
        ),
        Index(
            "ix_cases_merged",
            "tenant_id",
            "merged_into",
            postgresql_where=text("merged_into is not null"),
        ),
        # New words wait for the vacuum; what is more than this a post must put in, for all of them.
        Index(
            "ix_cases_search",
            "search",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 16384},
        ),
    )
    read_by = ("mms_search",)

    number: Mapped[str] = mapped_column(Text)
    module: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    is_open: Mapped[bool]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(Text, default="ka")
    author_id: Mapped[uuid.UUID | None]
    channel: Mapped[str] = mapped_column(Text, default="web")
    taken_at: Mapped[int | None]  # the centre where it was taken, if any
    unit: Mapped[str] = mapped_column(Text, default="")  # the number of the unit, see `units`
    topic: Mapped[str] = mapped_column(Text, default="", server_default="")  # a key of its module
    place: Mapped[str] = mapped_column(Text, default="", server_default="")  # the settlement
    assignee_id: Mapped[uuid.UUID | None]
    assignee_name: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    due_reason: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # The clock stands until the citizen answers, at the latest to the end of this day.
    waits_until: Mapped[date | None]
    check_by: Mapped[date | None]  # it is still to be checked that nothing is missing
    remind_on: Mapped[date | None]  # when the ladder of reminders looks at the case next
    reminded_on: Mapped[date | None]  # the newest reminder
    answer: Mapped[str] = mapped_column(Text, default="")  # the hall's latest published answer
    merged_into: Mapped[uuid.UUID | None]  # the case that leads its group of duplicates
    merged: Mapped[int] = mapped_column(default=0, server_default="0")  # how many follow this one
    version: Mapped[int] = mapped_column(default=0)  # how many events it has
    head: Mapped[str] = mapped_column(Text, default="")  # hash of the newest event
    search: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)


class CaseContact(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """How to reach the author of a case; personal data, shown to staff with a logged look."""

    __tablename__ = "case_contact"
    __table_args__ = (of_case(),)

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    public_name: Mapped[str] = mapped_column(Text, default="")  # what the public page shows


class PersonCase(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """The index row by which a citizen finds their cases in all municipalities."""

    __tablename__ = "person_case"
    __table_args__ = (Index("ix_person_case_person", "person_id", "updated_at"),)
    own_by = "person_id"
    # What it shows of its case, by the same names.
    shown = ("number", "module", "kind", "title", "state", "is_open", "due_on", "updated_at")

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    module: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    is_open: Mapped[bool]
    due_on: Mapped[date | None]
    updated_at: Mapped[datetime]


class CaseMessage(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A message to or from the citizen, or a note that stays inside the hall."""

    __tablename__ = "case_message"
    __table_args__ = (of_case(), Index("ix_case_message_case", "tenant_id", "case_id", "at"))

    case_id: Mapped[uuid.UUID]
    direction: Mapped[str] = mapped_column(Text)  # out, in, note
    body: Mapped[str] = mapped_column(Text)
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Attachment(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A file of a case; its bytes lie in the storage under `key`."""

    __tablename__ = "attachment"
    __table_args__ = (of_case(), Index("ix_attachment_case", "tenant_id", "case_id", "at"))

    case_id: Mapped[uuid.UUID]
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    width: Mapped[int | None]
    height: Mapped[int | None]
    thumbnails: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    caption: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(default=False)
    by_role: Mapped[str] = mapped_column(Text, default="citizen")
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class CaseKey(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """What a case is about, as hashes of stems, by which cases that are like it are found.

    The number of a case begins with its time, so that the key reads a stem's newest cases first.
    """

    __tablename__ = "case_key"
    __table_args__ = (of_case(), Index("ix_case_key_case", "tenant_id", "case_id"))

    stem: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
