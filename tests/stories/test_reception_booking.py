"""A citizen books a visit, moves it and cancels it; the hall's people fall ill."""

from __future__ import annotations

import re
import threading
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from reception_kit import ABOUT, book, free, hold, open_reception
from reception_kit_day import BASE, hall, person, state_of

from mms_core.cases.models import Case
from mms_core.clock import due, is_working_day
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import TBILISI
from mms_core.messages.models import OutboxLetter
from mms_core.testing import page
from plugins.citizen_reception import booking, officials, reminders, slots
from plugins.citizen_reception.booking_models import Hold, Seat, Visit
from plugins.citizen_reception.settings import settings_now
from plugins.citizen_reception.slots import Wanted
from plugins.citizen_reception.visit_case import POLICY


@pytest.fixture
def citizen(app: Flask) -> FlaskClient:
    return app.test_client()


def visit(app: Flask) -> tuple[datetime, int, int]:
    with hall(app):
        seats = db.session.scalar(sa.select(sa.func.count()).select_from(Seat))
        row = db.session.scalars(sa.select(Visit)).one()
        return row.starts_at, row.moved, int(seats or 0)


def letters(app: Flask, template: str) -> list[str]:
    with hall(app):
        mine = sa.select(OutboxLetter.context).where(OutboxLetter.template == template)
        return [str(context["text"]) for context in db.session.scalars(mine)]


def test_a_citizen_books_moves_and_cancels(app: Flask, citizen: FlaskClient) -> None:
    kind, _who = open_reception(app)
    times = free(citizen, kind)
    number = book(citizen, kind, times[0])
    assert letters(app, "visit_booked")
    own = f"{BASE}/visits/{number}"
    shown = page(citizen.get(own))
    assert number in shown
    assert "<svg" in shown
    entry = citizen.get(f"{own}/visit.ics").text
    assert "SEQUENCE:0" in entry
    assert times[0] not in free(citizen, kind)

    assert "რჩება" in page(
        citizen.post(own, data={"go": "move", "slot": times[0]}, follow_redirects=True)
    )  # onto itself
    citizen.post(own, data={"go": "move", "slot": times[1]})
    at, moved, seats = visit(app)
    assert (at.isoformat(), moved, seats) == (times[1].split("|")[1], 1, 3)
    assert times[0] in free(citizen, kind)
    assert len(letters(app, "visit_moved")) == 1
    with hall(app):
        case = db.session.scalars(sa.select(Case)).one()
        owed = due(at + timedelta(minutes=30), replace(POLICY, days=3)).date
        assert case.due_on == owed, "what came of it is owed some working days after the visit"

    citizen.post(own, data={"go": "cancel"})
    assert state_of(app, number) == "cancelled"
    citizen.post(own, data={"go": "cancel"})  # the link used twice
    assert "ვიზიტის გადატანა" not in page(citizen.get(own))
    assert visit(app)[2] == 0
    assert app.test_client().get(own).status_code == 404, "nobody else's business"


def test_who_comes_too_late_is_told_the_next_free_times(app: Flask, citizen: FlaskClient) -> None:
    kind, _who = open_reception(app)
    slot = free(citizen, kind)[0]
    assert hold(citizen, kind, slot).status_code == 303
    late = hold(app.test_client(), kind, slot)
    assert late.status_code == 422
    assert slot not in re.findall(r'value="([^"]+)"', page(late))
    assert "ახლახან დაიკავეს" in page(late)


def test_a_hold_that_is_over_gives_way(app: Flask, citizen: FlaskClient) -> None:
    kind, _who = open_reception(app)
    slot = free(citizen, kind)[0]
    slow = hold(citizen, kind, slot).location
    with hall(app):
        past = datetime.now(UTC) - timedelta(minutes=1)
        db.session.execute(sa.update(Seat).values(held_until=past))
        db.session.execute(sa.update(Hold).values(until=past))
    book(app.test_client(), kind, slot, email="quick@posta.example")
    data = {"name": "ნელი ნიმუშაძე", "email": "slow@posta.example"}
    answer = citizen.post(slow, data=data)
    assert answer.status_code == 422
    assert "ახლახან დაიკავეს" in page(answer)


