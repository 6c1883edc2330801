"""A day off is declared late: the clocks that run move, say so, and move back when it is undone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from babel.dates import format_date
from flask import Flask
from flask.testing import FlaskClient

from mms_core import clock
from mms_core.cases import days_off_moves, reading
from mms_core.cases.days_off import HallDayOff, NationalDayOff
from mms_core.cases.models import Case, PersonCase
from mms_core.cases.quiet import OfficeHours, is_open, next_open
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.i18n import TBILISI
from mms_core.testing import make_person, page, sign_in
from tests.stories.idea_kit import answer, given, hall, person, turn

NAME = "გლოვის დღე"


@pytest.fixture
def head(app: Flask) -> FlaskClient:
    turn(app, "on")
    return person(app, "nana@hall.example", role="head")


@pytest.fixture
def number(app: Flask, head: FlaskClient) -> str:
    return given(person(app, "nino@posta.example"))


def some_day(app: Flask, number: str) -> date:
    """Give a working day inside the term of a case."""
    with hall(app) as tenant:
        due: date = by_number(tenant.id, number).due_on
        return clock.working_days_from(due, -3)


def due_of(app: Flask, number: str) -> date:
    with hall(app) as tenant:
        found: date = by_number(tenant.id, number).due_on
        return found


def send(client: FlaskClient, what: str, **fields: Any) -> Any:
    return client.post("/zugdidi/desk/clock/days-off", data={"do": what, **fields})


def declare(client: FlaskClient, day: date, what: str = "declare") -> Any:
    fields = {"day": day.isoformat(), "name_ka": NAME, "name_en": "Day of mourning"}
    return send(client, what, **fields)


def work(app: Flask, *, halls: tuple[str, ...] = ("zugdidi",), kind: Any = HallDayOff) -> int:
    """Do what the worker does for the newest day off of a kind; gives how many dates moved."""
    moved = 0
    for slug in halls:
        with hall(app, slug) as tenant:
            newest = sa.select(kind.id).order_by(kind.declared_at.desc())
            row = db.session.get(kind, _key(tenant.id, kind, db.session.scalars(newest).first()))
            moved += days_off_moves.move_all(tenant.id, row, now=datetime.now(UTC))
    return moved


def _key(tenant_id: int, kind: Any, day_off_id: Any) -> Any:
    return day_off_id if kind is NationalDayOff else (tenant_id, day_off_id)


def owed(app: Flask) -> dict[date, int]:
    with hall(app):
        rows = db.session.execute(
            sa.text("select day, sum(n)::int from mms.stat_delta where measure = 'due' group by 1")
        )
        return {day: n for day, n in rows if n}


def test_a_day_off_moves_the_clock_and_its_removal_moves_it_back(
    app: Flask, head: FlaskClient, number: str
) -> None:
    before, day = due_of(app, number), some_day(app, number)
    assert "1 ღია საქმის თარიღი შეიცვლება" in page(declare(head, day, "look"))
    assert due_of(app, number) == before
    assert declare(head, day).status_code == 303
    assert work(app) == 1
    after = due_of(app, number)
    assert after == clock.working_days_from(before, 1)
    assert owed(app) == {after: 1}
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert db.session.scalars(sa.select(PersonCase.due_on)).one() == after
        assert [one.template for one in reading.letters(case)] == ["moved", "receipt"]
        assert reading.events(case)[-1].data["name_ka"] == NAME
    shown = page(head.get(f"/zugdidi/desk/{number}"))
    assert "გამოცხადდა დასვენების დღე" in shown
    assert f": {NAME})" in shown  # in the explanation of the date
    assert work(app) == 0  # done twice, nothing moves twice

    listed = page(head.get("/zugdidi/desk/clock/days-off"))
    found = re.search(r"remove=([0-9a-f-]{36})", listed)
    assert found
    asked = page(head.get(f"/zugdidi/desk/clock/days-off?remove={found[1]}"))
    assert "1 ღია საქმის თარიღი შეიცვლება" in asked
    assert send(head, "remove", id=found[1]).status_code == 303
    assert work(app) == 1
    assert due_of(app, number) == before
    assert owed(app) == {before: 1}
    assert "დასვენების დღე გაუქმდა" in page(head.get(f"/zugdidi/desk/{number}"))
    assert send(head, "remove", id=found[1]).status_code == 409


def test_a_new_case_counts_with_the_day_and_an_answered_one_is_left_alone(
    app: Flask, head: FlaskClient, number: str
) -> None:
    day = some_day(app, number)
    answered = given(app.test_client(), email="gia@posta.example")
    answer(app, answered, "answer", "პასუხი.")
    before = due_of(app, answered)
    declare(head, day)
    assert work(app) == 1
    assert due_of(app, answered) == before
    newer = given(app.test_client(), email="lia@posta.example")
    assert due_of(app, newer) == due_of(app, number)


def test_the_form_promises_the_day_that_the_case_will_have(
    app: Flask, head: FlaskClient, number: str
) -> None:
    """A day off that was declared counts before anything is sent, as it does afterwards."""
    declare(head, some_day(app, number))
    ahead = [page(app.test_client().get(f"/zugdidi/ideas/{form}")) for form in ("new", "new/idea")]
    newer = given(app.test_client(), email="lia@posta.example")
    promised = "არაუგვიანეს: " + format_date(due_of(app, newer), "d MMMM y", locale="ka")
    assert [promised in shown for shown in ahead] == [True, True], promised


def test_the_last_day_of_the_citizens_term_moves_too(
    app: Flask, head: FlaskClient, number: str
) -> None:
    head.post(f"/zugdidi/desk/{number}", data={"do": "ask", "text_ask": "რა?", "days_ask": "9"})
    with hall(app) as tenant:
        until = by_number(tenant.id, number).waits_until
    declare(head, until)
    work(app)
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert case.waits_until == clock.working_days_from(until, 1)
        assert case.due_reason["pauses"][-1][1] == case.waits_until.isoformat()
        assert case.due_on > case.waits_until


@pytest.mark.parametrize("day", ["2026-11-23", "2019-01-08", "", "2999-01-01", "ხვალ"])
def test_a_day_that_moves_nothing_or_lies_too_far_is_refused(head: FlaskClient, day: str) -> None:
    refused = send(head, "declare", day=day, name_ka=NAME)
    assert refused.status_code == 422
    assert NAME in page(refused)


def test_an_operator_looks_and_decides_nothing(app: Flask, head: FlaskClient) -> None:
    operator = person(app, "levan@hall.example", role="operator")
    assert "დასვენების დღის გამოცხადება" not in page(operator.get("/zugdidi/desk/clock/days-off"))
    assert declare(operator, date(2026, 12, 15)).status_code == 403


def test_the_ministry_declares_for_all_and_every_hall_moves_its_own(
    app: Flask, head: FlaskClient, number: str
) -> None:
    turn(app, "on", "tskaltubo")
    other = given(app.test_client(), "tskaltubo", email="gia@posta.example")
    make_person(app, "ministry", ("ministry", 0))
    ministry = sign_in(app, "ministry")
    day, before = some_day(app, number), due_of(app, number)
    fields = {"day": day.isoformat(), "name_ka": NAME}
    looked = page(ministry.post("/ministry/days-off/", data={"do": "look", **fields}))
    assert "მაქსიმუმ 2 ვადა 2 მუნიციპალიტეტში" in looked
    assert ministry.post("/ministry/days-off/", data={"do": "declare", **fields}).status_code == 303
    assert work(app, halls=("zugdidi", "tskaltubo"), kind=NationalDayOff) == 2
    assert due_of(app, number) == clock.working_days_from(before, 1)
    with hall(app, "tskaltubo") as tenant:
        assert by_number(tenant.id, other).due_on == due_of_now(before)
    assert page(head.get("/zugdidi/desk/clock/days-off")).count(NAME) == 0  # not the hall's own


def due_of_now(before: date) -> date:
    return clock.working_days_from(before, 1)


def test_the_job_works_through_many_batches_and_may_be_cut_off(
    app: Flask, head: FlaskClient, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [number, *(given(app.test_client(), email=f"c{n}@posta.example") for n in range(4))]
    day = some_day(app, number)
    declare(head, day)
    monkeypatch.setattr(days_off_moves, "BATCH", 2)
    tell, told = days_off_moves.tell_author, []

    def die_at_the_fourth(case: Case, *args: Any, **more: Any) -> None:
        told.append(case.number)
        if len(told) == 4:
            raise RuntimeError("the worker was killed")
        tell(case, *args, **more)

    monkeypatch.setattr(days_off_moves, "tell_author", die_at_the_fourth)
    with pytest.raises(RuntimeError):
        work(app)
    monkeypatch.setattr(days_off_moves, "tell_author", tell)
    assert work(app) == 3  # the first batch of two was kept
    assert len({due_of(app, one) for one in numbers}) == 1
    with hall(app) as tenant:
        for one in numbers:
            case = by_number(tenant.id, one)
            assert [e.step for e in reading.events(case)].count("days_off") == 1
            assert [r.template for r in reading.letters(case)].count("moved") == 1


def test_letters_of_a_moved_date_leave_in_office_hours() -> None:
    hours = OfficeHours()
    friday_night = datetime(2026, 11, 20, 23, 30, tzinfo=TBILISI)
    opens = next_open(friday_night, hours)
    assert opens == datetime(2026, 11, 24, 9, tzinfo=TBILISI)  # the 23rd is St George's day
    assert next_open(opens, hours) == opens
    early = datetime(2026, 11, 24, 3, tzinfo=TBILISI)
    assert next_open(early, hours) == opens
    for n in range(24 * 8):
        moment = friday_night + timedelta(hours=n)
        found = next_open(moment, hours)
        assert is_open(found, hours)
        assert found >= moment
