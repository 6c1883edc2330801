"""Laws of standing in: a case goes to somebody who is there, and its history says for whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from mms_core.cases import reading
from mms_core.cases.log import Actor
from mms_core.cases.timeline import inside
from mms_core.desk.rules import assign
from mms_core.errors import Invalid
from mms_core.people.rules import Colleague, staff_of
from mms_core.testing import make_person
from mms_core.units import absence
from tests.core.case_town import TSKALTUBO, hall, opened

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
HEAD = Actor(role="head", name="თ. საცდელაძე")


@pytest.fixture
def people(app: Flask) -> dict[str, Colleague]:
    """Give three officers of the hall by their names."""
    for word in ("ana", "beka", "gia"):
        make_person(app, word, ("operator", TSKALTUBO))
    with hall(app):
        return {one.name: one for one in staff_of(TSKALTUBO)}


def away(person: Colleague, deputy: Colleague | None, *, days: int = 5, start: int = 0) -> None:
    absence.set_away(
        TSKALTUBO,
        person,
        deputy=deputy,
        from_on=TODAY + timedelta(days=start),
        until_on=TODAY + timedelta(days=start + days),
        today=TODAY,
        set_by="თ.",
    )


def test_a_case_goes_to_who_stands_in_and_the_history_says_for_whom(
    app: Flask, people: dict[str, Colleague]
) -> None:
    with hall(app) as tenant:
        away(people["ana"], people["beka"])
        case = opened(app, tenant)
        assign(case, people["ana"], actor=HEAD, now=NOW)
        assert case.assignee_id == people["beka"].id
        line = inside(reading.events(case), None, messages=[], language="ka")[0]
        assert "beka" in line.title
        assert "ana" in line.title


def test_a_deputy_who_is_away_has_a_deputy_and_a_circle_ends(
    app: Flask, people: dict[str, Colleague]
) -> None:
    ana, beka, gia = (people[name] for name in ("ana", "beka", "gia"))
    with hall(app):
        away(ana, beka)
        away(beka, gia)
        assert absence.stand_in(TSKALTUBO, ana, day=TODAY).id == gia.id
        away(gia, ana)
        assert absence.stand_in(TSKALTUBO, ana, day=TODAY).id == ana.id  # nobody is there
        (row,) = absence.stood_in_for(TSKALTUBO, gia.id, day=TODAY)
        assert row.person_id == beka.id


def test_absence_counts_on_its_days_only(app: Flask, people: dict[str, Colleague]) -> None:
    ana, beka = people["ana"], people["beka"]
    with hall(app):
        away(ana, beka, start=2, days=3)
        days = {TODAY + timedelta(days=n): n in range(2, 6) for n in range(8)}
        for day, gone in days.items():
            assert (absence.stand_in(TSKALTUBO, ana, day=day).id == beka.id) is gone, day
        (row,) = absence.absences(TSKALTUBO, today=TODAY)
        absence.end(row, today=TODAY)
        assert not absence.absences(TSKALTUBO, today=TODAY)


def test_who_takes_a_case_while_away_has_it(app: Flask, people: dict[str, Colleague]) -> None:
    with hall(app) as tenant:
        away(people["ana"], people["beka"])
        case = opened(app, tenant)
        me = Actor(role="operator", id=people["ana"].id, name="ana")
        assign(case, people["ana"], actor=me, now=NOW)
        assert case.assignee_id == people["ana"].id


def test_an_absence_needs_a_deputy_and_days_that_come(
    app: Flask, people: dict[str, Colleague]
) -> None:
    with hall(app):
        for deputy, days in ((None, 3), (people["ana"], 3), (people["beka"], -1)):
            with pytest.raises(Invalid):
                away(people["ana"], deputy, days=days)
