"""Who used a programme rates it once, and the hall cannot learn whose rating it is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from feedback_kit import (
    MARKS,
    NUMBER,
    SLUG,
    YEAR,
    hall,
    person,
    programme,
    rate,
    table,
    turn,
    vouchers,
)
from flask import Flask
from flask.testing import FlaskClient

from mms_core.clock import local_day
from mms_core.db import db
from mms_core.testing import page
from plugins.citizen_feedback import lists, programmes, urn
from plugins.citizen_feedback.list_models import UseList, UseListPart
from plugins.citizen_feedback.models import ProgrammeSum, ProgrammeUse, Rater, Rating, Urn
from plugins.citizen_feedback.urn import Answer

BASE = f"/{SLUG}/feedback"


@pytest.fixture(autouse=True)
def tskaltubo(app: Flask) -> None:
    turn(app, "on")


def test_a_voucher_is_typed_rated_and_spent(app: Flask, client: FlaskClient) -> None:
    (code,) = vouchers(app, programme(app))
    opened = client.post(f"{BASE}/voucher", data={"code": f" TSK-{code[:4]}–{code[4:]} ".upper()})
    assert opened.status_code == 303
    form = page(client.get(opened.location))
    assert "უფასო სასადილო" in form
    assert 'name="email"' in form, "only for those who want to be known"
    sent = rate(client, code, words="სადილი გემრიელია")
    assert sent.status_code == 303
    assert "გმადლობთ" in page(client.get(sent.location))
    again = rate(client, code)
    assert again.status_code == 422
    assert "უკვე გამოყენებულია" in page(again)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "რვა"),
        ("ab23", "რვა"),
        ("ab23-cd45", "არ არის"),
        ("ZUG-ab23-cd45", "სხვა მუნიციპალიტეტისაა"),
    ],
)
def test_a_code_that_is_none_is_told(client: FlaskClient, typed: str, said: str) -> None:
    refused = client.post(f"{BASE}/voucher", data={"code": typed})
    assert refused.status_code == 422
    assert said in page(refused)


def test_a_voucher_expires_and_another_hall_does_not_know_it(
    app: Flask, client: FlaskClient
) -> None:
    code = programme(app)
    (old,) = vouchers(app, code, expires=local_day(datetime.now(UTC)) - timedelta(days=2))
    (good,) = vouchers(app, code)
    assert "ვადა" in page(client.get(f"{BASE}/voucher/{old}"))
    turn(app, "on", slug="zugdidi")
    assert client.get(f"/zugdidi/feedback/voucher/{good}").status_code == 422
    assert client.get(f"{BASE}/voucher/{good}").status_code == 200


def test_guessing_codes_is_stopped(app: Flask, client: FlaskClient) -> None:
    (good,) = vouchers(app, programme(app))
    app.config["RATELIMIT_ENABLED"] = True
    try:
        answers = [
            client.post(f"{BASE}/voucher", data={"code": f"ab23cd{n}"}).status_code
            for n in range(22, 48)
        ]
        assert answers[0] == 422
        assert answers[-1] == 429
    finally:
        app.config["RATELIMIT_ENABLED"] = False
    assert client.get(f"{BASE}/voucher/{good}").status_code == 200


def test_a_mistake_is_named_and_nothing_typed_is_lost(app: Flask, client: FlaskClient) -> None:
    (code,) = vouchers(app, programme(app))
    refused = rate(client, code, mark_overall="", adult="", named="on", words="ძვირფასი სიტყვები")
    words = page(refused)
    assert refused.status_code == 422
    for name in ("mark_overall", "adult", "name", "email"):
        assert f'href="#field-{name}"' in words
    assert "ძვირფასი სიტყვები" in words
    assert rate(client, code, mark_overall="6").status_code == 422
    assert rate(client, code).status_code == 303


def test_results_appear_with_the_fifth_and_nothing_joins_a_rating_to_its_proof(
    app: Flask, client: FlaskClient
) -> None:
    code = programme(app)
    for place, voucher in enumerate(vouchers(app, code, 5)):
        shown = page(client.get(f"{BASE}/programmes/{code}"))
        assert "mms-bars" not in shown, f"{place} answers are too few"
        assert rate(client, voucher, words=f"სიტყვა {place}").status_code == 303
        with hall(app):
            sealed = " ".join(db.session.scalars(sa.select(Urn.sealed)))
            assert "სიტყვა" not in sealed
    shown = page(client.get(f"{BASE}/programmes/{code}"))
    assert "5 პასუხი" in shown
    assert "4,0" in shown
    with hall(app):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Urn)) == 0
        rows = db.session.scalars(sa.select(Rating)).all()
        assert {row.words for row in rows} == {f"სიტყვა {n}" for n in range(5)}
        transactions = "select distinct xmin::text from citizen_feedback.rating"
        assert len(db.session.execute(sa.text(transactions)).all()) == 1, "poured out together"
        columns = {column.name for column in Rating.__table__.columns}
        assert columns.isdisjoint({"person_id", "account_id", "voucher", "mark", "at", "seq"})
        assert db.session.scalars(sa.select(Rater.name)).all() == []


def test_who_wishes_is_known_to_the_hall(app: Flask, client: FlaskClient) -> None:
    (code,) = vouchers(app, programme(app))
    rate(client, code, named="on", name="ნინო ნიმუშაძე", email="Nino@posta.example")
    with hall(app):
        assert db.session.scalars(sa.select(Rater.email)).all() == ["nino@posta.example"]
        assert db.session.scalar(sa.select(ProgrammeSum.n).limit(1)) == 1


def test_a_list_of_beneficiaries_is_hashed_and_its_people_rate_once_a_use(app: Flask) -> None:
    code = programme(app)
    operator = person(app, "operator", role="operator")
    rows = (
        f"\ufeffპირადი\u00a0ნომერი;სარგებლობის თარიღი\n{NUMBER};25.03.{YEAR}\n"
        f"1001012346;{YEAR}-04-01\n123;{YEAR}-04-01\nab;\n{NUMBER};{YEAR}-03-25\n"
        f"{NUMBER};25.03.{YEAR - 1}\n1.001E+10;\n"
    )
    brought = operator.post(f"{BASE}/desk/programmes/{code}/beneficiaries", data=table(rows))
    assert "მოლოდინში" in page(operator.get(brought.location))
    with hall(app) as tenant:
        waiting = db.session.scalars(sa.select(UseListPart.hidden)).all()
        assert waiting
        assert not any(NUMBER in part for part in waiting)
        made = db.session.scalars(sa.select(UseList.id)).one()
        lists.take(tenant.id, str(made))
    told = page(operator.get(brought.location))
    assert "მიღებულია 3 სტრიქონი" in told
    assert "1 ნომერში დაკარგული" in told
    assert all(f"სტრიქონი {line}:" in told for line in (4, 5, 7, 8))
    assert NUMBER not in told
    with hall(app):
        assert db.session.scalars(sa.select(UseListPart.no)).all() == [], "the file is gone"
        marks = db.session.scalars(sa.select(ProgrammeUse.person_mark)).all()
        assert len(marks) == 2
        assert not any(NUMBER in mark or "1001012346" in mark for mark in marks)
    citizen = person(app, "nino", number=NUMBER, born=date(1990, 1, 2))
    assert 'name="adult"' not in page(citizen.get(f"{BASE}/programmes/{code}/rate"))
    assert citizen.post(f"{BASE}/programmes/{code}/rate", data=MARKS).status_code == 303
    assert "შეუფასებელი სარგებლობა არ არის" in page(citizen.get(f"{BASE}/programmes/{code}/rate"))


def test_a_file_that_is_no_list_is_refused_at_once(app: Flask) -> None:
    code = programme(app)
    operator = person(app, "operator", role="operator")
    address = f"{BASE}/desk/programmes/{code}/beneficiaries"
    for text, said in (("სახელი\nგიო\n", "პირადი ნომერი"), ("პირადი ნომერი\n", "სათაურების")):
        refused = operator.post(address, data=table(text))
        assert refused.status_code == 422
        assert said in page(refused)
    with hall(app):
        assert db.session.scalars(sa.select(UseList.id)).all() == []


@pytest.mark.parametrize(("born", "number"), [(date(YEAR - 17, 1, 1), NUMBER), (None, NUMBER)])
def test_a_list_helps_nobody_under_18_or_of_another_country(
    app: Flask, born: date | None, number: str
) -> None:
    code = programme(app)
    citizen = person(app, "gio", number=number, born=born)
    shown = page(citizen.get(f"{BASE}/programmes/{code}/rate"))
    assert "mark_overall" not in shown
    assert ("18" in shown) if born else ("მოქალაქე" in shown)


def test_an_officer_attests_and_a_second_word_for_the_same_use_is_refused(app: Flask) -> None:
    code = programme(app)
    clerk = person(app, "clerk", role="clerk")
    form = {"programme": code, "personal_number": NUMBER, "birth_date": "1990-05-05",
            "used_on": f"{YEAR}-02-03", "seen": "on"}  # fmt: skip
    done = page(clerk.post(f"{BASE}/desk/attest", data=form))
    found = re.search(r"TSK-(\w{4})-(\w{4})", done)
    assert found
    assert rate(app.test_client(), found[1] + found[2]).status_code == 303
    assert clerk.post(f"{BASE}/desk/attest", data=form).status_code == 422
    young = form | {"birth_date": f"{YEAR - 17}-01-01", "personal_number": "01001099999"}
    assert "18" in page(clerk.post(f"{BASE}/desk/attest", data=young))
    blind = form | {"seen": "", "personal_number": "01001099999"}
    assert clerk.post(f"{BASE}/desk/attest", data=blind).status_code == 422


def test_a_year_that_is_over_is_no_longer_rated(app: Flask, client: FlaskClient) -> None:
    code = programme(app, year=YEAR - 2)
    (voucher,) = vouchers(app, code, expires=date(YEAR + 1, 1, 1))
    assert rate(client, voucher).status_code == 422
    assert client.get(f"{BASE}/programmes/{code}/rate").status_code == 409


def test_what_is_left_in_the_urn_is_poured_out_when_the_year_is_over(app: Flask) -> None:
    codes = [programme(app, year=YEAR - 1, title=title) for title in ("ერთი", "ორი")]
    with hall(app) as tenant:
        rows = [programmes.by_code(tenant.id, code) for code in codes]
        for row, count in zip(rows, (3, 1), strict=True):
            for _one in range(count):
                urn.drop(row, Answer(marks={"overall": 4}), now=datetime.now(UTC))
        assert urn.pour_rest(tenant.id, YEAR - 1, now=datetime.now(UTC)) == 0, "four in the hall"
        urn.drop(rows[1], Answer(marks={"overall": 5}), now=datetime.now(UTC))
        assert urn.pour_rest(tenant.id, YEAR - 1, now=datetime.now(UTC)) == 5
        days = set(db.session.scalars(sa.select(Rating.day)))
        assert days == {date(YEAR - 1, 12, 31)}
