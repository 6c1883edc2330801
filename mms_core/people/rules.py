"""Decides on accounts: makes them, gives roles, keeps personal data and logs each look at it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select, update

from mms_core.db import db
from mms_core.errors import Invalid, NotFound
from mms_core.i18n import lazy_gettext as _
from mms_core.people import vault
from mms_core.people.eligibility import Refusal, eligible
from mms_core.people.models import (
    HALL_ROLES,
    NATION_WIDE,
    ROLES,
    AccessLog,
    Account,
    AccountGrant,
    AccountProfile,
)
from mms_core.people.sessions import in_force, revoke_sessions

__all__ = [
    "Refusal", "create_account", "demo_accounts_exist", "eligible", "grant", "revoke_sessions",
]  # fmt: skip

NUMBER = re.compile(r"[0-9]{11}\Z")


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where and in which language to reach a person."""

    name: str
    email: str | None
    phone: str | None
    language: str


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Personal data as one look shows it; the number is whole only when it was asked for."""

    account_id: uuid.UUID
    name: str
    email: str | None
    phone: str | None
    personal_number: str
    birth_date: date | None
    citizenship: str
    municipality: int | None
    identity_level: int


def normal_email(text: str) -> str:
    """Give an e-mail address as it is stored; Invalid when it cannot be one."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as problem:
        message = _("This is not an e-mail address. An example: nino@posta.example")
        raise Invalid(message, fields={"email": [message]}) from problem
    return found.normalized.lower()


def normal_personal_number(text: str) -> str:
    """Give a personal number as 11 digits, spaces and hyphens forgiven; Invalid otherwise.

    There is no published check digit, so none is asked.
    """
    digits = re.sub(r"[\s\-]", "", text)
    if NUMBER.match(digits):
        return digits
    if any(sign.isalpha() for sign in digits):
        message = _("A personal number has digits only; there are letters in what you typed.")
    else:
        message = _("A personal number has 11 digits; you typed %(count)s.", count=len(digits))
    raise Invalid(message, fields={"personal_number": [message]})


def masked(number: str) -> str:
    """Show a personal number without showing it: 010******12."""
    return f"{number[:3]}{'*' * 6}{number[-2:]}" if number else ""


def is_masked(number: str) -> bool:
    """Tell whether a number came back as it was shown: 010******12."""
    return "*" in number


def create_account(
    email: str | None,
    *,
    first_name: str = "",
    last_name: str = "",
    password: str = "",
    language: str = "ka",
    phone: str | None = None,
    level: int = 0,
    is_demo: bool = False,
) -> Account:
    """Make an account with an empty profile; Invalid when the e-mail is taken."""
    email = normal_email(email) if email else None
    if email and by_email(email) is not None:
        message = _("There is an account with this e-mail already.")
        raise Invalid(message, fields={"email": [message]})
    account = Account(
        email=email,
        phone=phone,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        language=language,
        password=vault.hash_password(password) if password else "",
        is_demo=is_demo,
    )
    db.session.add(account)
    db.session.flush()
    db.session.add(AccountProfile(account_id=account.id, identity_level=level))
    db.session.flush()
    return account


def by_email(email: str) -> Account | None:
    """Find an account by its normalised e-mail."""
    return db.session.scalars(select(Account).where(Account.email == email)).one_or_none()


def by_personal_number(number: str) -> Account | None:
    """Find the account that has this personal number, by its keyed hash."""
    key = vault.mark("personal_number", normal_personal_number(number))
    profile = AccountProfile
    join = select(Account).join(profile, profile.account_id == Account.id)
    return db.session.scalars(join.where(profile.personal_number_key == key)).one_or_none()


def account(account_id: uuid.UUID) -> Account:
    """Give an account; NotFound when there is none."""
    found = db.session.get(Account, account_id)
    if found is None:
        raise NotFound(_("There is no such account."))
    return found


def profile_of(account_id: uuid.UUID) -> AccountProfile:
    """Give the row of personal data for rules of this room; others look through the log."""
    found = db.session.get(AccountProfile, account_id)
    if found is None:
        found = AccountProfile(account_id=account(account_id).id)
        db.session.add(found)
    return found


