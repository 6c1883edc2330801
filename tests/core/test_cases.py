"""Laws of a case: who may move it, from where, in which version, and what its date means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from case_town import (
    MODULE,
    OPERATOR,
    TSKALTUBO,
    WORDS,
    ZUGDIDI,
    case_type,
    hall,
    moved,
    number_of_new,
    opened,
)
from flask import Flask

from mms_core.cases.deadlines import explain_due, is_overdue
from mms_core.cases.log import Actor, CaseEvent
from mms_core.cases.models import Case, CaseContact, PersonCase
from mms_core.cases.rules import StaleError, StepAsked, by_number, take_step
from mms_core.clock import local_day
from mms_core.contributions import CaseType, State, Step
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotAllowed, NotFound, Refused


def walk(table: CaseType) -> list[tuple[str, Step]]:
    return [(state.name, step) for state in table.states for step in table.steps_from(state.name)]


def in_state(app: Flask, state: str) -> str:
    """Open an idea and lead it to a state by the shortest way of the table."""
    table, number = case_type(app), number_of_new(app)
    ways: dict[str, list[Step]] = {"received": []}
    while state not in ways:
        for source, step in walk(table):
            if source in ways:
                ways.setdefault(step.target, [*ways[source], step])
    for step in ways[state]:
        moved(app, number, step.name, actor=Actor(role=step.by[0], name="T"))
    return number


def test_a_wrong_role_may_take_no_step_of_the_table(app: Flask) -> None:
    table = case_type(app)
    for state in table.states:
        steps = table.steps_from(state.name)
        if not steps:
            continue
        number = in_state(app, state.name)
        for step in steps:
            for role in {"citizen", "clerk", "operator", "head", "ministry", ""} - {*step.by}:
                with pytest.raises(NotAllowed):
                    moved(app, number, step.name, actor=Actor(role=role))


def test_a_step_that_does_not_leave_the_state_is_refused_and_moves_nothing(app: Flask) -> None:
    table = case_type(app)
    for state in table.states:
        number = in_state(app, state.name)
        with hall(app):
            before = by_number(TSKALTUBO, number).version
        for step in {*table.steps} - {*table.steps_from(state.name)}:
            with pytest.raises(Refused):
                moved(app, number, step.name, actor=Actor(role=step.by[0]))
        with pytest.raises(Refused):
            moved(app, number, "no_such_step")
        with hall(app):
            case = by_number(TSKALTUBO, number)
            assert (case.state, case.version) == (state.name, before)


def test_no_closed_state_of_the_real_module_is_reached_without_an_answer(app: Flask) -> None:
    table = case_type(app)
    closing = [(source, step) for source, step in walk(table) if not table.state(step.target).open]
    assert {step.target for _source, step in closing} == {
        state.name for state in table.states if not state.open
    }
    taken_back = [(source, step.by) for source, step in closing if step.withdraws]
    assert taken_back == [("received", ("citizen",))], "the author alone, before the hall began"
    for source, step in closing:
        if step.withdraws:
            continue
        number = in_state(app, source)
        with pytest.raises((Invalid, Refused)):
            moved(app, number, step.name, " \n ", actor=Actor(role=step.by[0]))
        moved(app, number, step.name, actor=Actor(role=step.by[0]))
        with hall(app):
            case = by_number(TSKALTUBO, number)
            assert (case.is_open, case.answer, bool(case.answered_at)) == (False, WORDS, True)


def test_a_table_that_forgets_the_answer_is_held_by_the_core(app: Flask) -> None:
    """The rule stands in the core, whatever a module written elsewhere allows."""
    hasty = CaseType(
        name="hasty",
        title="Hasty",
        states=(State(name="new", title="New"), State(name="gone", title="Gone", open=False)),
        steps=(
            Step(name="open", title="Open", source=(), target="new", by=("citizen",)),
            Step(name="drop", title="Drop", source=("new",), target="gone", by=("operator",)),
        ),
        deadline=case_type(app).deadline,
    )
    registry = app.extensions["mms_modules"]
    loaded = registry.loaded[MODULE]
    object.__setattr__(loaded, "case_types", (*loaded.case_types, hasty))
    try:
        with hall(app) as tenant:
            case = opened(app, tenant)
            case.kind, case.state = "hasty", "new"
            with pytest.raises(Refused):
                take_step(
                    registry,
                    case,
                    asked=StepAsked(name="drop", actor=OPERATOR),
                    now=datetime.now(UTC),
                )
            assert case.is_open
    finally:
        object.__setattr__(loaded, "case_types", loaded.case_types[:-1])


def test_the_second_of_two_officers_learns_that_the_case_has_moved(app: Flask) -> None:
    number = number_of_new(app)
    moved(app, number, "review", version=1)
    with pytest.raises(StaleError) as stale:
        moved(app, number, "answer", version=1)
    assert (stale.value.since, stale.value.status) == (1, 409)
    with hall(app):
        case = by_number(TSKALTUBO, number)
        assert (case.state, case.version, case.answer) == ("under_review", 2, "")
    moved(app, number, "answer", version=2)


def test_a_refused_step_leaves_nothing_behind(app: Flask) -> None:
    number = number_of_new(app)
    with pytest.raises(Invalid) as told:
        moved(app, number, "reject", "")
    assert set(told.value.fields) == {"text"}
    with hall(app):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CaseEvent)) == 1


def test_each_step_is_one_event_in_a_row(app: Flask) -> None:
    number = in_state(app, "done")
    with hall(app):
        events = db.session.scalars(sa.select(CaseEvent).order_by(CaseEvent.seq)).all()
        case = by_number(TSKALTUBO, number)
        db.session.expunge_all()
    assert [(e.seq, e.before, e.after) for e in events] == [
        (1, "", "received"), (2, "received", "accepted"), (3, "accepted", "done"),
    ]  # fmt: skip
    assert (case.version, case.head) == (3, events[-1].hash)
    assert [e.previous for e in events] == ["", events[0].hash, events[1].hash]


def test_the_log_holds_no_name_of_a_citizen(app: Flask) -> None:
    who = {"name": "ნინო ნიმუშაძე", "email": "nino@posta.example", "phone": "+995599000000"}
    with hall(app) as tenant:
        opened(app, tenant, contact=who)
        written = db.session.scalars(sa.text("select case_event::text from mms.case_event")).one()
        assert db.session.scalars(sa.select(CaseContact)).one().name == who["name"]
    assert not any(word in written for word in who.values())


def test_a_persons_index_row_follows_the_case(app: Flask) -> None:
    person = uuid7()
    number = number_of_new(app, author_id=person)
    moved(app, number, "review")
    with hall(app):
        row = db.session.scalars(sa.select(PersonCase)).one()
        case = by_number(TSKALTUBO, number)
        db.session.expunge_all()
    assert (row.person_id, row.number, row.state) == (person, number, "under_review")
    assert row.updated_at == case.updated_at


@pytest.mark.parametrize(("locale", "words"), [("ka", "სამუშაო დღე"), ("en", "working days")])
def test_the_date_of_the_answer_explains_itself(app: Flask, locale: str, words: str) -> None:
    with hall(app) as tenant:
        case = opened(app, tenant)
        db.session.flush()
        said = explain_due(case, case_type(app), locale=locale)
        assert words in said
        assert str(case.due_reason["days"]) in said
        assert case.due_on > local_day(datetime.now(UTC))
        assert not is_overdue(case, today=case.due_on)
        assert is_overdue(case, today=case.due_on + timedelta(days=1))


def test_a_halls_own_number_of_days_is_kept_with_the_date(app: Flask) -> None:
    with hall(app) as tenant:
        case = opened(app, tenant, settings={"answer_days": 3})
        longer = opened(app, tenant, settings={"answer_days": 20})
        assert case.due_reason["days"] == 3
        assert case.due_on < longer.due_on
        assert "3" in explain_due(case, case_type(app), locale="ka")


def test_a_case_of_another_hall_is_not_found(app: Flask) -> None:
    number = number_of_new(app)
    with hall(app, ZUGDIDI), pytest.raises(NotFound):
        by_number(ZUGDIDI, number)
    with hall(app, ZUGDIDI):
        stolen = sa.select(Case).where(Case.tenant_id == TSKALTUBO, Case.number == number)
        assert db.session.scalars(stolen).all() == []
