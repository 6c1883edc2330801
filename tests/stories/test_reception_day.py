"""The secretary runs the day: numbers, calls, two clerks at once, and what came of each visit."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from reception_kit_day import BASE, MODULE, SLUG, hall, person, state_of, turn

from mms_core.cases import keys
from mms_core.cases.log import Actor
from mms_core.cases.models import Case, CaseMessage
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.monitoring.models import StatDelta
from mms_core.promises.models import Promise
from mms_core.testing import page
from plugins.citizen_reception import day, walk_in
from plugins.citizen_reception.day_models import Turn
from plugins.citizen_reception.settings import settings_now

DAY = f"{BASE}/desk/day"
MATTER = "სოციალური დახმარების ცნობა"
WORDS = {"text": "ცნობა ადგილზე გაიცა.", "result": "solved"}


@pytest.fixture(autouse=True)
def tskaltubo(app: Flask) -> None:
    turn(app)


@pytest.fixture
def secretary(app: Flask) -> FlaskClient:
    return person(app, "secretary", role="operator")


def comes(client: FlaskClient, **more: str) -> None:
    data = {"matter": MATTER, "name": "ელენე ნიმუშაძე"} | more
    assert client.post(DAY, data=data).status_code == 303


def turns(app: Flask) -> list[Any]:
    with hall(app):
        query = sa.select(Turn.id, Turn.no, Turn.state, Turn.version, Case.number, Turn.room)
        joined = query.join(Case, Case.id == Turn.case_id).order_by(Turn.no)
        return list(db.session.execute(joined).all())


def act(client: FlaskClient, one: Any, what: str) -> str:
    data = {"do": what, "version": str(one.version)}
    return page(client.post(f"{DAY}/{one.id}", data=data, follow_redirects=True))


def fill(app: Flask, many: int) -> None:
    registry, by = app.extensions["mms_modules"], Actor(role="operator", name="ლ. მ.")
    given = {"name": "ელენე ნიმუშაძე", "phone": "", "official": "მერის მოადგილე"}
    with hall(app) as tenant:
        own = settings_now(tenant.id)
        for number in range(many):
            data = given | {"matter": f"საკითხი {number}: შიდა გზების მოწესრიგება და განათება"}
            walk_in.come(registry, tenant, data=data, settings=own, by=by, now=datetime.now(UTC))


def figures(app: Flask) -> dict[str, int]:
    with hall(app):
        rows = db.session.execute(sa.select(StatDelta.measure, sa.func.sum(StatDelta.n))
                                  .group_by(StatDelta.measure)).all()  # fmt: skip
        return {measure: int(n) for measure, n in rows}


def test_a_day_from_the_number_to_what_came_of_it(app: Flask, secretary: FlaskClient) -> None:
    comes(secretary, phone="599 12 34 56")
    comes(secretary, matter="გზის შეკეთება", name="")
    first = turns(app)[0]
    assert [one.no for one in turns(app)] == [1, 2]
    secretary.post(f"{DAY}/room", data={"room": "ოთახი 3"})
    act(secretary, first, "call")
    screen = page(app.test_client().get(f"{BASE}/screen"))
    assert "<b>1</b>" in screen
    assert "ოთახი 3" in screen
    assert "ნიმუშაძე" not in screen, "nobody's name stands on the screen"
    assert MATTER not in screen
    act(secretary, turns(app)[0], "in")
    act(secretary, turns(app)[0], "out")
    refused = secretary.post(f"{BASE}/desk/outcomes/{first.number}", data={"do": "received"})
    assert refused.status_code == 422
    assert 'href="#field-text"' in page(refused)
    version = re.search(r'name="version" value="(\d+)"', page(refused))
    assert version
    data = WORDS | {"do": "received", "version": version[1], "note": "პირადად ნახა უფროსმა."}
    assert secretary.post(f"{BASE}/desk/outcomes/{first.number}", data=data).status_code == 303
    assert state_of(app, first.number) == "received"
    with hall(app):
        notes = db.session.execute(sa.select(CaseMessage.direction, CaseMessage.body)).all()
        assert notes == [("note", "პირადად ნახა უფროსმა.")]
    assert figures(app)["outcomes"] == figures(app)["held"] == 1


def test_two_clerks_see_each_other_and_double_no_act(app: Flask, secretary: FlaskClient) -> None:
    comes(secretary)
    other = person(app, "colleague", role="head")
    other.get(DAY)
    assert "colleague" in page(secretary.get(f"{DAY}/list"))
    one = turns(app)[0]
    secretary.post(f"{DAY}/room", data={"room": "3"})
    other.post(f"{DAY}/room", data={"room": "5"})
    act(secretary, one, "call")
    again = act(other, one, "call")
    assert "secretary" in again, "the second is told who did it"
    assert turns(app)[0].room == "3"
    refused = act(other, one, "gone")
    assert "secretary" in refused
    assert turns(app)[0].state == "called"
    assert turns(app)[0].version == 2


def test_a_form_sent_twice_over_a_bad_line_gives_one_number(
    app: Flask, secretary: FlaskClient
) -> None:
    data = {"matter": MATTER, "_key": "the-same"}
    for _time in range(2):
        assert secretary.post(DAY, data=data).status_code == 303
    assert len(turns(app)) == 1


def test_no_visit_is_closed_without_what_came_of_it(app: Flask, secretary: FlaskClient) -> None:
    comes(secretary)
    number = turns(app)[0].number
    at = f"{BASE}/desk/outcomes/{number}"
    for data in ({"do": "missed"}, {"do": "received", "text": "ითქვა"}, {"do": "x"}):
        assert secretary.post(at, data=data | {"version": "1"}).status_code == 422
        assert state_of(app, number) == "here"
    missed = {"do": "missed", "text": "დავურეკეთ და სხვა დრო შევთავაზეთ.", "version": "1"}
    assert secretary.post(at, data=missed).status_code == 303
    assert state_of(app, number) == "missed"
    assert secretary.post(at, data=missed).status_code == 303, "a second time nothing is done"
    assert figures(app)["no_show"] == 1


def test_a_promise_and_a_linked_case_come_of_a_visit(app: Flask, secretary: FlaskClient) -> None:
    comes(secretary)
    comes(secretary, matter="გზის შეკეთება")
    first, second = turns(app)
    at = f"{BASE}/desk/outcomes/{first.number}"
    base = WORDS | {"do": "received", "version": "1", "result": "promised"}
    wrong = secretary.post(at, data=base | {"linked": "TSK-2026-999999-9"})
    assert 'href="#field-linked"' in page(wrong)
    none = secretary.post(at, data=base)
    assert 'href="#field-promise_text"' in page(none)
    late = secretary.post(at, data=base | {"promise_text": "გზა", "promise_due": "2020-02-29"})
    assert 'href="#field-promise_due"' in page(late)
    due = (local_day(datetime.now(UTC)) + timedelta(days=30)).isoformat()
    given = {"promise_text": "გზა შეკეთდება", "promise_due": due, "linked": second.number}
    assert secretary.post(at, data=base | given).status_code == 303
    with hall(app):
        assert db.session.scalar(sa.select(Promise.due_on)).isoformat() == due
    assert second.number in page(secretary.get(f"/{SLUG}/desk/{first.number}"))
    assert first.number in page(secretary.get(f"/{SLUG}/desk/{second.number}"))


def test_the_citizen_is_asked_whether_it_was_solved(app: Flask, secretary: FlaskClient) -> None:
    comes(secretary)
    number = turns(app)[0].number
    with hall(app) as tenant:
        case_id = db.session.scalar(sa.select(Case.id).where(Case.number == number))
        key = keys.key_of(app.extensions["mms_settings"], tenant.id, case_id)
    citizen, at = app.test_client(), f"/{SLUG}/cases/{number}"
    assert 'value="solved"' not in page(citizen.get(f"{at}?key={key}", follow_redirects=True))
    data = WORDS | {"do": "received", "version": "1"}
    secretary.post(f"{BASE}/desk/outcomes/{number}", data=data)
    asked = page(citizen.get(at))
    assert WORDS["text"] in asked
    assert 'value="solved"' in asked
    citizen.post(f"{at}/opinion", data={"do": "solved", "solved": "yes"})
    assert figures(app)["solved_yes"] == 1


def test_words_are_kept_over_a_bad_line_and_a_colleagues_outcome_is_not_overwritten(
    app: Flask, secretary: FlaskClient
) -> None:
    comes(secretary)
    number = turns(app)[0].number
    at = f"{BASE}/desk/outcomes/{number}"
    assert secretary.post(at, data=WORDS | {"do": "keep"}).status_code == 303
    assert WORDS["text"] in page(secretary.get(at))
    other = person(app, "colleague", role="head")
    done = other.post(at, data=WORDS | {"do": "received", "version": "1", "text": "გაიცა."})
    assert done.status_code == 303
    late = secretary.post(at, data=WORDS | {"do": "received", "version": "1"})
    assert late.status_code == 303
    with hall(app):
        assert db.session.scalar(sa.select(Case.answer)) == "გაიცა."


def test_the_sheet_of_a_full_day_is_one_a4(app: Flask, secretary: FlaskClient) -> None:
    fill(app, 40)
    paper = secretary.get(f"{DAY}/sheet.pdf")
    found = PdfReader(io.BytesIO(paper.data))
    assert len(found.pages) == 1
    assert "საკითხი 39" in found.pages[0].extract_text()
    assert abs(float(found.pages[0].mediabox.width) - 595.28) < 1
    empty = secretary.get(f"{DAY}/sheet.pdf?day=2028-02-29")
    assert "2028" in PdfReader(io.BytesIO(empty.data)).pages[0].extract_text()
    assert empty.status_code == 200


def test_the_day_is_for_the_hall_alone(app: Flask, client: FlaskClient) -> None:
    assert "/sign-in" in client.get(DAY).location
    citizen = person(app, "nino")
    for path in (DAY, f"{DAY}/list", f"{DAY}/sheet.pdf"):
        assert citizen.get(path).status_code == 403
    assert client.get(f"{BASE}/screen/numbers").status_code == 200


def test_the_ministry_sees_what_was_held_and_how_long_people_waited(
    app: Flask, secretary: FlaskClient
) -> None:
    fill(app, 5)
    now = datetime.now(UTC)
    with hall(app) as tenant:
        for line in day.of_day(tenant.id, local_day(now)):
            later = line.turn.arrived_at + timedelta(minutes=12)
            day.act(line.turn, "in", seen=1, by="ლ. მ.", now=later)
    for one in turns(app):
        at = f"{BASE}/desk/outcomes/{one.number}"
        assert (
            secretary.post(at, data=WORDS | {"do": "received", "version": "1"}).status_code == 303
        )
    ministry = person(app, "ministry", role="ministry")
    shown = page(ministry.get(f"/ministry/modules/{MODULE}"))
    assert figures(app)["waited_minutes"] == 60
    assert re.search(r"<b>12(,0)?</b><span>ლოდინის წუთები", shown), "a mean, not a share"
    assert re.search(r"<b>100\s*%</b><span>ჩაწერილი შედეგები", shown)
