"""Decides who may sign in: passwords, lockout, and links that are good for one use."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from mms_core.db import db
from mms_core.errors import Invalid, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.people import second_factor, vault
from mms_core.people.models import Account, SignInLink, SignInTrouble
from mms_core.people.rules import by_email, create_account, normal_email, profile_of

log = structlog.get_logger(__name__)
MOST_FAILURES = 5  # of one account
MOST_FROM_ADDRESS = 50  # a village may share one address
PAUSE = timedelta(minutes=15)
LINK_LIFE = timedelta(minutes=30)
MOST_LINKS = 5  # to one e-mail in an hour

# One sentence for all cases: it does not tell whether there is such an account.
WRONG = _(
    "The e-mail or the password is not right, or sign-in is paused for 15 minutes after repeated"
    " mistakes. You can also have a link sent to your e-mail."
)
PAUSED = _("Sign-in is paused for 15 minutes after repeated mistakes.")


def check(email: str, password: str, *, address: str) -> Account:
    """Give the account if the password is right and nothing is paused; Invalid otherwise."""
    try:
        found = by_email(normal_email(email))
    except Invalid:
        found = None
    right = vault.check_password(password, found.password if found else "")
    if found is None or not right or not found.active or _paused(found, address):
        _note_failure(found, address)
        raise Invalid(WRONG, fields={"email": [WRONG]})
    if vault.is_outdated(found.password):
        found.password = vault.hash_password(password)
    return found  # failures are forgotten by unlock(), after the second factor


def check_code(account: Account, code: str, *, address: str) -> None:
    """Check the second factor; a wrong code counts like a wrong password; Invalid then."""
    if not account.active or _paused(account, address):
        raise Invalid(PAUSED, fields={"code": [PAUSED]})
    try:
        second_factor.check(account, code)
    except Invalid:
        _note_failure(account, address)
        raise


def _paused(account: Account, address: str) -> bool:
    locked = account.locked_until and account.locked_until > datetime.now(UTC)
    if locked and not account.is_demo:  # whose password everybody knows
        return True
    trouble = db.session.get(SignInTrouble, vault.mark("address", address))
    fresh = trouble is not None and trouble.since > datetime.now(UTC) - PAUSE
    return trouble is not None and fresh and trouble.failed >= MOST_FROM_ADDRESS


def _note_failure(account: Account | None, address: str) -> None:
    """Count in a transaction of its own: the refused answer rolls everything else back."""
    table, people = SignInTrouble.__table__, Account.__table__
    key = vault.mark("address", address)
    stale = table.c.since < func.now() - PAUSE
    count = insert(table).values(address_key=key, failed=1)
    again = count.on_conflict_do_update(
        index_elements=[table.c.address_key],
        set_={
            "failed": sa.case((stale, 1), else_=table.c.failed + 1),
            "since": sa.case((stale, func.now()), else_=table.c.since),
        },
    )
    with db.engine.begin() as connection:
        connection.execute(again)
        if account is not None:
            full = people.c.failed + 1 >= MOST_FAILURES
            connection.execute(
                update(people)
                .where(people.c.id == account.id)
                .values(
                    failed=sa.case((full, 0), else_=people.c.failed + 1),
                    locked_until=sa.case((full, func.now() + PAUSE), else_=people.c.locked_until),
                )
            )
    log.info("sign_in.refused", known=account is not None)


def unlock(account: Account) -> None:
    """Let an account try again at once."""
    account.failed, account.locked_until = 0, None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What goes into a letter with a link: the secret is nowhere else."""

    email: str
    secret: str
    purpose: str
    known: bool


def make_link(email: str, *, purpose: str, back: str = "") -> Sent | None:
    """Make a link for an e-mail, whether or not it has an account; Invalid for no e-mail.

    Gives None when this e-mail was sent enough of late, so that nobody is flooded with letters.
    """
    email = normal_email(email)
    if _sent_of_late(email) >= MOST_LINKS:
        return None
    secret = secrets.token_urlsafe(32)
    db.session.add(
        SignInLink(
            secret_key=vault.mark("link", secret),
            email=email,
            purpose=purpose,
            next=back,
            expires=datetime.now(UTC) + LINK_LIFE,
        )
    )
    return Sent(email=email, secret=secret, purpose=purpose, known=by_email(email) is not None)


def _sent_of_late(email: str) -> int:
    hour = func.now() - timedelta(hours=1)
    found = select(func.count()).where(SignInLink.email == email, SignInLink.created > hour)
    return db.session.scalar(found) or 0


def look_at_link(secret: str, *, purpose: str) -> SignInLink:
    """Give a living link without using it; Refused when it was used, is too old or unknown."""
    found = select(SignInLink).where(
        SignInLink.secret_key == vault.mark("link", secret),
        SignInLink.purpose == purpose,
        SignInLink.used.is_(None),
        SignInLink.expires > func.now(),
    )
    link = db.session.scalars(found).one_or_none()
    if link is None:
        raise Refused(_("This link has been used or is too old. Have a new one sent to you."))
    return link


def use_link(secret: str, *, purpose: str, language: str = "ka") -> tuple[Account, str]:
    """Use a link up: its account, made if there was none, and where to go; Refused otherwise."""
    link = look_at_link(secret, purpose=purpose)
    table = SignInLink.__table__
    used = update(table).where(table.c.id == link.id, table.c.used.is_(None))
    if db.session.execute(used.values(used=func.now()).returning(table.c.id)).first() is None:
        raise Refused(_("This link has been used or is too old. Have a new one sent to you."))
    account = by_email(link.email) or create_account(link.email, language=language)
    if not account.active:
        raise Refused(_("This account is closed."))
    profile = profile_of(account.id)
    profile.identity_level = max(profile.identity_level, 1)
    unlock(account)
    return account, link.next


def forget_links(email: str) -> None:
    """Make every unused link of an e-mail useless, as when its password has been changed."""
    table = SignInLink.__table__
    mine = update(table).where(table.c.email == email, table.c.used.is_(None))
    db.session.execute(mine.values(used=func.now()))


SHORTEST, LONGEST = 10, 200


def set_password(account: Account, password: str) -> None:
    """Give an account a new password and pause nothing; Invalid when it is too weak."""
    message = _weakness(account, password)
    if message:
        raise Invalid(message, fields={"password": [message]})
    account.password = vault.hash_password(password)
    unlock(account)
    if account.email:
        forget_links(account.email)


def _weakness(account: Account, password: str) -> object:
    """Say why a password is too weak, by length and by what is easily guessed (NIST 800-63B)."""
    if not SHORTEST <= len(password) <= LONGEST:
        return _("A password has at least 10 characters; three or four words are easy to remember.")
    known = {account.first_name, account.last_name, (account.email or "").partition("@")[0]}
    folded = password.lower()
    if len(set(folded)) < 5 or any(len(w) > 3 and w.lower() in folded for w in known):
        return _("This password is easy to guess: leave out names and repeated characters.")
    return ""
