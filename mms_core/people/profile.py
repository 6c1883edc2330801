"""Keeps what a person says of themselves, and erases it when they ask."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from mms_core.db import db
from mms_core.errors import Invalid, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import registry
from mms_core.people import vault
from mms_core.people.models import (
    Account,
    AccountGrant,
    AccountProfile,
    AccountSession,
    SignInLink,
)
from mms_core.people.rules import account, is_masked, masked, profile_of
from mms_core.people.sessions import in_force

CHECKED = 2  # the identity level from which name and number have been seen by somebody


@dataclass(frozen=True, kw_only=True)
class Own:
    """A person's own data as they see it on their page: the number is masked even there."""

    account: Account
    profile: AccountProfile
    number: str


def own(person_id: uuid.UUID) -> Own:
    """Give a person their own data; one's own look is not logged."""
    profile = profile_of(person_id)
    number = masked(vault.reveal(profile.personal_number))
    return Own(account=account(person_id), profile=profile, number=number)


def save_profile(person_id: uuid.UUID, data: Mapping[str, Any]) -> None:
    """Keep what ProfileSchema loaded; what an officer has checked cannot be changed by oneself."""
    person, profile = account(person_id), profile_of(person_id)
    before = (person.first_name, person.last_name, profile.birth_date)
    person.first_name, person.last_name = data["first_name"], data["last_name"]
    person.phone, person.language = data["phone"] or None, data["language"]
    profile.birth_date, profile.citizenship = data["birth_date"], data["citizenship"]
    profile.municipality = data["municipality"]
    number = data["personal_number"]
    changed = bool(number) and number != masked(vault.reveal(profile.personal_number))
    if profile.identity_level >= CHECKED:
        after = (person.first_name, person.last_name, profile.birth_date)
        if changed or before != after:
            raise Refused(
                _(
                    "Your name, birth date and personal number have been checked. To change them,"
                    " show your identity card at a community centre or city hall."
                )
            )
    if changed:
        keep_personal_number(profile, number)


def keep_personal_number(profile: AccountProfile, number: str) -> None:
    """Keep a number encrypted and findable; Invalid when it stands in another account."""
    if is_masked(number):
        message = _("Type all 11 digits of the new personal number.")
        raise Invalid(message, fields={"personal_number": [message]})
    key = vault.mark("personal_number", number)
    other = select(AccountProfile.account_id).where(
        AccountProfile.personal_number_key == key,
        AccountProfile.account_id != profile.account_id,
    )
    if db.session.execute(other).first():
        message = _(
            "This personal number is in another account. If it is yours, show your identity card"
            " at a community centre or city hall."
        )
        raise Invalid(message, fields={"personal_number": [message]})
    profile.personal_number, profile.personal_number_key = vault.hide(number), key


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What a module is told of somebody whose data it must erase."""

    id: uuid.UUID
    email: str | None
    phone: str | None


def erase_account(account_id: uuid.UUID) -> None:
    """Erase a person: every module is told, on or off; the row stays, empty, for its cases.

    The log of looks stays: it is evidence, and names the account by its number only.
    Raises Refused while the person has a role.
    """
    found = account(account_id)
    if db.session.execute(
        select(AccountGrant.id).where(AccountGrant.account_id == account_id, in_force()).limit(1)
    ).first():
        raise Refused(_("An account with a role cannot be erased; the role must end first."))
    person = Erased(id=found.id, email=found.email, phone=found.phone)
    for name in list(registry().loaded):
        registry().ask("mms_erase", name, person=person)
    email, found.email, found.phone = found.email, None, None
    found.first_name = found.last_name = found.password = found.totp = ""
    found.recovery_codes, found.active = [], False
    profiles, sessions = AccountProfile.__table__, AccountSession.__table__
    db.session.flush()
    db.session.execute(delete(profiles).where(profiles.c.account_id == account_id))
    db.session.execute(delete(sessions).where(sessions.c.account_id == account_id))
    if email:
        db.session.execute(delete(SignInLink.__table__).where(SignInLink.email == email))
