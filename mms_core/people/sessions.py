"""Opens, lists and ends sessions: one row for each signed-in browser."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, update

from mms_core.asking import ask
from mms_core.db import db
from mms_core.people.models import Account, AccountGrant, AccountProfile, AccountSession
from mms_core.people.vault import mark

SHORT, LONG = timedelta(hours=12), timedelta(days=30)
COARSE = timedelta(hours=1)  # finer would write on every page and watch people too closely


@dataclass(frozen=True, kw_only=True)
class Browser:
    """What a session remembers of the browser: its family and a keyed hash of the address."""

    agent: str = ""
    address: str = ""
    remember: bool = False


def open_session(account: Account, browser: Browser, *, via: str, second: bool) -> AccountSession:
    """Open a session; people with roles are never remembered for longer than a working day."""
    long = browser.remember and not _has_grants(account.id)
    row = AccountSession(
        account_id=account.id,
        expires=datetime.now(UTC) + (LONG if long else SHORT),
        via=via,
        second=second,
        agent=family(browser.agent),
        address_key=mark("address", browser.address),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _has_grants(account_id: uuid.UUID) -> bool:
    found = select(AccountGrant.id).where(AccountGrant.account_id == account_id, in_force())
    return db.session.execute(found.limit(1)).first() is not None


def in_force() -> Any:
    """Give the condition that a grant has not ended."""
    return or_(AccountGrant.until.is_(None), AccountGrant.until > func.now())


def _person_statement() -> Select[Any]:
    account, open_, profile, grant = Account, AccountSession, AccountProfile, AccountGrant
    columns: tuple[Any, ...] = (
        open_.id.label("session_id"), open_.account_id, open_.second, open_.seen,
        account.first_name, account.last_name, account.email, account.phone, account.language,
        account.is_demo, profile.identity_level, grant.role, grant.tenant_id, grant.centre_id,
    )  # fmt: skip
    return (
        select(*columns)
        .join(account, account.id == open_.account_id)
        .outerjoin(profile, profile.account_id == open_.account_id)
        .outerjoin(grant, (grant.account_id == open_.account_id) & in_force())
        .where(open_.id == bindparam("session"), open_.revoked.is_(None))
        .where(open_.expires > func.now(), account.active)
    )


PERSON = _person_statement()  # written once: every page of a signed-in person asks it


def person_rows(session_id: uuid.UUID) -> Sequence[Any]:
    """Read the account of a living session with its grants, one row a grant, in one query."""
    rows = ask(PERSON, {"session": session_id})
    if rows and rows[0].seen < datetime.now(UTC) - COARSE:
        table = AccountSession.__table__
        db.session.execute(update(table).where(table.c.id == session_id).values(seen=func.now()))
    return rows


def sessions_of(account_id: uuid.UUID) -> list[AccountSession]:
    """List a person's living sessions, the newest first."""
    found = select(AccountSession).where(
        AccountSession.account_id == account_id,
        AccountSession.revoked.is_(None),
        AccountSession.expires > func.now(),
    )
    return list(db.session.scalars(found.order_by(AccountSession.created.desc())))


def revoke_sessions(
    account_id: uuid.UUID, *, only: uuid.UUID | None = None, but: uuid.UUID | None = None
) -> int:
    """End a person's sessions: all, `only` one, or all `but` one; gives how many."""
    table = AccountSession.__table__
    statement = update(table).where(table.c.account_id == account_id, table.c.revoked.is_(None))
    if only is not None:
        statement = statement.where(table.c.id == only)
    if but is not None:
        statement = statement.where(table.c.id != but)
    return int(db.session.execute(statement.values(revoked=func.now())).rowcount)  # type: ignore[attr-defined]


FAMILIES = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def family(agent: str) -> str:
    """Name the browser and the system, such as "Firefox, Android"; no version, no fingerprint."""
    browser = next((name for sign, name in FAMILIES if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return ", ".join(part for part in (browser, system) if part)


def note_second_factor(session_id: uuid.UUID) -> None:
    """Remember that this session has proved the second factor."""
    table = AccountSession.__table__
    db.session.execute(update(table).where(table.c.id == session_id).values(second=True))
