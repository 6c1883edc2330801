"""One account: its cases in all municipalities, a copy of everything, and its end."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import select

from mms_core.cases import reading
from mms_core.cases.models import Case, PersonCase
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.testing import page
from tests.stories.idea_kit import answer, given, hall, person, turn


def test_cases_of_two_halls_stand_in_one_list(app: Flask) -> None:
    turn(app, "on")
    turn(app, "on", "tskaltubo")
    eka, other = person(app, "eka@posta.example"), person(app, "vano@posta.example")
    here, there = given(eka), given(eka, "tskaltubo")
    shown = page(eka.get("/my/"))
    assert here in shown
    assert there in shown
    assert "წყალტუბოს მუნიციპალიტეტი" in shown
    assert here not in page(other.get("/my/"))
    assert "/sign-in" in app.test_client().get("/my/").location


def test_a_long_list_goes_on_over_pages_without_gap_or_double(app: Flask) -> None:
    turn(app, "on")
    eka = person(app, "eka@posta.example")
    numbers = {given(eka, title=f"იდეა ნომერი {n} ჩვენი ქუჩისთვის") for n in range(23)}
    first = page(eka.get("/my/"))
    address = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = page(eka.get(address))
    on_first = {n for n in numbers if n in first}
    on_second = {n for n in numbers if n in second}
    assert len(on_first) == 20
    assert on_first | on_second == numbers
    assert not on_first & on_second


def test_the_copy_holds_the_account_and_every_case(app: Flask) -> None:
    turn(app, "on")
    turn(app, "on", "tskaltubo")
    eka = person(app, "eka@posta.example")
    here, there = given(eka), given(eka, "tskaltubo")
    given(app.test_client())
    answer(app, here, "accept", "დიახ, მარტში.")
    copy = json.loads(eka.get("/my/download").get_data())
    assert copy["account"]["email"] == "eka@posta.example"
    assert {case["number"] for case in copy["cases"]} == {here, there}
    told = next(case for case in copy["cases"] if case["number"] == here)
    assert told["answer"] == "დიახ, მარტში."
    assert told["contact"]["email"] == "eka@posta.example"


def test_an_erased_account_leaves_cases_without_a_name(app: Flask) -> None:
    turn(app, "on")
    eka = person(app, "eka@posta.example")
    number = given(eka)
    unsure = eka.post("/my/erase", data={})
    assert unsure.status_code == 422
    done = eka.post("/my/erase", data={"sure": "true"})
    assert done.status_code == 303
    assert "/sign-in" in eka.get("/my/").location
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        contact = reading.contact(case)
        assert contact is not None
        assert (contact.name, contact.email, case.author_id) == ("", "", None)
        assert not db.session.scalars(select(PersonCase)).all()
        assert db.session.scalars(select(Case.number)).all() == [number]
        assert all(letter.recipient == "" for letter in reading.letters(case))


def test_an_officers_account_is_not_erased_while_the_role_lasts(app: Flask) -> None:
    officer = person(app, "levan@hall.example", role="operator")
    assert officer.post("/my/erase", data={"sure": "true"}).status_code == 409
