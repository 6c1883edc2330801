"""Many people at one moment: the database gives no seat and no hour twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from reception_kit import free, hold, open_reception
from reception_kit_day import BASE, PASSWORD, WHO, ahead, hall, person, turn

from mms_core.clock import local_day
from mms_core.db import db
from mms_core.testing import page
from plugins.citizen_reception import meetings, tours, visits
from plugins.citizen_reception.booking_models import FairShare, Visit
from plugins.citizen_reception.day import by_id, of_day
from plugins.citizen_reception.day_models import Turn
from plugins.citizen_reception.group_models import Tour
from plugins.citizen_reception.info_models import Meeting
from plugins.citizen_reception.settings import settings_now

CROWD, SEATS = 24, 7


@pytest.fixture(autouse=True)
def tskaltubo(app: Flask) -> None:
    turn(app)


def together(work: Callable[[int], Any], many: int) -> list[Any]:
    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(work, range(many)))


def test_exactly_the_seats_are_given(app: Flask) -> None:
    begin = ahead(20)
    data = {"kind": "meeting", "title": "შეხვედრა", "title_en": "", "text": "", "text_en": "",
            "place": "დარბაზი", "starts_at": begin, "ends_at": begin + timedelta(hours=1),
            "seats": SEATS}  # fmt: skip
    with hall(app) as tenant:
        row = meetings.add(tenant.id, data, now=datetime.now(UTC))
        meetings.publish(row, now=datetime.now(UTC))
        code = row.code

    def take(number: int) -> tuple[int, str]:
        typed = {"people": "1", "name": "სტუმარი", "email": f"guest{number}@posta.example"}
        answer = app.test_client().post(f"{BASE}/events/{code}", data=typed)
        return answer.status_code, page(answer)

    answers = together(take, CROWD)
    assert Counter(status for status, _said in answers) == {303: SEATS, 422: CROWD - SEATS}
    assert all("ადგილი" in said for status, said in answers if status == 422)
    with hall(app):
        assert db.session.scalar(sa.select(Meeting.taken)) == SEATS


def test_meetings_entered_in_one_second_are_numbered_without_gap_or_double(app: Flask) -> None:
    data = {"kind": "meeting", "text": "", "title_en": "", "text_en": "", "place": "დარბაზი",
            "starts_at": ahead(20), "ends_at": ahead(20, 13), "seats": 0}  # fmt: skip

    def enter(number: int) -> None:
        with hall(app) as tenant:
            meetings.add(tenant.id, data | {"title": f"შეხვედრა {number}"}, now=datetime.now(UTC))

    together(enter, 8)
    with hall(app):
        codes = db.session.scalars(sa.select(Meeting.code).order_by(Meeting.code)).all()
        assert codes == [f"{ahead(20).year}-{no:02}" for no in range(1, 9)]


def test_one_school_gets_the_hour(app: Flask) -> None:
    with hall(app) as tenant:
        settings = settings_now(tenant.id)
        slot = tours.free_hours(tenant.id, settings, now=datetime.now(UTC))[0].isoformat()

    def ask(number: int) -> int:
        group = {"slot": slot, "organisation": f"სკოლა {number}", "size": "20"}
        typed = group | {"language": "ka", "age": "school_7_12", "name": "მასწავლებელი"}
        typed["email"] = f"s{number}@posta.example"
        return int(app.test_client().post(f"{BASE}/groups", data=typed).status_code)

    assert Counter(together(ask, 8)) == {303: 1, 422: 7}
    with hall(app):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Tour)) == 1


def test_who_books_six_times_in_one_second_has_the_fair_two(app: Flask) -> None:
    kind, _who = open_reception(app)
    client = app.test_client()
    held = [hold(client, kind, slot).location for slot in free(client, kind)[:6]]

    def confirm(number: int) -> tuple[int, str]:
        answer = app.test_client().post(held[number], data=WHO)
        return answer.status_code, page(answer)

    answers = together(confirm, 6)
    assert Counter(status for status, _said in answers) == {303: 2, 422: 4}
    assert all("უკვე" in said for status, said in answers if status == 422)
    with hall(app) as tenant:
        shares = db.session.scalars(sa.select(FairShare.no).order_by(FairShare.no)).all()
        assert shares == [1, 2]
        db.session.execute(sa.update(Visit).values(ends_at=datetime.now(UTC)))
        visits.sweep(tenant.id, now=datetime.now(UTC) + timedelta(minutes=1))
        assert db.session.scalars(sa.select(FairShare)).all() == []


def test_numbers_of_a_day_are_given_once_each(app: Flask) -> None:
    person(app, "secretary", role="operator")

    def come(number: int) -> int:
        client = app.test_client()
        sign = {"email": "secretary@posta.example", "password": PASSWORD}
        client.post("/sign-in", data=sign)
        answer = client.post(f"{BASE}/desk/day", data={"matter": f"საკითხი {number}"})
        return int(answer.status_code)

    assert set(together(come, 8)) == {303}
    with hall(app) as tenant:
        lines = of_day(tenant.id, local_day(datetime.now(UTC)))
        assert [line.turn.no for line in lines] == list(range(1, 9))
        first: Turn = by_id(tenant.id, lines[0].turn.id)
        assert first.state == "waiting"
