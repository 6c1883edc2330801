"""Remembers programmes, proofs of their use, and ratings that nobody can join to a person.

The tables of proof (`programme_use`, `voucher`, `spent_use`) and those of answers (`urn`, `rating`)
share no key, no number and no time; README.md says what that gives and where it ends.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Numeric, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, TenantScoped, db

NAME = "citizen_feedback"


def _of(table: str, column: str) -> ForeignKeyConstraint:
    """Point to a table of the module, within the municipality."""
    return ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{NAME}.{table}.tenant_id", f"{NAME}.{table}.id"],
        ondelete="CASCADE",
    )


class Programme(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A municipal programme or service of one budget year (art. 2.1)."""

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        Index("ix_programme_year", "tenant_id", "year", "state", "no"),
        {"schema": NAME},
    )

    year: Mapped[int]  # the budget year, whatever the year of the hall's act
    no: Mapped[int]
    code: Mapped[str] = mapped_column(Text)  # "2026-07": the year and the number within it
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    entitled: Mapped[str] = mapped_column(Text, default="")
    how_to_apply: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(Text, default="")
    budget: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))  # lari
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(Text, default="draft")  # draft, published, withdrawn
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class ProgrammeUse(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """One use of a programme by somebody known by a keyed hash that differs by programme."""

    __tablename__ = "programme_use"
    __table_args__ = (_of("programme", "programme_id"), {"schema": NAME})

    programme_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_mark: Mapped[str] = mapped_column(Text, primary_key=True)
    used_on: Mapped[date] = mapped_column(primary_key=True)


class VoucherBatch(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """Vouchers made together: a sheet to cut up, or the one that a clerk's attestation gave."""

    __tablename__ = "voucher_batch"
    __table_args__ = (
        _of("programme", "programme_id"),
        Index("ix_voucher_batch_programme", "tenant_id", "programme_id", "created_at"),
        {"schema": NAME},
    )

    programme_id: Mapped[uuid.UUID]
    count: Mapped[int]
    expires_on: Mapped[date]
    attested: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Voucher(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A voucher that was made; whether it has been used is not written here."""

    __tablename__ = "voucher"
    __table_args__ = (
        _of("voucher_batch", "batch_id"),
        Index("ix_voucher_batch_id", "tenant_id", "batch_id"),
        {"schema": NAME},
    )

    code_mark: Mapped[str] = mapped_column(Text, primary_key=True)  # keyed hash of the code
    batch_id: Mapped[uuid.UUID]


class SpentUse(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A proof that has been used up: a keyed hash, and nothing beside it."""

    __tablename__ = "spent_use"
    __table_args__ = {"schema": NAME}  # noqa: RUF012 - as SQLAlchemy asks
    append_only = True

    mark: Mapped[str] = mapped_column(Text, primary_key=True)


class Urn(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """An anonymous rating that waits, encrypted, until enough others can be mixed with it."""

    __tablename__ = "urn"
    __table_args__ = (
        _of("programme", "programme_id"),
        Index("ix_urn_programme", "tenant_id", "programme_id"),
        {"schema": NAME},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    programme_id: Mapped[uuid.UUID]
    sealed: Mapped[str] = mapped_column(Text)


class Rating(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A rating (art. 2.2): marks, words and a day; an anonymous one came out of the urn."""

    __tablename__ = "rating"
    __table_args__ = (
        _of("programme", "programme_id"),
        Index("ix_rating_programme", "tenant_id", "programme_id", "has_words", "day", "id"),
        {"schema": NAME},
    )

    # By chance alone: a UUID of version 7 would tell the moment.
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    programme_id: Mapped[uuid.UUID]
    day: Mapped[date]  # of an anonymous one the day on which the urn was emptied
    settlement: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[dict[str, Any]] = mapped_column(JSONB)  # dimension -> 1 to 5
    words: Mapped[str] = mapped_column(Text, default="")
    change: Mapped[str] = mapped_column(Text, default="")  # what they would change
    has_words: Mapped[bool] = mapped_column(default=False)


class Rater(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """Who gave a rating, where they wished to be known; an anonymous rating has no such row."""

    __tablename__ = "rater"
    __table_args__ = (
        _of("rating", "rating_id"),
        Index("ix_rater_account", "account_id"),
        {"schema": NAME},
    )
    own_by = "account_id"  # so that an erasure finds it in every municipality

    rating_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID | None]
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="ka")


class ProgrammeSum(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """The marks of a programme added up, so that a page of results reads no rating.

    `settlement` is "" for all settlements together.
    """

    __tablename__ = "programme_sum"
    __table_args__ = (_of("programme", "programme_id"), {"schema": NAME})

    programme_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    settlement: Mapped[str] = mapped_column(Text, primary_key=True)
    dimension: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int]
    total: Mapped[int]
    good: Mapped[int]  # marks of 4 and 5


class ProgrammeMonth(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """The same by month, from which a report's closed period is frozen (art. 4.4)."""

    __tablename__ = "programme_month"
    __table_args__ = (_of("programme", "programme_id"), {"schema": NAME})

    programme_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    settlement: Mapped[str] = mapped_column(Text, primary_key=True)
    dimension: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int]
    total: Mapped[int]
    good: Mapped[int]
