"""Remembers accounts, what is personal of them, their roles, their sessions, and who looked."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import HasId, National, TenantScoped, db

NATION_WIDE = 0  # the tenant_id of a grant that belongs to no municipality
ROLES = ("operator", "head", "mayor", "clerk", "author", "ministry")
HALL_ROLES = ("operator", "head", "mayor")


class Account(National, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A person who can sign in, or for whom a clerk acts; one serves all municipalities."""

    __tablename__ = "account"
    why_national = "One account serves all municipalities."

    email: Mapped[str | None] = mapped_column(Text, unique=True)  # normalised, lower case
    phone: Mapped[str | None] = mapped_column(Text)  # E.164
    first_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    last_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    language: Mapped[str] = mapped_column(Text, default="ka", server_default="ka")
    password: Mapped[str] = mapped_column(Text, default="", server_default="")  # Argon2id, PHC
    totp: Mapped[str] = mapped_column(Text, default="", server_default="")  # encrypted secret
    totp_last: Mapped[int] = mapped_column(default=0, server_default="0")  # last step used
    recovery_codes: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    failed: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    is_demo: Mapped[bool] = mapped_column(default=False, server_default="false")
    created: Mapped[datetime] = mapped_column(server_default=func.now())

    @property
    def name(self) -> str:
        """The displayed name: first and last, else the e-mail's first part."""
        full = f"{self.first_name} {self.last_name}".strip()
        return full or (self.email or "").partition("@")[0]


class AccountProfile(National, db.Model):  # type: ignore[misc,name-defined]
    """What the law calls personal: read through `look_at_personal_data`, which logs the look."""

    __tablename__ = "account_profile"
    __table_args__ = (UniqueConstraint("personal_number_key"),)
    why_national = "It belongs to the account, which serves all municipalities."

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Account.id), primary_key=True)
    personal_number: Mapped[str] = mapped_column(Text, default="", server_default="")  # encrypted
    personal_number_key: Mapped[str | None] = mapped_column(Text)  # keyed hash, found by `=`
    birth_date: Mapped[date | None]
    citizenship: Mapped[str] = mapped_column(Text, default="", server_default="")  # ISO 3166
    municipality: Mapped[int | None]  # where the person is registered
    identity_level: Mapped[int] = mapped_column(default=0, server_default="0")
    checked_by: Mapped[str] = mapped_column(Text, default="", server_default="")
    checked_at: Mapped[datetime | None]


class AccountGrant(National, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A role of an account in a municipality, or in the nation when `tenant_id` is 0."""

    __tablename__ = "account_grant"
    __table_args__ = (Index("ix_account_grant_account_id", "account_id"),)
    why_national = "It is read before the municipality's data may be."

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Account.id))
    role: Mapped[str] = mapped_column(Text)
    tenant_id: Mapped[int] = mapped_column(default=NATION_WIDE, server_default="0")
    centre_id: Mapped[int | None]
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    until: Mapped[datetime | None]


class AccountSession(National, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A signed-in browser, which its owner can see and end."""

    __tablename__ = "account_session"
    __table_args__ = (Index("ix_account_session_account_id", "account_id"),)
    why_national = "One sign-in serves all municipalities."

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Account.id))
    created: Mapped[datetime] = mapped_column(server_default=func.now())
    seen: Mapped[datetime] = mapped_column(server_default=func.now())  # coarse, to the hour
    expires: Mapped[datetime]
    revoked: Mapped[datetime | None]
    via: Mapped[str] = mapped_column(Text, default="password", server_default="password")
    second: Mapped[bool] = mapped_column(default=False, server_default="false")
    agent: Mapped[str] = mapped_column(Text, default="", server_default="")
    address_key: Mapped[str] = mapped_column(Text, default="", server_default="")


class SignInLink(National, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A link sent by letter, good for one use; its secret is kept as a keyed hash only."""

    __tablename__ = "sign_in_link"
    why_national = "One sign-in serves all municipalities."

    secret_key: Mapped[str] = mapped_column(Text, unique=True)
    email: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)  # sign-in or password
    next: Mapped[str] = mapped_column(Text, default="", server_default="")
    created: Mapped[datetime] = mapped_column(server_default=func.now())
    expires: Mapped[datetime]
    used: Mapped[datetime | None]


class SignInTrouble(National, db.Model):  # type: ignore[misc,name-defined]
    """How often sign-in failed from an address of late; the address is a keyed hash."""

    __tablename__ = "sign_in_trouble"
    why_national = "It counts addresses, not people of a municipality."

    address_key: Mapped[str] = mapped_column(Text, primary_key=True)
    failed: Mapped[int] = mapped_column(default=0, server_default="0")
    since: Mapped[datetime] = mapped_column(server_default=func.now())


class AccessLog(National, HasId, db.Model):  # type: ignore[misc,name-defined]
    """One look at somebody's personal data; the citizen reads these rows."""

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_subject_id", "subject_id", "at"),)
    why_national = "The citizen reads in one list who looked, from whichever municipality."
    append_only = True

    subject_id: Mapped[uuid.UUID]
    viewer_id: Mapped[uuid.UUID | None]
    viewer_name: Mapped[str] = mapped_column(Text)  # as displayed at that moment
    tenant_id: Mapped[int] = mapped_column(default=NATION_WIDE, server_default="0")
    what: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")  # the case's number
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class ContactCode(TenantScoped, HasId, db.Model):  # type: ignore[misc,name-defined]
    """A code that was sent to prove an e-mail or telephone; both are kept as keyed hashes only."""

    __tablename__ = "contact_code"
    __table_args__ = (Index("ix_contact_code_address", "tenant_id", "address_key", "sent_at"),)

    address_key: Mapped[str] = mapped_column(Text)
    code_key: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    sent_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
