"""The ladder of reminders: what a look finds, however late it is, and whom the morning tells."""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from case_town import OPERATOR, TSKALTUBO, case_type, hall, moved, opened
from flask import Flask

from mms_core import clock
from mms_core.cases import clockwork, reading, reminding
from mms_core.cases.deadlines import set_deadline
from mms_core.cases.hall_clock import HallClock, Ladder, ladder
from mms_core.cases.ladder import RUNGS, Standing, look, rungs
from mms_core.cases.models import Case
from mms_core.cases.questions import ask_citizen
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.errors import Refused
from mms_core.messages.models import OutboxLetter
from mms_core.messages.words import compose
from mms_core.people.rules import staff_of
from mms_core.testing import make_person
from mms_core.units.models import Absence

TBILISI = ZoneInfo("Asia/Tbilisi")
TUESDAY = datetime(2026, 12, 1, 10, tzinfo=TBILISI)  # a working morning
USUAL = Ladder()


def standing(due: str, first: str = "2026-11-04", **more: Any) -> Standing:
    counted = clock.due(datetime(2026, 11, 3, 12, tzinfo=TBILISI), clock.policies()["idea"])
    days = {"date": date.fromisoformat(due), "first": date.fromisoformat(first)}
    return Standing(due=dataclasses.replace(counted, **days), **more)


def test_the_ladder_of_a_case_in_days() -> None:
    found = rungs(standing("2026-11-25", check_by=date(2026, 11, 6)), USUAL, off=())
    assert [(rung.on.isoformat(), rung.name) for rung in found] == [
        ("2026-11-06", "check"),
        ("2026-11-14", "half"),
        ("2026-11-19", "before"),  # three working days before, over St George's day
        ("2026-11-25", "on_day"),
        ("2026-11-26", "head"),
        ("2026-12-02", "mayor"),
    ]


def test_a_hall_takes_steps_out_of_the_ladder() -> None:
    bare = Ladder(half=False, before=(), on_day=False, head_after=0, mayor_after=0)
    assert rungs(standing("2026-11-25"), bare, off=()) == []
    assert look(standing("2026-11-25"), bare, today=date(2026, 12, 9), off=()).again is None
    assert ladder(bare.kept()) == bare
    assert ladder({}) == USUAL


def test_each_step_is_told_once_and_of_missed_ones_the_gravest() -> None:
    """A worker that looks on any days tells each grave step at most once, in order."""
    chance = random.Random(12)
    for _ in range(60):
        case, day = standing("2026-11-25"), date(2026, 11, 4)
        told: list[str] = []
        while day < date(2026, 12, 20):
            found = look(case, USUAL, today=day, off=())
            if found.rung:
                told.append(found.rung)
                case = dataclasses.replace(case, reminded_on=day)
            assert found.again is None or found.again > day
            assert look(case, USUAL, today=day, off=()).rung == ""
            day += timedelta(days=chance.choice([1, 1, 1, 3, 9]))
        assert told == sorted(set(told), key=RUNGS.index)
        assert told[-1] == "mayor"


def test_nobody_is_reminded_while_the_clock_stands_and_a_later_date_reminds_again() -> None:
    waiting = standing("2026-11-25", waits_until=date(2026, 12, 4))
    found = look(waiting, USUAL, today=date(2026, 12, 4), off=())
    assert (found.rung, found.again) == ("", date(2026, 12, 5))
    told = standing("2026-11-25", reminded_on=date(2026, 11, 19))
    later = standing("2026-12-09", reminded_on=date(2026, 11, 19))
    assert look(told, USUAL, today=date(2026, 11, 20), off=()).rung == ""
    assert look(later, USUAL, today=date(2026, 12, 4), off=()).rung == "before"


@pytest.fixture
def staff(app: Flask) -> dict[str, Any]:
    words = {"officer": "operator", "chief": "head", "major": "mayor"}
    return {word: make_person(app, word, (role, TSKALTUBO)) for word, role in words.items()}


