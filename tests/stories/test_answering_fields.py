"""A step asks for more than words: a reason by its code, and the module's own fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import marshmallow as ma
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lamp_town import DESK, NAME, people, report, signed_in
from street_lamps.plugin import LAMP

from mms_core import db as database
from mms_core.cases import reading
from mms_core.cases.rules import by_number
from mms_core.config import Settings
from mms_core.contract import check_case_type
from mms_core.contributions import Reason
from mms_core.testing import clean, page

HALL = 39
GIVEN = {"refuse.reason": "not_ours", "refuse.owner": "Railways", "refuse.cost": "120.50"}


@pytest.fixture
def town(lamps: Flask, settings: Settings) -> Iterator[Flask]:
    people(lamps, settings)
    signed_in(lamps, "head").post(f"{DESK}/switch", data={"state": "on"})
    yield lamps
    clean(settings)


@pytest.fixture
def number(town: Flask) -> str:
    return report(town, "tskaltubo", title="Rustaveli 14")


def refuse(client: FlaskClient, number: str, **typed: str) -> Any:
    form = {"do": "step", "step": "refuse", "text_step": "It is not ours.", "version": "1"}
    return client.post(f"/tskaltubo/desk/{number}", data=form | typed)


def test_what_is_missing_is_said_at_its_field_and_all_words_stay(town: Flask, number: str) -> None:
    desk = signed_in(town, "operator")
    assert 'name="refuse.owner"' in page(desk.get(f"/tskaltubo/desk/{number}"))
    wrong = refuse(desk, number, **{"refuse.cost": "much", "refuse.until": "2031-02-01"})
    shown = page(wrong)
    assert wrong.status_code == 422
    assert "Choose the reason." in shown
    assert "Fill this in." in shown
    assert "Write a number." in shown
    assert 'value="much"' in shown
    assert 'value="2031-02-01"' in shown
    assert "It is not ours." in shown


def test_fields_reach_the_log_the_module_and_the_timeline(
    town: Flask, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    loaded = town.extensions["mms_modules"].loaded
    ours = replace(LAMP, on_step=lambda _case, taken: told.append(taken.data))
    monkeypatch.setitem(loaded, NAME, replace(loaded[NAME], case_types=(ours,)))
    desk = signed_in(town, "operator")
    assert refuse(desk, number, **GIVEN, **{"refuse.until": "2031-02-01"}).status_code == 303
    assert told == [
        {"reason": "not_ours", "owner": "Railways", "cost": Decimal("120.50"),
         "until": date(2031, 2, 1)}
    ]  # fmt: skip
    with town.app_context():
        database.bind(HALL)
        event = reading.events(by_number(HALL, number))[-1]
        assert event.data == {
            "reason": "not_ours", "owner": "Railways", "cost": "120.50", "until": "2031-02-01"
        }  # fmt: skip
    shown = page(desk.get(f"/tskaltubo/desk/{number}"))
    for words in ("Not our pole", "Owner of the pole", "120.50", "1 February 2031"):
        assert words in shown


def test_a_table_with_impossible_fields_is_refused() -> None:
    class Clash(ma.Schema):
        reason = ma.fields.String()

    step = next(s for s in LAMP.steps if s.name == "refuse")
    twice = replace(step, reasons=(Reason(name="a", title="A"), Reason(name="a", title="B")))
    for wrong in (replace(step, fields=Clash), replace(step, fields="cost"), twice):
        assert check_case_type(replace(LAMP, steps=(*LAMP.steps[:-1], wrong)))
    assert check_case_type(LAMP) == []


def test_promises_of_rules_refuse_what_is_no_promise(town: Flask, number: str) -> None:
    from mms_core.cases.log import Actor
    from mms_core.errors import Invalid
    from mms_core.promises.rules import promise

    now = datetime.now(UTC)
    with town.app_context():
        database.bind(HALL)
        case = by_number(HALL, number, lock=True)
        for text, day in (("", date(2031, 1, 1)), ("A lamp", None), ("A lamp", now.date())):
            with pytest.raises(Invalid):
                promise(case, text=text, due_on=day, actor=Actor(role="mayor"), now=now)
        promise(case, text="A lamp", due_on=date(2031, 1, 1), actor=Actor(role="mayor"), now=now)
        database.commit()
        (event,) = [e for e in reading.events(case) if e.kind == "promise"]
        assert (event.public, event.text, event.data["what"]) == (True, "A lamp", "made")
