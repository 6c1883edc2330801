"""My day for an operator, the unit's day for its head, and one page for the mayor."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from mms_core.cases.log import Actor
from mms_core.cases.rules import by_number
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.people.rules import staff_of
from mms_core.promises.rules import promise
from mms_core.testing import page
from mms_core.units import rules as units
from mms_core.units.rules import UnitData
from tests.stories.idea_kit import MODULE, given, hall, person, turn

DAY = "/zugdidi/desk/day/"
PROMISED, TODAY = "ლამპიონები გაზაფხულამდე დაიდგმება", local_day(datetime.now(UTC))


@pytest.fixture
def town(app: Flask) -> dict[str, FlaskClient]:
    """Give the browsers of an operator, a head and the mayor; the head leads the unit of lamps."""
    turn(app, "on")
    people = {role: person(app, f"{role}@hall.example", role=role) for role in ROLES}
    with hall(app) as tenant:
        head = next(one.id for one in staff_of(tenant.id) if "head" in one.roles)
        unit = units.keep(tenant.id, UnitData(name_ka="განათების სამსახური", head_id=head))
        units.route(tenant.id, module=MODULE, topic="lighting", place="", unit=unit)
    return people


ROLES = ("operator", "head", "mayor")


def late(app: Flask, number: str, *, role: str = "") -> None:
    """Let a case be a day late, and give it to somebody."""
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        case.due_on = TODAY - timedelta(days=1)
        for one in staff_of(tenant.id):
            if role in one.roles:
                case.assignee_id, case.assignee_name = one.id, one.name


def test_an_operator_sees_what_is_late_and_what_waits(
    app: Flask, town: dict[str, FlaskClient]
) -> None:
    mine, other = given(app.test_client()), given(app.test_client())
    late(app, mine, role="operator")
    late(app, other)
    shown = page(town["operator"].get(DAY))
    assert mine in shown
    assert other not in shown
    assert other in page(town["operator"].get(f"{DAY}?whose=hall"))
    assert mine in page(town["operator"].get("/zugdidi/desk/?due=overdue&whose=mine"))


def test_a_head_sees_the_unit(app: Flask, town: dict[str, FlaskClient]) -> None:
    lamps = given(app.test_client())
    books = given(app.test_client(), title="წიგნები ბიბლიოთეკას", category="culture")
    for number in (lamps, books):
        late(app, number, role="operator")
    shown = page(town["head"].get(DAY))
    assert "განათების სამსახური" in shown
    assert lamps in shown
    assert books not in shown
    assert "დავით ნიმუშაძე" in shown  # how the colleague stands


def test_the_mayor_sees_on_one_page_what_waits_and_who_promised_what(
    app: Flask, town: dict[str, FlaskClient]
) -> None:
    number, other = given(app.test_client()), given(app.test_client())
    late(app, number, role="mayor")
    with hall(app) as tenant:
        case = by_number(tenant.id, other, lock=True)
        made_by = next(one.id for one in staff_of(tenant.id) if "operator" in one.roles)
        actor, due = Actor(role="operator", id=made_by, name="დ."), TODAY + timedelta(days=30)
        promise(case, text=PROMISED, due_on=due, actor=actor, now=datetime.now(UTC))
    shown = page(town["mayor"].get(DAY))
    assert number in shown.partition("ვინ რას დაჰპირდა")[0]
    assert PROMISED in shown
    assert "დავით ნიმუშაძე" in shown.partition("ვინ რას დაჰპირდა")[2]
    assert "განათების სამსახური" in shown  # how the units stand
    tables = re.findall(r'class="mms-scroll[^>]*aria-label="([^"]+)"', shown)
    assert len(set(tables)) == len(tables) >= 4, tables  # each is told from the others by ear
    assert "ელოდება მერს" not in page(town["operator"].get(f"{DAY}?whose=hall"))


@pytest.mark.usefixtures("country_kept")
def test_the_day_asks_at_most_ten_questions(app: Flask, town: dict[str, FlaskClient]) -> None:
    given(app.test_client())
    asked: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SET LOCAL")):
            asked.append(statement)

    engine = person_engine(app)
    event.listen(engine, "before_cursor_execute", listen)
    try:
        for role in ROLES:
            town[role].get(DAY)
            asked.clear()
            assert town[role].get(DAY).status_code == 200
            assert len(asked) <= 10, (role, asked)
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def person_engine(app: Flask) -> Any:
    with app.app_context():
        return db.engine


def test_whoever_is_no_officer_has_no_day_here(app: Flask, town: dict[str, FlaskClient]) -> None:
    citizen = person(app, "eka@posta.example")
    assert citizen.get(DAY).status_code == 403
    assert "/sign-in" in app.test_client().get(DAY).location
