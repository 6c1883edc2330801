"""Remembers what is special in an idea; its text, state and answer are the case's."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, HasId, TenantScoped, db

NAME = "your_idea_to_mayor"
NEWEST = ("published_at", "case_id")
FROM = "origin <> ''"
UNTOLD = "not told and not held and not hidden"


def _public(name: str, *equal: str, order: Sequence[str] = NEWEST) -> Index:
    """Index what the public reads: by what is equal, then in the order of the list."""
    where = text("is_public")
    return Index(f"ix_idea_by_{name}", "tenant_id", *equal, *order, postgresql_where=where)


def _of_idea() -> ForeignKeyConstraint:
    own = [f"{NAME}.idea.tenant_id", f"{NAME}.idea.case_id"]
    return ForeignKeyConstraint(["tenant_id", "case_id"], own, ondelete="CASCADE")


class Idea(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """An idea beside its case: what it is about, where, and whether the public reads it."""

    __tablename__ = "idea"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "case_id"],
            [f"{SCHEMA}.cases.tenant_id", f"{SCHEMA}.cases.id"],
            ondelete="CASCADE",
        ),
        # Every filter of the list, alone or with another one, ends in the order of the list: a
        # reader of the rarest pair meets as few rows as a reader of all.
        _public("newest"),
        _public("category", "category"),
        _public("state", "state"),
        _public("settlement", "settlement"),
        _public("category_settlement", "category", "settlement"),
        _public("category_state", "category", "state"),
        _public("settlement_state", "settlement", "state"),
        _public("answered", "answered"),
        _public("answered_category", "answered", "category"),
        _public("answered_settlement", "answered", "settlement"),
        _public("supports", order=("supports", *NEWEST)),
        _public("supports_category", "category", order=("supports", *NEWEST)),
        _public("supports_settlement", "settlement", order=("supports", *NEWEST)),
        _public("waiting", "answered", order=("opened_at", "case_id")),
        _public("campaign", "campaign_id"),
        {"schema": NAME},
    )

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(Text)
    settlement: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="", server_default="")
    for_whom: Mapped[str] = mapped_column(Text, default="", server_default="")
    state: Mapped[str] = mapped_column(Text)  # the case's, kept by `keep_in_step`
    is_public: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(Text, default="", server_default="")  # of its text
    lat: Mapped[float | None]  # of the place, rounded to about 100 m
    lon: Mapped[float | None]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())  # the case's
    answered: Mapped[bool] = mapped_column(default=False, server_default="false")  # once at least
    # What has been folded of `idea_delta`; `supports` is what the list is ordered by.
    supports: Mapped[int] = mapped_column(default=0, server_default="0")
    residents: Mapped[int] = mapped_column(default=0, server_default="0")
    others: Mapped[int] = mapped_column(default=0, server_default="0")
    unconfirmed: Mapped[int] = mapped_column(default=0, server_default="0")
    comments: Mapped[int] = mapped_column(default=0, server_default="0")
    campaign_id: Mapped[uuid.UUID | None]  # the call that it answers

    @property
    def found_by(self) -> str:
        """The words beside those of the case by which the idea is found."""
        return f"{self.settlement} {self.why} {self.for_whom}"


class IdeaDelta(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """One change of an idea's figures, appended so that people never wait for each other."""

    __tablename__ = "idea_delta"
    __table_args__ = (
        Index("ix_idea_delta_case", "tenant_id", "case_id"),
        {"schema": NAME},
    )

    case_id: Mapped[uuid.UUID]
    residents: Mapped[int] = mapped_column(default=0, server_default="0")
    others: Mapped[int] = mapped_column(default=0, server_default="0")
    unconfirmed: Mapped[int] = mapped_column(default=0, server_default="0")
    comments: Mapped[int] = mapped_column(default=0, server_default="0")


class Support(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """One person's support of one idea; withdrawing it removes the row, and nothing is kept."""

    __tablename__ = "support"
    __table_args__ = (
        _of_idea(),
        Index("ix_support_person", "person_id", "tenant_id"),
        Index(
            "ix_support_waiting", "tenant_id", "counts_from", postgresql_where=text("not counted")
        ),
        Index("ix_support_origin", "tenant_id", "origin", "at", postgresql_where=text(FROM)),
        {"schema": NAME},
    )
    own_by = "person_id"  # found in every municipality when the person is erased

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)  # residents, others or unconfirmed: a figure's name
    at: Mapped[datetime]
    counts_from: Mapped[datetime]  # later than `at` where a new account or a burst is checked
    counted: Mapped[bool] = mapped_column(default=True, server_default="true")
    origin: Mapped[str] = mapped_column(Text, default="", server_default="")  # keyed hash, 2 days
    # The idea that was merged into this one and brought the support along.
    via: Mapped[uuid.UUID | None]


