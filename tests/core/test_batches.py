"""Laws of work on many cases: all or told why, nothing before its time, nothing twice."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from mms_core import db as database
from mms_core.batches import rules
from mms_core.batches.models import ASSIGN, DRAFT, STEP, UNIT, Batch
from mms_core.batches.running import run
from mms_core.cases import reading
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.desk.answering import Answer
from mms_core.errors import Invalid, Refused
from mms_core.messages.models import OutboxLetter
from mms_core.people.current import Person
from mms_core.people.rules import revoke_grant
from mms_core.testing import make_person
from mms_core.units import rules as units
from mms_core.units.rules import UnitData
from tests.core.case_town import TSKALTUBO, WORDS, hall, moved, number_of_new

NOW = datetime.now(UTC)


@pytest.fixture
def officer(app: Flask) -> Person:
    """Give an operator of the hall."""
    made = make_person(app, "levan", ("operator", TSKALTUBO))
    return Person(id=made, name="levan")


def cases(app: Flask, count: int) -> list[str]:
    contact = {"email": "nino@posta.example"}
    return [number_of_new(app, contact=contact) for _place in range(count)]


def ordered(officer: Person, numbers: list[str], kind: str, asked: dict[str, Any]) -> uuid.UUID:
    """Choose cases and say what shall be done with them."""
    found = select(Case.id, Case.number, Case.version).where(Case.tenant_id == TSKALTUBO)
    chosen = db.session.execute(found.where(Case.number.in_(numbers)).order_by(Case.number)).all()
    batch = rules.begin(TSKALTUBO, officer, chosen=chosen, language="ka", now=NOW)
    rules.order(batch, kind=kind, asked=asked, now=NOW)
    return batch.id


def answered(text: str = WORDS) -> dict[str, Any]:
    return {"answer": Answer(step="accept", text=text).to_json()}


def letters() -> int:
    return int(db.session.execute(select(func.count(OutboxLetter.id))).scalar_one())


def ran(app: Flask, batch_id: uuid.UUID) -> Batch:
    with hall(app):
        run(TSKALTUBO, batch_id)
    with hall(app):
        found = rules.find(TSKALTUBO, batch_id)
        db.session.expunge(found)
        return found


def test_one_refused_of_many_is_told_with_the_reason_and_the_others_are_done(
    app: Flask, officer: Person
) -> None:
    numbers = cases(app, 4)
    with hall(app):
        batch_id = ordered(officer, numbers, STEP, answered())
        before = letters()
    moved(app, numbers[2], "review", "")  # somebody else was quicker
    with hall(app):
        assert letters() == before + 1  # that one's; the batch has written none yet
    batch = ran(app, batch_id)
    assert (batch.state, batch.done, batch.refused) == ("done", 3, 1)
    with hall(app):
        (row,) = rules.cases_of(batch, state="refused")
        assert row.number == numbers[2]
        assert "შეიცვალა" in row.reason
        states = {number: by_number(TSKALTUBO, number).state for number in numbers}
        assert states.pop(numbers[2]) == "under_review"
        assert set(states.values()) == {"accepted"}
        assert letters() == before + 4
    again = ran(app, batch_id)  # the queue may ask twice
    assert (again.done, again.refused) == (3, 1)
    with hall(app):
        assert letters() == before + 4


def test_what_was_called_off_does_nothing_and_what_has_begun_cannot_be_called_off(
    app: Flask, officer: Person
) -> None:
    numbers = cases(app, 2)
    with hall(app):
        batch_id = ordered(officer, numbers, STEP, answered())
        batch = rules.find(TSKALTUBO, batch_id)
        assert batch.run_at == NOW + timedelta(minutes=1)
        rules.call_off(batch, now=NOW)
        before = letters()
    assert ran(app, batch_id).state == "cancelled"
    with hall(app):
        assert {by_number(TSKALTUBO, number).state for number in numbers} == {"received"}
        assert letters() == before
        second = ordered(officer, numbers, STEP, answered())
    assert ran(app, second).done == 2
    with hall(app), pytest.raises(Refused):
        rules.call_off(rules.find(TSKALTUBO, second), now=NOW)


def test_it_goes_on_where_a_worker_died(app: Flask, officer: Person) -> None:
    numbers = cases(app, 3)
    with hall(app):
        batch_id = ordered(officer, numbers, STEP, answered())
        batch = rules.find(TSKALTUBO, batch_id)
        batch.state, batch.done = "running", 1
        rules.cases_of(batch)[0].state = "done"
    batch = ran(app, batch_id)
    assert (batch.done, batch.refused) == (3, 0)
    with hall(app):
        assert by_number(TSKALTUBO, numbers[0]).state == "received"  # was done before the crash


def test_an_officer_whose_rights_have_ended_does_nothing_more(app: Flask, officer: Person) -> None:
    numbers = cases(app, 2)
    with hall(app):
        batch_id = ordered(officer, numbers, STEP, answered())
    with app.app_context():
        database.bind(database.NATION)
        revoke_grant(officer.id, "operator", tenant_id=TSKALTUBO)
        database.commit()
    batch = ran(app, batch_id)
    assert (batch.state, batch.done) == ("failed", 0)
    assert "აღარ მუშაობს" in batch.problem
    with hall(app):
        assert {by_number(TSKALTUBO, number).state for number in numbers} == {"received"}


def test_cases_are_handed_to_a_colleague_and_to_a_unit(app: Flask, officer: Person) -> None:
    other = make_person(app, "nana", ("operator", TSKALTUBO))
    numbers = cases(app, 2)
    with hall(app):
        unit = units.keep(TSKALTUBO, UnitData(name_ka="გზების სამსახური"))
        first = ordered(officer, numbers, ASSIGN, {"to": str(other), "text": "გთხოვთ, ნახოთ."})
        wanted = str(unit.id)
        second = ordered(officer, numbers, UNIT, {"unit": wanted, "text": ""})
    assert ran(app, first).done == 2
    with hall(app):
        case = by_number(TSKALTUBO, numbers[0])
        assert (case.assignee_id, reading.events(case)[-1].text) == (other, "გთხოვთ, ნახოთ.")
    assert ran(app, second).done == 2
    with hall(app):
        case = by_number(TSKALTUBO, numbers[0])
        assert case.unit == wanted
        assert case.assignee_id is None  # who does not work there is responsible no more


def test_a_unit_that_was_closed_meanwhile_takes_no_case(app: Flask, officer: Person) -> None:
    numbers = cases(app, 1)
    with hall(app):
        unit = units.keep(TSKALTUBO, UnitData(name_ka="გზების სამსახური"))
        batch_id = ordered(officer, numbers, UNIT, {"unit": str(unit.id), "text": ""})
        units.close(TSKALTUBO, unit.id, now=NOW)
    assert ran(app, batch_id).refused == 1


def test_nothing_chosen_and_too_much_chosen_are_refused(app: Flask, officer: Person) -> None:
    with hall(app):
        with pytest.raises(Invalid):
            rules.begin(TSKALTUBO, officer, chosen=[], language="ka", now=NOW)
        many = [object()] * (rules.MOST + 1)
        with pytest.raises(Invalid):
            rules.begin(TSKALTUBO, officer, chosen=many, language="ka", now=NOW)
        assert not db.session.scalars(select(Batch.id).where(Batch.state == DRAFT)).all()
