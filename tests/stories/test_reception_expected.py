"""What bookings tell the day: who is expected, who is here, how much was offered each evening."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from reception_kit_day import BASE, hall, person, state_of, turn

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact, NewCase, open_case
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.monitoring.models import StatDelta
from mms_core.testing import page
from plugins.citizen_reception import day_duties, expected, walk_in
from plugins.citizen_reception.day_models import Turn
from plugins.citizen_reception.settings import settings_now

MODULE = "citizen_reception"
DAY = f"{BASE}/desk/day"


@pytest.fixture(autouse=True)
def tskaltubo(app: Flask) -> None:
    turn(app)


@pytest.fixture
def booked(app: Flask) -> Iterator[Case]:
    """Give a visit that is expected today, as bookings tell it."""
    now = datetime.now(UTC)
    new = NewCase(title="გზის შეკეთება", body="", contact=Contact(name="ელენე ნიმუშაძე"),
                  by=Actor(role="citizen"))  # fmt: skip
    with hall(app) as tenant:
        case = open_case(app.extensions["mms_modules"], walk_in.WALK_IN, module=MODULE,
                         tenant=tenant, new=new, now=now)  # fmt: skip
        found = case.id

    def source(tenant_id: int, on: Any) -> list[expected.Expected]:
        row = db.session.get(Case, (tenant_id, found))
        one = expected.Expected(case=row, name="ელენე ნიმუშაძე", at=now, official="მერი",
                                until=now + timedelta(minutes=20))  # fmt: skip
        return [one] if on == local_day(now) else []

    expected.SOURCES.append(source)
    yield case
    expected.SOURCES.remove(source)


def test_who_is_expected_is_here_with_one_tap_and_keeps_one_number(
    app: Flask, booked: Case
) -> None:
    with hall(app):
        number = str(db.session.scalar(sa.select(Case.number)))
    secretary = person(app, "secretary", role="operator")
    assert "ელენე ნიმუშაძე" in page(secretary.get(DAY))
    for _tap in range(2):
        assert secretary.post(f"{DAY}/arrive", data={"number": number}).status_code == 303
    with hall(app):
        row = db.session.scalars(sa.select(Turn)).one()
        assert (row.no, row.official, row.planned_at is not None) == (1, "მერი", True)
    shown = page(secretary.get(DAY))
    assert f'name="number" value="{number}"' not in shown, "who is here is no longer expected"
    sheet = secretary.get(f"{DAY}/sheet.pdf?official=მერი")
    assert sheet.status_code == 200
    done = {"do": "missed", "text": "დავურეკეთ.", "version": "1"}
    secretary.post(f"{BASE}/desk/outcomes/{number}", data=done)
    assert state_of(app, number) == "missed"


def test_nobody_arrives_who_is_not_expected(app: Flask) -> None:
    secretary: FlaskClient = person(app, "secretary", role="operator")
    assert secretary.post(f"{DAY}/arrive", data={"number": "TSK-2026-1"}).status_code == 404


def test_an_evening_is_counted_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    soon = [local_day(now) + timedelta(days=n) for n in (2, 4)]
    monkeypatch.setattr(expected, "OFFERED", [lambda _hall, _day: 14])
    monkeypatch.setattr(expected, "FIRST_FREE", [lambda _hall, _now: soon])
    for _time in range(2):
        with hall(app) as tenant:
            assert settings_now(tenant.id)
            day_duties.measure(tenant.id, now=now)
    with hall(app):
        rows = db.session.execute(sa.select(StatDelta.measure, StatDelta.n)).all()
    assert dict(tuple(row) for row in rows) == {
        "offered": 14, "first_free_days": 6, "first_free_asked": 2,
    }  # fmt: skip