class Follow(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A person who wants a letter at each step of an idea; kept apart from supports."""

    __tablename__ = "follow"
    __table_args__ = (
        _of_idea(),
        Index("ix_follow_person", "person_id", "tenant_id"),
        {"schema": NAME},
    )
    own_by = "person_id"

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    told: Mapped[int] = mapped_column(default=0, server_default="0")  # the last event told of


class Comment(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """What somebody says of an idea, or replies to what somebody said; replies are one deep."""

    __tablename__ = "comment"
    __table_args__ = (
        _of_idea(),
        Index("ix_comment_case", "tenant_id", "case_id", "at", "id"),
        Index("ix_comment_parent", "tenant_id", "parent_id", "at", "id"),
        Index("ix_comment_person", "person_id", "tenant_id", "at"),
        Index("ix_comment_untold", "tenant_id", "at", postgresql_where=text(UNTOLD)),
        {"schema": NAME},
    )
    own_by = "person_id"

    case_id: Mapped[uuid.UUID]
    parent_id: Mapped[uuid.UUID | None]
    person_id: Mapped[uuid.UUID | None]  # nobody once erased
    name: Mapped[str] = mapped_column(Text, default="", server_default="")  # as it is shown
    body: Mapped[str] = mapped_column(Text)  # empty once its author took it back
    official: Mapped[bool] = mapped_column(default=False, server_default="false")
    held: Mapped[bool] = mapped_column(default=False, server_default="false")  # until a look
    hidden: Mapped[bool] = mapped_column(default=False, server_default="false")  # its stub is seen
    told: Mapped[bool] = mapped_column(default=False, server_default="false")  # in a digest
    at: Mapped[datetime]


class Campaign(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A call for ideas on a theme and a place, open for a time, with what came of it."""

    __tablename__ = "campaign"
    __table_args__ = (
        UniqueConstraint("tenant_id", "slug"),
        Index("ix_campaign_closes", "tenant_id", "closes_on", "id"),
        {"schema": NAME},
    )

    slug: Mapped[str] = mapped_column(Text)  # its part of the address, which never changes
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, default="", server_default="")
    category: Mapped[str] = mapped_column(Text, default="", server_default="")
    opens_on: Mapped[date]
    closes_on: Mapped[date]  # the last day, to midnight in Tbilisi
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # as Stored.to_json gives it
    result: Mapped[str] = mapped_column(Text, default="", server_default="")
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Tally(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """A figure of a month, folded; the public's results are read from here, never counted anew."""

    __tablename__ = "tally"
    __table_args__ = ({"schema": NAME},)

    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    kind: Mapped[str] = mapped_column(Text, primary_key=True)  # all, category or place
    key: Mapped[str] = mapped_column(Text, primary_key=True)  # which category or place
    measure: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int]


class TallyDelta(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """One change of a figure, appended with what it counts."""

    __tablename__ = "tally_delta"
    __table_args__ = ({"schema": NAME},)

    month: Mapped[date]
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text)
    n: Mapped[int]


class YearNote(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """The hall's own words on the page of a year."""

    __tablename__ = "year_note"
    __table_args__ = ({"schema": NAME},)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    by_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class IdeaVersion(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """How an idea stood before its author changed it; a citizen's words never lie in the log."""

    __tablename__ = "idea_version"
    __table_args__ = (_of_idea(), {"schema": NAME})

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)  # 1 is how it was handed in
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="", server_default="")
    for_whom: Mapped[str] = mapped_column(Text, default="", server_default="")
    until: Mapped[datetime]  # when it was replaced


class Feasibility(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """What a unit of the hall was asked about an idea, and what it thinks; never public."""

    __tablename__ = "feasibility"
    __table_args__ = (
        _of_idea(),
        UniqueConstraint("tenant_id", "case_id", "unit_id"),
        Index("ix_feasibility_unit", "tenant_id", "unit_id", "answered_at", "wanted_by"),
        {"schema": NAME},
    )

    case_id: Mapped[uuid.UUID]
    unit_id: Mapped[uuid.UUID]
    question: Mapped[str] = mapped_column(Text, default="", server_default="")
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    wanted_by: Mapped[date]
    answered_by: Mapped[str] = mapped_column(Text, default="", server_default="")
    answered_at: Mapped[datetime | None]
    competence: Mapped[str] = mapped_column(Text, default="", server_default="")
    cost: Mapped[int | None]  # lari
    term: Mapped[str] = mapped_column(Text, default="", server_default="")
    risk: Mapped[str] = mapped_column(Text, default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
