"""The demo's accounts: they exist in demo mode only, each with the password `demo`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from mms_core.config import Settings
from mms_core.db import db
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.people import vault
from mms_core.people.models import Account
from mms_core.people.rules import by_email, confirm_identity, create_account, grant, profile_of
from mms_core.tenancy import rules as tenancy

PASSWORD = "demo"  # noqa: S105 - printed at every start of the demo, and worth nothing elsewhere
HALLS = ("tskaltubo", "zugdidi")
CENTRE = "shashiani"


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """One account of the demo."""

    word: str
    first_name: str
    last_name: str
    role: str = ""
    title: object = ""

    @property
    def email(self) -> str:
        """The address by which the account signs in."""
        return f"{self.word}@mms.example"


PEOPLE = (
    DemoPerson(word="citizen", first_name="ნინო", last_name="ნიმუშაძე", title=_("Citizen")),
    DemoPerson(
        word="operator",
        first_name="ლევან",
        last_name="მაგალითაძე",
        role="operator",
        title=_("Operator"),
    ),
    DemoPerson(
        word="head", first_name="თამარ", last_name="საცდელაძე", role="head", title=_("Head of unit")
    ),
    DemoPerson(
        word="mayor", first_name="გიორგი", last_name="ნიმუშელი", role="mayor", title=_("Mayor")
    ),
    DemoPerson(
        word="clerk",
        first_name="ეკა",
        last_name="მაგალითელი",
        role="clerk",
        title=_("Centre employee"),
    ),
    DemoPerson(
        word="ministry",
        first_name="დავით",
        last_name="საცდელი",
        role="ministry",
        title=_("Ministry"),
    ),
)


def create(settings: Settings) -> list[Account]:
    """Make the six accounts where they are missing; gives the new; Refused outside demo mode."""
    if not settings.demo:
        raise Refused(_("Demo accounts exist in demo mode only."))
    found = {slug: tenancy.by_slug(slug) for slug in HALLS}
    halls = {slug: hall.id for slug, hall in found.items() if hall is not None}
    centre_id = _centre()
    missing = [person for person in PEOPLE if by_email(person.email) is None]
    return [_make(person, halls, centre_id) for person in missing]


def _centre() -> int | None:
    named = (c.id for c in tenancy.all_centres() if c.names.get("en", "").lower() == CENTRE)
    return next(named, None)


def _make(person: DemoPerson, halls: dict[str, int], centre_id: int | None) -> Account:
    account = create_account(
        person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        password=PASSWORD,
        level=1,
        is_demo=True,
    )
    if person.role in {"clerk", "ministry"}:
        grant(account.id, person.role, centre_id=centre_id if person.role == "clerk" else None)
    elif person.role:
        for number in halls.values():
            grant(account.id, person.role, tenant_id=number)
    else:
        _fill_profile(account, halls.get("tskaltubo"))
    return account


def _fill_profile(account: Account, municipality: int | None) -> None:
    profile = profile_of(account.id)
    number = "00000000012"  # plainly made up
    profile.personal_number = vault.hide(number)
    profile.personal_number_key = vault.mark("personal_number", number)
    profile.birth_date, profile.citizenship = date(1986, 4, 12), "GE"
    profile.municipality = municipality
    confirm_identity(account.id, 2, checked_by="demo")


def close_all() -> int:
    """Close every demo account, as before going into production; gives how many."""
    found = list(db.session.scalars(select(Account).where(Account.is_demo, Account.active)))
    for account in found:
        account.active, account.password = False, ""
    return len(found)
