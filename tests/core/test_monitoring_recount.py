"""The event log is the truth: a recount agrees with what was counted, and names what is not so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from mms_core import db as database
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact, NewCase, StepAsked, open_case, take_step
from mms_core.clock import policies
from mms_core.contributions import STAFF, CaseType, State, Step
from mms_core.db import db
from mms_core.modules import Registry, registry
from mms_core.monitoring.fold import fold_all
from mms_core.monitoring.recount import recount_hall, recount_night
from mms_core.tenancy import rules as tenancy

HALL = 39
DAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 8, tzinfo=UTC)
NOTE = CaseType(
    name="note",
    title="Note",
    states=(State(name="new", title="New"), State(name="done", title="Done", open=False)),
    steps=(
        Step(name="send", title="Send", source=(), target="new", by=("citizen",)),
        Step(name="answer", title="Answer", source=("new",), target="done", by=STAFF, answers=True),
        Step(name="reopen", title="Reopen", source=("done",), target="new", by=STAFF),
    ),
    deadline=policies()["application_without_third_parties"],
)


class Known(dict[str, Any]):
    """The registry's answer for the module of these tests."""


@pytest.fixture
def notes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    found = registry(app)

    def case_type(_self: Registry, module: str, _name: str) -> CaseType | None:
        return NOTE if module == "notes" else None

    monkeypatch.setattr(Registry, "case_type", case_type)
    monkeypatch.setitem(found.loaded, "notes", Known())
    return app


def opened(app: Flask, *, at: datetime) -> str:
    with app.app_context():
        database.bind(database.NATION)
        tenant = tenancy.by_id(HALL)
        database.bind(HALL)
        new = NewCase(title="A", body="", contact=Contact())
        case = open_case(registry(), NOTE, module="notes", tenant=tenant, new=new, now=at)
        number = case.number
        db.session.commit()
    return number


def step(app: Flask, number: str, name: str, *, at: datetime) -> None:
    with app.app_context():
        database.bind(HALL)
        case = db.session.execute(sa.select(Case).filter_by(number=number)).scalar_one()
        asked = StepAsked(name=name, actor=Actor(role="operator", name="T"))
        take_step(registry(), case, asked=asked, now=at)
        db.session.commit()


def lived(app: Flask) -> None:
    """A day as it comes: opened, answered, reopened, answered again, and one left alone."""
    first, second = (opened(app, at=NOON - timedelta(days=3)) for _ in range(2))
    opened(app, at=NOON)
    step(app, first, "answer", at=NOON)
    step(app, first, "reopen", at=NOON + timedelta(hours=1))
    step(app, first, "answer", at=NOON + timedelta(hours=2))
    step(app, second, "answer", at=NOON + timedelta(hours=3))


def test_the_recount_agrees_before_and_after_folding(notes: Flask) -> None:
    lived(notes)
    assert recount_hall(notes, HALL, day=DAY) == []
    fold_all(notes)
    assert recount_hall(notes, HALL, day=DAY) == []
    assert recount_hall(notes, HALL, day=DAY - timedelta(days=3)) == []


def test_the_hour_before_midnight_belongs_to_the_day_in_tbilisi(notes: Flask) -> None:
    opened(notes, at=datetime(2026, 3, 10, 19, 59, tzinfo=UTC))
    opened(notes, at=datetime(2026, 3, 10, 20, 1, tzinfo=UTC))
    assert recount_hall(notes, HALL, day=DAY) == []
    assert recount_hall(notes, HALL, day=DAY + timedelta(days=1)) == []


def test_overdue_cases_are_recounted_on_their_due_day(notes: Flask) -> None:
    opened(notes, at=NOON)
    with notes.app_context():
        database.bind(HALL)
        due = db.session.execute(sa.select(Case.due_on)).scalar_one()
    assert due is not None
    assert recount_hall(notes, HALL, day=due) == []


def test_drift_is_named_remembered_and_repaired(notes: Flask) -> None:
    lived(notes)
    fold_all(notes)
    with notes.app_context():
        database.bind(HALL)
        spoil = "update mms.stat_day set n = n + 2 where measure = 'answered'"
        db.session.execute(sa.text(spoil))
        db.session.commit()
    (drift,) = recount_hall(notes, HALL, day=DAY)
    assert (drift.measure, drift.counted, drift.found) == ("answered", 4, 2)
    with notes.app_context():
        database.bind(HALL)
        remembered = db.session.execute(sa.text("select recounted_on, drift from mms.stat_fold"))
        assert tuple(remembered.one()) == (DAY, 1)
    recount_hall(notes, HALL, day=DAY, repair=True)
    assert recount_hall(notes, HALL, day=DAY) == []


def test_the_night_recounts_each_municipality_once(notes: Flask) -> None:
    lived(notes)
    assert recount_night(notes, today=DAY + timedelta(days=1)) == 0
    with notes.app_context():
        database.bind(HALL)
        db.session.execute(sa.text("delete from mms.stat_delta"))
        db.session.commit()
    assert recount_night(notes, today=DAY + timedelta(days=1)) == 0, "it was recounted already"
    assert recount_night(notes, today=DAY + timedelta(days=2)) == 0, "nothing happened that day"


def test_the_commands_say_what_they_did(notes: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from mms_core.monitoring import commands

    monkeypatch.setattr(commands, "_app", lambda: notes)
    lived(notes)
    run = CliRunner()
    assert "0 figures drifted" in run.invoke(commands.stats, ["recount", "--day", str(DAY)]).output
    folded = run.invoke(commands.stats, ["fold"]).output
    assert int(folded.split()[0]) > 0
    nobody = run.invoke(commands.stats, ["recount", "--hall", "atlantis"])
    assert nobody.exit_code == 1
    assert "atlantis" in nobody.output
