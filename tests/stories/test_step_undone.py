"""A step can be undone within a minute: until then nothing is done, sent or counted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from answering_kit import ANSWER, PLACE, case_of, desk
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import given, hall, person, turn

from mms_core.cases import reading
from mms_core.db import db
from mms_core.desk import answer_forms, held
from mms_core.desk.models import HeldAnswer
from mms_core.i18n import TBILISI
from mms_core.messages.models import OutboxLetter
from mms_core.monitoring.models import StatDelta
from mms_core.testing import page

NOON = datetime.now(UTC).astimezone(TBILISI).replace(hour=12)


class Noon(datetime):
    """A clock that stands at noon, so that no test meets the end of a day."""

    @classmethod
    def now(cls, _zone: object = None) -> datetime:  # type: ignore[override]
        return NOON.astimezone(UTC)


@pytest.fixture
def officer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(answer_forms, "datetime", Noon)
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


def taken(app: Flask, officer: FlaskClient) -> tuple[str, HeldAnswer]:
    number = given(app.test_client())
    done = desk(officer, number, "step", step="accept", text_step=ANSWER, when="soon")
    assert done.status_code == 303
    with hall(app):
        row = db.session.scalars(sa.select(HeldAnswer)).one()
        db.session.expunge_all()
    return number, row


def figures(app: Flask) -> tuple[int, int]:
    """Give how many letters there are, and how many answers were counted."""
    with hall(app):
        counted = sa.select(sa.func.coalesce(sa.func.sum(StatDelta.n), 0))
        answers = db.session.scalar(counted.where(StatDelta.measure == "answered"))
        letters = db.session.scalar(sa.select(sa.func.count()).select_from(OutboxLetter))
        return int(letters or 0), int(answers or 0)


def publish(app: Flask, row: HeldAnswer, now: datetime) -> None:
    with hall(app) as tenant:
        held.publish(tenant.id, row.id, now=now)
        db.session.commit()


def test_a_step_undone_has_never_been_but_the_log_keeps_both(
    app: Flask, officer: FlaskClient
) -> None:
    number, row = taken(app, officer)
    shown = page(officer.get(f"{PLACE}{number}"))
    assert "მანამდე არაფერი სრულდება" in shown
    assert ANSWER in shown
    assert figures(app) == (1, 0)  # the receipt alone
    publish(app, row, NOON + timedelta(seconds=59))  # a worker that comes too early
    assert figures(app) == (1, 0)
    undone = page(officer.post(f"{PLACE}held/{row.id}/withdraw", follow_redirects=True))
    assert "გაუქმებულია" in undone
    assert f">\n{ANSWER}</textarea>" in undone
    publish(app, row, NOON + timedelta(minutes=5))
    assert figures(app) == (1, 0)
    with case_of(app, number) as case:
        assert (case.state, case.answer) == ("received", "")
        told = [e.data["what"] for e in reading.events(case) if e.kind == "held"]
        assert told == ["soon", "withdrawn"]
        assert [e.public for e in reading.events(case) if e.kind == "held"] == [False, False]
    history = page(officer.get(f"{PLACE}{number}"))
    assert "ერთი წუთის განმავლობაში" in history
    assert "შესრულებამდე გაუქმდა" in history


def test_a_minute_later_the_step_is_taken_once_with_letter_and_figures(
    app: Flask, officer: FlaskClient
) -> None:
    number, row = taken(app, officer)
    for _time in range(2):
        publish(app, row, NOON + timedelta(seconds=61))
    assert figures(app) == (2, 1)
    with case_of(app, number) as case:
        assert (case.state, case.answer) == ("accepted", ANSWER)
    late = officer.post(f"{PLACE}held/{row.id}/withdraw")
    assert late.status_code == 409


def test_who_is_sure_takes_it_now_and_comes_back_to_the_case(
    app: Flask, officer: FlaskClient
) -> None:
    number, row = taken(app, officer)
    found = re.search(r'name="back" value="([^"]+)"', page(officer.get(f"{PLACE}{number}")))
    assert found
    done = officer.post(f"{PLACE}held/", data={"chosen": str(row.id), "back": found[1]})
    assert done.location.endswith(number)
    publish(app, row, NOON + timedelta(seconds=5))
    assert figures(app) == (2, 1)


def test_the_last_minute_of_a_day_waits_for_nothing(
    app: Flask, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("test_step_undone.NOON", NOON.replace(hour=23, minute=59, second=30))
    number = given(app.test_client())
    done = desk(officer, number, "step", step="accept", text_step=ANSWER, when="soon")
    assert done.status_code == 303
    with case_of(app, number) as case:
        assert case.state == "accepted"