def test_who_tries_addresses_spends_no_number(app: Flask, citizen: FlaskClient) -> None:
    kind, _who = open_reception(app)
    times = free(citizen, kind)
    first = book(citizen, kind, times[0])
    data = {"name": "ნინო ნ.", "email": "guess@posta.example"}
    for _try in range(3):
        guessed = f"{BASE}/book/details/{uuid.uuid4()}"
        assert citizen.post(guessed, data=data).status_code == 404
    after = book(citizen, kind, times[1])
    running = [int(number.split("-")[2]) for number in (first, after)]
    assert running[1] == running[0] + 1


def test_one_person_has_two_visits_at_most(app: Flask, citizen: FlaskClient) -> None:
    kind, _who = open_reception(app)
    for slot in free(citizen, kind)[:2]:
        book(citizen, kind, slot)
    third = hold(citizen, kind, free(citizen, kind)[0])
    answer = citizen.post(third.location, data={"name": "ნინო ნ.", "email": "nino@posta.example"})
    assert answer.status_code == 422
    assert "უკვე" in page(answer)


def test_nobody_is_offered_a_break_a_holiday_or_a_day_away(app: Flask) -> None:
    kind, who = open_reception(app)
    now = datetime(2028, 2, 26, 9, tzinfo=UTC)  # a Saturday before the 29th of February
    with hall(app) as tenant:
        looked = Wanted(kind=officials.kind(tenant.id, uuid.UUID(kind)),
                        officials=[officials.one(tenant.id, uuid.UUID(who[0]))],
                        minutes=30)  # fmt: skip
        own = settings_now(tenant.id)
        away = {"since": date(2028, 3, 1), "until": date(2028, 3, 2), "why": "შვებულება"}
        officials.add_away(looked.officials[0], away)
        found = slots.next_free(tenant.id, looked, own, now=now, most=200)
        days = {one.starts_at.astimezone(TBILISI).date() for one in found}
        hours = {one.starts_at.astimezone(TBILISI).time() for one in found}
        assert date(2028, 2, 29) in days
        assert not {date(2028, 3, 1), date(2028, 3, 2), date(2028, 3, 3), date(2028, 3, 8)} & days
        assert all(is_working_day(day, ()) for day in days)
        assert time(13) not in hours
        assert time(13, 30) not in hours
        for day, hour in ((date(2028, 2, 29), 13), (date(2028, 3, 8), 10), (date(2028, 3, 1), 10)):
            # in the break, on a holiday, on a day of leave
            asked = datetime.combine(day, time(hour), TBILISI)
            with pytest.raises(Invalid):
                booking.hold(tenant.id, looked, asked, about=ABOUT, settings=own, now=now)


def test_a_time_is_found_exactly_where_the_list_offers_one(app: Flask) -> None:
    kind, who = open_reception(app, people=2)
    now = datetime(2028, 2, 26, 9, tzinfo=UTC)
    with hall(app) as tenant:
        both = [officials.one(tenant.id, uuid.UUID(one)) for one in who]
        looked = Wanted(kind=officials.kind(tenant.id, uuid.UUID(kind)), officials=both, minutes=30)
        own = settings_now(tenant.id)
        away = {"since": date(2028, 3, 1), "until": date(2028, 3, 2), "why": "შვებულება"}
        officials.add_away(both[0], away)
        offered = slots.next_free(tenant.id, looked, own, now=now, most=200)
        first: dict[datetime, slots.Slot] = {}
        for slot in offered:
            first.setdefault(slot.starts_at, slot)
        moment, last = min(first), min(first) + timedelta(days=14)
        assert len({slot.official_id for slot in first.values()}) == 2
        while moment < last:
            asked = moment.astimezone(TBILISI)
            assert slots.find(tenant.id, looked, asked, own, now=now) == first.get(moment), asked
            moment += timedelta(minutes=10)


