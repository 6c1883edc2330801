"""A promise is made, moved, kept or broken before everybody's eyes, and it never vanishes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from answering_kit import ANSWER, PLACE, desk
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import given, hall, person, turn
from sqlalchemy import select

from mms_core import db as database
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.i18n import TBILISI
from mms_core.messages.models import NationalLetter
from mms_core.monitoring.models import StatDelta
from mms_core.promises.models import Promise
from mms_core.promises.round import round_of
from mms_core.testing import page

TODAY = local_day(datetime.now(UTC))
WORDS = "ორი ლამპიონი სკოლასთან"
ZUGDIDI = 46


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


@pytest.fixture
def number(app: Flask, officer: FlaskClient) -> str:
    number = given(app.test_client())
    due = (TODAY + timedelta(days=30)).isoformat()
    typed = {"text_step": ANSWER, "promise_text": WORDS, "promise_due": due}
    assert desk(officer, number, "step", step="accept", **typed).status_code == 303
    return number


def promise(app: Flask) -> Promise:
    with hall(app):
        found = db.session.scalars(select(Promise)).one()
        db.session.expunge_all()
        return found


def act(app: Flask, officer: FlaskClient, what: str, **typed: str) -> int:
    address = f"{PLACE}promises/{promise(app).id}"
    form = {"do": what} | {f"{what}.{name}": value for name, value in typed.items()}
    return officer.post(address, data=form).status_code


def figures(app: Flask) -> dict[str, int]:
    with hall(app):
        rows = db.session.execute(select(StatDelta.measure, StatDelta.n))
        return {measure: n for measure, n in rows if measure.startswith("promise")}


def read(app: Flask, state: str = "") -> str:
    return page(app.test_client().get(f"/zugdidi/promises/?state={state}"))


def test_everybody_reads_a_promise_and_how_it_was_moved_and_kept(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    assert WORDS in read(app)
    assert WORDS in page(app.test_client().get(f"/zugdidi/ideas/{number}"))
    later = TODAY + timedelta(days=60)
    assert act(app, officer, "move", due_on=later.isoformat(), reason="საწყობში არ არის.") == 303
    assert promise(app).first_due_on == TODAY + timedelta(days=30)
    assert "საწყობში არ არის." in read(app)
    assert act(app, officer, "kept", text="ლამპიონები ანთია.") == 303
    assert WORDS not in read(app)
    kept = read(app, "kept")
    for words in (WORDS, "საწყობში არ არის.", "ლამპიონები ანთია.", "თავდაპირველი ვადა"):
        assert words in kept
    assert figures(app) == {"promised": 1, "promises_kept": 1}
    for what, typed in (("move", {"due_on": later.isoformat(), "reason": "ისევ."}), ("kept", {})):
        assert act(app, officer, what, **typed) == 422


def test_what_is_no_move_is_refused_at_its_field(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    same = promise(app).due_on.isoformat()
    for due_on, reason in (("2020-01-01", "მიზეზი"), (same, "მიზეზი"), ("", "მიზეზი"), (same, "")):
        assert act(app, officer, "move", due_on=due_on, reason=reason) == 422
    assert act(app, officer, "broken", reason=" ") == 422
    assert act(app, officer, "vanish") == 404
    assert promise(app).state == "open"


def test_a_broken_promise_stays_and_can_still_be_kept_late(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    assert act(app, officer, "broken", reason="ბიუჯეტი შემცირდა.") == 303
    assert "ბიუჯეტი შემცირდა." in read(app, "broken")
    assert act(app, officer, "kept") == 303
    assert "ბიუჯეტი შემცირდა." in read(app, "kept")
    assert figures(app) == {"promised": 1, "promises_broken": 1, "promises_kept_late": 1}


def at_ten(day: date) -> datetime:
    """Give ten in the morning of the next Tuesday, when offices work."""
    day += timedelta(days=(1 - day.weekday()) % 7)
    return datetime(day.year, day.month, day.day, 10, tzinfo=TBILISI)


def go_round(app: Flask, now: datetime) -> int:
    with app.app_context():
        database.bind(ZUGDIDI)
        done = round_of(ZUGDIDI, now=now)
        database.commit()
        return done


def reminders(app: Flask) -> int:
    with app.app_context():
        database.bind(database.NATION)
        letters = db.session.scalars(select(NationalLetter)).all()
        return len([one for one in letters if WORDS in one.body])


def test_its_officer_is_reminded_twice_and_never_at_night(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    morning = at_ten(TODAY + timedelta(days=14))
    with hall(app):
        db.session.scalars(select(Promise)).one().due_on = morning.date() + timedelta(days=3)
    assert go_round(app, morning.replace(hour=3)) == 0
    assert go_round(app, morning) == 1
    assert go_round(app, morning + timedelta(hours=1)) == 0
    assert reminders(app) == 1
    go_round(app, morning + timedelta(days=2))
    assert reminders(app) == 2


def test_a_day_that_has_long_passed_counts_as_not_kept(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    due = promise(app).due_on
    assert go_round(app, at_ten(due + timedelta(days=1))) == 0
    assert go_round(app, at_ten(due + timedelta(days=8))) == 1
    assert promise(app).state == "broken"
    assert figures(app)["promises_broken"] == 1
    assert WORDS in read(app, "broken")


def test_the_list_goes_on_behind_its_first_page(
    app: Flask, officer: FlaskClient, number: str
) -> None:
    with hall(app) as tenant:
        one = db.session.scalars(select(Promise)).one()
        case_id, made = one.case_id, one.made_at
        for day in range(1, 22):
            due = TODAY + timedelta(days=60 + day)
            db.session.add(
                Promise(tenant_id=tenant.id, case_id=case_id, number=number, module=one.module,
                        text=f"პირობა {day}", due_on=due, first_due_on=due, made_at=made)
            )  # fmt: skip
    first = read(app)
    assert "პირობა 19<" in first
    assert "პირობა 20<" not in first
    found = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "პირობა 20<" in page(app.test_client().get(found))