def grant(
    account_id: uuid.UUID,
    role: str,
    *,
    tenant_id: int = NATION_WIDE,
    centre_id: int | None = None,
    until: datetime | None = None,
) -> AccountGrant:
    """Give a role in a municipality or, with 0, in the nation; Invalid for one that cannot be."""
    if role not in ROLES or (role in HALL_ROLES) != (tenant_id != NATION_WIDE):
        raise Invalid(_("There is no such role here."))
    row = AccountGrant(
        account_id=account(account_id).id,
        role=role,
        tenant_id=tenant_id,
        centre_id=centre_id,
        until=until,
    )
    db.session.add(row)
    db.session.flush()
    return row


def revoke_grant(account_id: uuid.UUID, role: str, *, tenant_id: int = NATION_WIDE) -> int:
    """End a role now; gives how many grants ended."""
    table = AccountGrant.__table__
    mine = (table.c.account_id == account_id) & (table.c.role == role)
    statement = update(table).where(mine, table.c.tenant_id == tenant_id, in_force())
    return int(db.session.execute(statement.values(until=func.now())).rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """An officer of a city hall and the roles there."""

    id: uuid.UUID
    name: str
    roles: tuple[str, ...]


def staff_of(tenant_id: int) -> list[Colleague]:
    """List the people who work for a city hall now, by name."""
    rows = db.session.execute(
        select(Account.id, Account.first_name, Account.last_name, Account.email, AccountGrant.role)
        .join(AccountGrant, AccountGrant.account_id == Account.id)
        .where(AccountGrant.tenant_id == tenant_id, AccountGrant.role.in_(HALL_ROLES))
        .where(Account.active, in_force())
        .order_by(Account.first_name, Account.last_name, Account.id)
    )
    found: dict[uuid.UUID, Colleague] = {}
    for row in rows:
        name = f"{row.first_name} {row.last_name}".strip() or (row.email or "").partition("@")[0]
        before = found[row.id].roles if row.id in found else ()
        found[row.id] = Colleague(id=row.id, name=name, roles=(*before, row.role))
    return list(found.values())


def contact_of(account_id: uuid.UUID) -> Contact:
    """Give where a letter goes; delivering one is no look at personal data."""
    found = account(account_id)
    return Contact(name=found.name, email=found.email, phone=found.phone, language=found.language)


def look_at_personal_data(
    viewer: Any,
    account_id: uuid.UUID,
    *,
    what: str,
    case_number: str,
    tenant_id: int,
    whole_number: bool = False,
) -> Profile:
    """Give a person's data to an officer and log the look, which the person can read.

    `viewer` is a Person; `what` says which data, in the words of the citizen's list.
    """
    found, personal = account(account_id), profile_of(account_id)
    log_look(viewer, account_id, what=what, case_number=case_number, tenant_id=tenant_id)
    number = vault.reveal(personal.personal_number)
    return Profile(
        account_id=account_id,
        name=found.name,
        email=found.email,
        phone=found.phone,
        personal_number=number if whole_number else masked(number),
        birth_date=personal.birth_date,
        citizenship=personal.citizenship,
        municipality=personal.municipality,
        identity_level=personal.identity_level,
    )


def log_look(
    viewer: Any, account_id: uuid.UUID, *, what: str, case_number: str, tenant_id: int
) -> None:
    """Write down that an officer looked at what is a person's; `what` in the person's words."""
    db.session.add(
        AccessLog(
            subject_id=account_id,
            viewer_id=viewer.id,
            viewer_name=viewer.name,
            tenant_id=tenant_id,
            what=what,
            reason=case_number,
        )
    )


def looks_at(account_id: uuid.UUID) -> list[AccessLog]:
    """List who looked at a person's data, the latest first."""
    mine = select(AccessLog).where(AccessLog.subject_id == account_id)
    return list(db.session.scalars(mine.order_by(AccessLog.at.desc()).limit(500)))


def confirm_identity(account_id: uuid.UUID, level: int, *, checked_by: str) -> None:
    """Raise an identity level, with the name of who saw the card; it never sinks by this."""
    profile = profile_of(account_id)
    if level > profile.identity_level:
        profile.identity_level = level
        profile.checked_by, profile.checked_at = checked_by, datetime.now(UTC)


def demo_accounts_exist() -> bool:
    """Tell whether a demo account could sign in; production mode does not start then."""
    found = select(Account.id).where(Account.is_demo, Account.active).limit(1)
    return db.session.execute(found).first() is not None