def test_an_official_falls_ill_and_all_are_moved_and_told(app: Flask, citizen: FlaskClient) -> None:
    kind, who = open_reception(app, people=2, booking_cap=20)
    for slot in free(citizen, kind, official=who[0])[:12]:
        book(citizen, kind, slot)
    for slot in free(citizen, kind, official=who[0])[:2]:
        book(citizen, kind, slot)
    officer = person(app, "secretary", role="operator")
    desk = f"{BASE}/desk/officials/{who[0]}"
    today = datetime.now(TBILISI).date()
    away = {"go": "away", "since": today.isoformat(),
            "until": (today + timedelta(days=20)).isoformat(), "why": "ავად არის",
            "substitute_id": who[1]}  # fmt: skip
    assert officer.post(desk, data=away).status_code == 303
    shown = page(officer.get(desk))
    assert "საათებს გარეთ" in shown
    assert re.search(rf'value="{who[1]}"\s+selected', shown), "the substitute is proposed"
    officer.post(desk, data={"go": "move", "to": who[1]})
    assert "საათებს გარეთ" not in page(officer.get(desk))
    assert len(letters(app, "visit_moved")) == 14, "each is told"
    with hall(app):
        assert {str(one) for one in db.session.scalars(sa.select(Visit.official_id))} == {who[1]}


def test_hours_that_change_leave_what_is_booked_until_the_hall_moves_it(
    app: Flask, citizen: FlaskClient
) -> None:
    kind, who = open_reception(app)
    slot = free(citizen, kind)[0]
    book(citizen, kind, slot)
    at = visit(app)[0].astimezone(TBILISI)
    officer = person(app, "secretary", role="operator")
    desk = f"{BASE}/desk/officials/{who[0]}"
    with hall(app) as tenant:
        lines = officials.hours_of(tenant.id, uuid.UUID(who[0]))
        line_id = next(one.id for one in lines if one.weekday == at.isoweekday())
    officer.post(desk, data={"go": f"remove-{line_id}"})
    shown = page(officer.get(desk))
    assert "საათებს გარეთ" in shown
    assert f"{at:%H:%M}" in shown
    assert visit(app) == (at, 0, 3), "what is booked stays"
    officer.post(desk, data={"go": "move", "to": who[0]})
    moved, times, seats = visit(app)
    assert (moved.astimezone(TBILISI).isoweekday() != at.isoweekday(), times, seats) == (True, 1, 3)
    assert len(letters(app, "visit_moved")) == 1


def test_a_visitor_is_reminded_once(app: Flask, citizen: FlaskClient) -> None:
    kind, _who = open_reception(app)
    book(citizen, kind, free(citizen, kind)[-1])
    at = visit(app)[0]
    with hall(app) as tenant:
        assert reminders.remind(tenant, now=at - timedelta(days=3)) == 0
        assert reminders.remind(tenant, now=at - timedelta(hours=1)) == 1
        assert reminders.remind(tenant, now=at - timedelta(minutes=50)) == 0


@pytest.mark.parametrize("capacity", [1, 3])
def test_a_crowd_at_one_time_gets_exactly_the_capacity(app: Flask, capacity: int) -> None:
    kind, _who = open_reception(app, capacity=capacity)
    slot = free(app.test_client(), kind)[0]
    answers: list[int] = []
    gate = threading.Barrier(20)

    def come(number: int) -> None:
        client = app.test_client()
        gate.wait()
        answers.append(hold(client, kind, slot, about=f"{ABOUT} {number}").status_code)

    crowd = [threading.Thread(target=come, args=(number,)) for number in range(20)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert answers.count(303) == capacity
    assert set(answers) == {303, 422}
    with hall(app):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Hold)) == capacity


def test_the_public_reads_who_receives_and_when(app: Flask, citizen: FlaskClient) -> None:
    open_reception(app, charge_name="ლ. მაგალითაძე", charge_phone="(0436) 22 00 00")
    shown = page(citizen.get(f"{BASE}/officials"))
    assert "10:00–18:00" in shown
    assert "13:00–14:00" in shown
    assert "(0436) 22 00 00" in shown


def test_the_hall_enters_who_receives_and_overlaps_are_said_at_the_field(app: Flask) -> None:
    _kind, who = open_reception(app)
    officer = person(app, "secretary", role="operator")
    desk = f"{BASE}/desk/officials/{who[0]}"
    again = {"go": "hours", "weekday": "1", "opens": "12:00", "closes": "15:00"}
    answer = officer.post(desk, data=again)
    assert answer.status_code == 422
    assert "ემთხვევა" in page(answer)
    assert officer.post(desk, data=again | {"weekday": "6"}).status_code == 303