def late_case(app: Flask, *, days: int = -1, officer: Any = None, **more: Any) -> str:
    """Open a case whose date lies so many working days from the morning of the test."""
    with hall(app) as tenant:
        case = opened(app, tenant, **more)
        case.due_on = clock.working_days_from(TUESDAY.date(), days)
        case.due_reason = case.due_reason | {
            "date": case.due_on.isoformat(),
            "first": (case.due_on - timedelta(days=20)).isoformat(),
        }
        case.remind_on, case.assignee_id = TUESDAY.date(), officer
        return str(case.number)


def morning(app: Flask, now: datetime = TUESDAY) -> int:
    with hall(app) as tenant:
        return reminding.remind(tenant.id, now=now)


def letters(app: Flask) -> dict[str, str]:
    """Give the digests by their reader, in words."""
    with hall(app):
        rows = db.session.scalars(sa.select(OutboxLetter).where(OutboxLetter.case_id.is_(None)))
        return {row.recipient.partition("@")[0]: compose(row, None).text for row in rows}


def test_the_officer_is_told_first_then_the_head_then_the_mayor(
    app: Flask, staff: dict[str, Any]
) -> None:
    near = late_case(app, days=3, officer=staff["officer"])
    today = late_case(app, days=0)  # nobody is responsible: the head hears of it
    late = late_case(app, days=-1, officer=staff["officer"])
    very = late_case(app, days=-5, officer=staff["officer"])
    assert morning(app) == 4
    found = letters(app)
    assert set(found) == {"officer", "chief", "major"}
    assert [number in found["officer"] for number in (near, today, late, very)] == [1, 0, 1, 0]
    assert [number in found["chief"] for number in (near, today, late, very)] == [0, 1, 1, 1]
    assert [number in found["major"] for number in (near, today, late, very)] == [0, 0, 0, 1]
    assert "/tskaltubo/desk/" + very in found["major"]
    with hall(app) as tenant:
        event = reading.events(by_number(tenant.id, very))[-1]
        assert (event.kind, event.public, event.data["rung"]) == ("reminder", False, "mayor")
        assert event.data["to"] == ["chief", "major"]


def test_a_second_look_sends_nothing_also_after_downtime(app: Flask, staff: dict[str, Any]) -> None:
    late_case(app, officer=staff["officer"])
    assert morning(app) == 1
    assert morning(app) == 0
    assert morning(app, TUESDAY + timedelta(days=1)) == 0
    assert morning(app, TUESDAY + timedelta(days=13)) == 1  # the mayor's day came while it was away
    assert morning(app, TUESDAY + timedelta(days=14)) == 0
    with hall(app):
        count = sa.select(sa.func.count()).select_from(OutboxLetter)
        assert db.session.scalar(count.where(OutboxLetter.case_id.is_(None))) == 4


def test_for_an_officer_who_is_away_the_deputy_is_told(app: Flask, staff: dict[str, Any]) -> None:
    late = late_case(app, days=0, officer=staff["officer"])
    with hall(app) as tenant:
        people = {one.id: one for one in staff_of(tenant.id)}
        gone = {"from_on": TUESDAY.date(), "until_on": TUESDAY.date() + timedelta(days=9)}
        names = {"person_name": people[staff["officer"]].name, "deputy_name": "major"}
        who = {"person_id": staff["officer"], "deputy_id": staff["major"]}
        db.session.add(Absence(tenant_id=tenant.id, **who, **names, **gone))
    assert morning(app) == 1
    assert late in letters(app)["major"]
    assert "officer" not in letters(app)


def test_an_application_is_checked_in_three_days_or_the_officer_is_reminded(
    app: Flask, staff: dict[str, Any]
) -> None:
    law = dataclasses.replace(
        case_type(app), deadline=clock.policies()["application_without_third_parties"]
    )
    now = datetime(2026, 11, 26, 12, tzinfo=TBILISI)  # a Thursday: three days end on a Sunday
    with hall(app) as tenant:
        case = opened(app, tenant)
        set_deadline(case, law, settings={"answer_days": 40}, now=now)
        assert (case.due_on, case.check_by) == (date(2026, 12, 11), date(2026, 11, 30))
        case.assignee_id, number = staff["officer"], case.number
    assert morning(app) == 1
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert reading.events(case)[-1].data["rung"] == "check"
        clockwork.confirm_complete(case, actor=OPERATOR, now=TUESDAY)
        assert case.check_by is None
        assert reading.events(case)[-1].step == "checked"
        with pytest.raises(Refused):
            clockwork.confirm_complete(case, actor=OPERATOR, now=TUESDAY)


