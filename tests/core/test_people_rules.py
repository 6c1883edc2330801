"""What the house knows of a person: eligibility, the personal number, and the log of looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from mms_core import db as database
from mms_core.config import Settings
from mms_core.db import NATION, db
from mms_core.errors import Invalid, Refused
from mms_core.people import demo, profile, rules, vault
from mms_core.people.current import Person
from mms_core.people.eligibility import age_on, eligible
from mms_core.people.models import AccountProfile

DAY = date(2026, 11, 21)
HALL = 39


@pytest.fixture(autouse=True)
def work(app: Flask) -> Iterator[None]:
    with app.app_context():
        database.bind(NATION)
        yield
        database.rollback()


def make(**known: object) -> AccountProfile:
    account = rules.create_account("nino@posta.example", first_name="ნინო")
    found = rules.profile_of(account.id)
    for name, value in known.items():
        setattr(found, name, value)
    db.session.flush()
    return found


def test_who_meets_everything_is_refused_nothing() -> None:
    known = make(
        birth_date=date(1986, 4, 12), citizenship="GE", municipality=HALL, identity_level=2
    )
    wanted = ("age:18", "citizen", "registered", "level:2")
    assert eligible(known.account_id, wanted, HALL, DAY) == []


def test_what_is_missing_is_said_with_the_place_to_give_it() -> None:
    known = make()
    refusals = eligible(known.account_id, ("age:18", "citizen", "registered", "level:1"), HALL, DAY)
    assert [r.requirement for r in refusals] == ["age:18", "citizen", "registered", "level:1"]
    assert {r.where for r in refusals} == {"/my/profile"}


def test_what_cannot_be_mended_leads_nowhere() -> None:
    known = make(birth_date=date(2010, 1, 1), citizenship="AM")
    refusals = eligible(known.account_id, ("age:18", "citizen"), HALL, DAY)
    assert {r.where for r in refusals} == {""}


def test_a_stranger_is_asked_to_sign_in_once() -> None:
    refusals = eligible(None, ("age:18", "citizen"), HALL, DAY)
    assert [r.where for r in refusals] == ["/sign-in"]
    assert eligible(None, (), HALL, DAY) == []


def test_an_unknown_requirement_is_a_fault_of_the_module() -> None:
    with pytest.raises(ValueError, match="no requirement"):
        eligible(None, ("tall:180",), HALL, DAY)


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        (date(2008, 11, 21), DAY, 18),
        (date(2008, 11, 22), DAY, 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_an_age_is_reached_on_the_birthday(birth: date, day: date, years: int) -> None:
    assert age_on(birth, day) == years


@pytest.mark.parametrize("typed", ["00000000012", "000 0000 0012", "000-00000-012"])
def test_a_personal_number_is_eleven_digits(typed: str) -> None:
    assert rules.normal_personal_number(typed) == "00000000012"


@pytest.mark.parametrize(
    "typed", ["0000000001", "000000000123", "0000000O012", "აბგ", "", "٠١٢٣٤٥٦٧٨٩٠"]
)
def test_other_personal_numbers_are_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.normal_personal_number(typed)
    assert "personal_number" in refused.value.fields


def test_the_number_is_masked_encrypted_and_found_by_its_key() -> None:
    known = make()
    profile.keep_personal_number(known, "00000000012")
    db.session.flush()
    assert rules.masked("01012345612") == "010******12"
    assert "00000000012" not in (known.personal_number, known.personal_number_key)
    assert vault.reveal(known.personal_number) == "00000000012"
    found = rules.by_personal_number("000 0000 0012")
    assert found is not None
    assert found.id == known.account_id


def test_one_number_belongs_to_one_account() -> None:
    profile.keep_personal_number(make(), "00000000012")
    db.session.flush()
    other = rules.create_account("other@posta.example")
    with pytest.raises(Invalid):
        profile.keep_personal_number(rules.profile_of(other.id), "00000000012")


def test_every_look_is_logged_and_letters_are_no_look() -> None:
    known = make()
    viewer = Person(id=database.uuid7(), name="ლევან მაგალითაძე")
    rules.contact_of(known.account_id)
    assert rules.looks_at(known.account_id) == []
    seen = rules.look_at_personal_data(
        viewer, known.account_id, what="profile", case_number="TSK-26-1", tenant_id=HALL
    )
    db.session.flush()
    assert seen.name == "ნინო"
    (look,) = rules.looks_at(known.account_id)
    logged = (look.viewer_name, look.tenant_id, look.reason)
    assert logged == ("ლევან მაგალითაძე", HALL, "TSK-26-1")


@pytest.mark.parametrize(
    "verb", ["update mms.access_log set what = ''", "delete from mms.access_log"]
)
def test_the_log_of_looks_cannot_be_changed(verb: str) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        db.session.execute(sa.text(verb))


def test_a_role_belongs_where_it_can_be() -> None:
    known = make()
    for role, hall in (("operator", 0), ("ministry", HALL), ("king", 0)):
        with pytest.raises(Invalid):
            rules.grant(known.account_id, role, tenant_id=hall)


def test_a_role_can_end_by_itself() -> None:
    from mms_core.people.models import AccountGrant
    from mms_core.people.sessions import in_force

    known = make()
    past = datetime.now(UTC) - timedelta(days=1)
    rules.grant(known.account_id, "operator", tenant_id=HALL, until=past)
    assert db.session.scalars(sa.select(AccountGrant).where(in_force())).all() == []


def test_an_erased_person_leaves_no_word_behind() -> None:
    known = make(birth_date=date(1986, 4, 12))
    profile.keep_personal_number(known, "00000000012")
    account_id = known.account_id
    profile.erase_account(account_id)
    db.session.flush()
    account = rules.account(account_id)
    left = (account.email, account.phone, account.name, account.password, account.active)
    assert left == (None, None, "", "", False)
    assert rules.by_personal_number("00000000012") is None


def test_who_has_a_role_is_not_erased() -> None:
    known = make()
    rules.grant(known.account_id, "operator", tenant_id=HALL)
    with pytest.raises(Refused):
        profile.erase_account(known.account_id)


def test_demo_accounts_are_made_once_and_in_demo_mode_only(settings: Settings) -> None:
    assert not rules.demo_accounts_exist()
    assert len(demo.create(settings)) == 6
    assert demo.create(settings) == []
    assert rules.demo_accounts_exist()
    assert demo.close_all() == 6
    assert not rules.demo_accounts_exist()
    with pytest.raises(Refused):
        demo.create(Settings(demo=False))
