"""An answer is decided now and published later: until then nobody reads it and the clock runs."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from answering_kit import ANSWER, PLACE, case_of, desk
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import answer, given, hall, person, picture, turn

from mms_core import db as database
from mms_core.cases import reading
from mms_core.cases.keys import key_of
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.desk import held
from mms_core.desk.models import HeldAnswer
from mms_core.promises.models import Promise
from mms_core.testing import page

TODAY = local_day(datetime.now(UTC))
TOMORROW = TODAY + timedelta(days=1)
MORNING = datetime.now(UTC) + timedelta(days=1)
ZUGDIDI = 46


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


@pytest.fixture
def number(app: Flask, officer: FlaskClient) -> str:
    return given(app.test_client())


def hold(officer: FlaskClient, number: str, **typed: object) -> int:
    form = {"step": "accept", "text_step": ANSWER, "when": "together", "hold_set": "დეკემბერი"}
    return int(desk(officer, number, "step", **{**form, **typed}).status_code)


def rows(app: Flask) -> list[HeldAnswer]:
    with hall(app):
        found = list(db.session.scalars(sa.select(HeldAnswer).order_by(HeldAnswer.made_at)))
        db.session.expunge_all()
        return found


def work(app: Flask, held_id: uuid.UUID, now: datetime) -> None:
    """Do what the worker does when a held answer's time has come."""
    with app.app_context():
        database.bind(ZUGDIDI)
        held.publish(ZUGDIDI, held_id, now=now)
        database.commit()


def test_the_day_comes_and_the_answer_is_given_once_in_its_officers_name(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    promised = {"promise_text": "სკვერი", "promise_due": (TODAY + timedelta(days=9)).isoformat()}
    done = hold(officer, number, when="day", hold_until=TOMORROW.isoformat(),
                files=picture("plan.jpg"), files_public="true", **promised)  # fmt: skip
    assert done == 303
    assert ANSWER in page(officer.get(f"{PLACE}{number}"))
    assert number in page(officer.get(f"{PLACE}held/"))
    with case_of(app, number) as case:
        assert (case.answer, case.answered_at, case.state) == ("", None, "received")
        assert reading.files(case) == []
        key = key_of(app.extensions["mms_settings"], case.tenant_id, case.id)
    citizen = app.test_client()
    seen = page(citizen.get(f"/zugdidi/cases/{number}?key={key}", follow_redirects=True))
    assert ANSWER not in seen
    (row,) = rows(app)
    work(app, row.id, datetime.now(UTC))  # too early
    assert rows(app)[0].state == "waiting"
    for _time in range(2):
        work(app, row.id, MORNING)
    with case_of(app, number) as case:
        assert (case.answer, case.state) == (ANSWER, "accepted")
        assert case.answered_at == MORNING
        (step,) = [e for e in reading.events(case) if e.step == "accept"]
        assert (step.actor_name, step.actor_role) == ("დავით ნიმუშაძე", "operator")
        assert [f.public for f in reading.files(case)] == [True]
        assert len(db.session.scalars(sa.select(Promise)).all()) == 1
    assert rows(app)[0].state == "published"


def test_a_chosen_set_is_published_together_by_the_worker(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    second, third = given(app.test_client()), given(app.test_client())
    for one in (number, second, third):
        assert hold(officer, one) == 303
    first_two = [str(row.id) for row in rows(app)[:2]]
    assert officer.post(f"{PLACE}held/", data={}).status_code == 422
    assert officer.post(f"{PLACE}held/", data={"chosen": first_two}).status_code == 303
    with hall(app):
        wanted = "select args from procrastinate_jobs where task_name = 'desk.publish_held'"
        jobs = [row.args["row_id"] for row in db.session.execute(sa.text(wanted))]
    assert sorted(jobs) == sorted(first_two)
    for job in jobs:
        work(app, uuid.UUID(job), datetime.now(UTC))
    assert [row.state for row in rows(app)] == ["published", "published", "waiting"]


@pytest.mark.parametrize("moved", ["step", "word"])
def test_a_case_that_moved_meanwhile_makes_a_task_with_the_reason(
    app: Flask, officer: FlaskClient, number: str, moved: str
) -> None:
    assert hold(officer, number) == 303
    if moved == "step":
        answer(app, number, "review")
    else:
        citizen = app.test_client()
        with case_of(app, number) as case:
            key = key_of(app.extensions["mms_settings"], case.tenant_id, case.id)
        desk(officer, number, "message", text_message="რომელ ქუჩაზე?")
        citizen.get(f"/zugdidi/cases/{number}?key={key}")
        citizen.post(f"/zugdidi/cases/{number}", data={"text": "რუსთაველზე."})
    (row,) = rows(app)
    officer.post(f"{PLACE}held/", data={"chosen": [str(row.id)]})
    work(app, row.id, datetime.now(UTC))
    (row,) = rows(app)
    assert row.state == "refused"
    with case_of(app, number) as case:
        assert case.answer == ""
    for place in ("", "held/", number):
        assert "ვერ გამოქვეყნდა" in page(officer.get(f"{PLACE}{place}")), place
    back = officer.post(f"{PLACE}held/{row.id}/withdraw", follow_redirects=True)
    assert f">\n{ANSWER}</textarea>" in page(back)
    assert rows(app)[0].state == "withdrawn"


def test_notes_and_looks_of_colleagues_do_not_stand_in_the_way(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    hold(officer, number)
    desk(officer, number, "note", text_note="ნახვა.")
    desk(officer, number, "contact")
    (row,) = rows(app)
    work(app, row.id, datetime.now(UTC))
    assert rows(app)[0].state == "published"


def test_what_cannot_be_held_is_refused_with_everything_typed(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    for typed in (
        {"when": "day", "hold_until": ""},
        {"when": "day", "hold_until": TODAY.isoformat()},
        {"when": "day", "hold_until": "2099-01-01"},
        {"text_step": " "},
        {"when": "day", "hold_until": (TODAY + timedelta(days=9)).isoformat(),
         "promise_text": "სკვერი", "promise_due": TOMORROW.isoformat()},
    ):  # fmt: skip
        assert hold(officer, number, **typed) == 422, typed
    assert rows(app) == []
    assert hold(officer, number) == 303
    assert hold(officer, number) == 409
    shown = desk(officer, number, "step", step="accept", text_step="სხვა სიტყვები", when="together")
    assert "სხვა სიტყვები" in page(shown)


def test_what_waits_in_another_hall_is_out_of_reach(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    hold(officer, number)
    (row,) = rows(app)
    other = person(app, "vano@hall.example", role="operator", slug="tskaltubo")
    assert number not in page(other.get("/tskaltubo/desk/held/"))
    assert other.post("/tskaltubo/desk/held/", data={"chosen": [str(row.id)]}).status_code == 404
    assert other.post(f"/tskaltubo/desk/held/{row.id}/withdraw").status_code == 404