@pytest.mark.parametrize(
    "quiet",
    [
        datetime(2026, 12, 1, 8, 59, tzinfo=TBILISI),
        datetime(2026, 12, 1, 18, 0, tzinfo=TBILISI),
        datetime(2026, 12, 2, 2, 0, tzinfo=TBILISI),
        datetime(2026, 12, 5, 11, 0, tzinfo=TBILISI),  # a Saturday
        datetime(2027, 1, 7, 11, 0, tzinfo=TBILISI),  # Christmas
    ],
)
def test_nothing_is_sent_at_night_or_on_a_day_off(
    app: Flask, staff: dict[str, Any], quiet: datetime
) -> None:
    late_case(app, officer=staff["officer"])
    assert morning(app, quiet) == 0
    assert letters(app) == {}


def test_a_clock_a_day_ahead_costs_no_reminder_and_repeats_none(
    app: Flask, staff: dict[str, Any]
) -> None:
    first = late_case(app, officer=staff["officer"])
    assert morning(app, TUESDAY + timedelta(days=1)) == 1
    second = late_case(app, officer=staff["officer"])
    assert morning(app) == 1  # the clock is right again
    with hall(app) as tenant:
        assert [e.kind for e in reading.events(by_number(tenant.id, first))].count("reminder") == 1
        assert [e.kind for e in reading.events(by_number(tenant.id, second))].count("reminder") == 1
    with hall(app) as tenant:
        assert reminding.tick(tenant.id, now=datetime.now(UTC) + timedelta(days=1)) == 0


def test_answered_cases_are_forgotten_and_imported_ones_found(
    app: Flask, staff: dict[str, Any]
) -> None:
    answered = late_case(app, officer=staff["officer"])
    moved(app, answered, "answer")
    imported = late_case(app)
    with hall(app):
        db.session.execute(sa.update(Case).values(remind_on=None).where(Case.number == imported))
    assert morning(app) == 1
    with hall(app) as tenant:
        assert by_number(tenant.id, answered).remind_on is None
        assert by_number(tenant.id, imported).reminded_on == TUESDAY.date()


def test_a_term_that_ended_while_the_worker_was_away_ends_on_its_day(app: Flask) -> None:
    who = {"email": "nino@posta.example"}
    with hall(app) as tenant:
        case = opened(app, tenant, contact=who)
        now = datetime.now(UTC)
        ask_citizen(case, case_type(app), text="რა?", days=5, actor=OPERATOR, now=now)
        number, until, due = case.number, case.waits_until, case.due_on
    with hall(app):
        assert reminding.end_pauses(TSKALTUBO, now=now + timedelta(days=40)) == 1
        assert reminding.end_pauses(TSKALTUBO, now=now + timedelta(days=40)) == 0
    with hall(app):
        case = by_number(TSKALTUBO, number)
        assert (case.waits_until, case.due_on) == (None, due)
        assert case.due_reason["pauses"][0][1] == until.isoformat()
        assert reading.events(case)[-1].data["why"] == "term_over"
        assert reading.letters(case)[0].template == "term_over"


def test_a_new_ladder_is_looked_at_from_the_next_morning(app: Flask, staff: dict[str, Any]) -> None:
    number = late_case(app, days=2, officer=staff["officer"])
    assert morning(app) == 1  # three days before, a day late
    with hall(app) as tenant:
        steps = Ladder(before=(1,))
        reminding.set_hall_ladder(tenant.id, steps, by="ნ. ნიმუშაძე", now=TUESDAY)
        assert reminding.look_again(tenant.id, now=TUESDAY) == 1
    assert morning(app, TUESDAY + timedelta(days=1)) == 1
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        assert [e.step for e in reading.events(case)][-2:] == ["before", "before"]
        row = db.session.get_one(HallClock, tenant.id)
        assert (row.version, row.ran_on) == (1, date(2026, 12, 2))
