"""Puts a day at the reception into words: the list's rows, the sheet's rows, the desk's facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.i18n import TBILISI, marked
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception import day, expected, outcomes
from plugins.citizen_reception.day_models import Turn
from plugins.citizen_reception.models import NAME

RESULT_WORDS = dict(outcomes.RESULTS)


def hour(moment: datetime | None) -> str:
    """Say an hour in Georgia's time: `10:42`."""
    return f"{moment.astimezone(TBILISI):%H:%M}" if moment else ""


def row(line: day.Line) -> dict[str, Any]:
    """Put somebody of the list into a row with the buttons that fit."""
    turn, case = line.turn, line.case
    said, tone = day.STATES[turn.state]
    acts = [(key, act) for key, act in day.ACTS.items() if turn.state in act.source]
    return {
        "id": turn.id,
        "no": turn.no,
        "name": line.name,
        "matter": case.title,
        "number": case.number,
        "official": turn.official,
        "planned": hour(turn.planned_at),
        "arrived": hour(turn.arrived_at),
        "state": said,
        "state_key": turn.state,
        "tone": tone,
        "room": turn.room,
        "last": day.latest(turn),
        "version": turn.version,
        "acts": acts,
        "owes": case.is_open and turn.state in {day.INSIDE, day.OUT, day.GONE},
        "closed": not case.is_open,
    }


def expected_row(one: expected.Expected) -> dict[str, Any]:
    """Put somebody who is still to come into a row."""
    return {
        "number": one.case.number,
        "name": one.name,
        "matter": one.case.title,
        "official": one.official,
        "place": one.place,
        "at": hour(one.at),
        "until": hour(one.until),
    }


def sheet_rows(tenant_id: int, on: date, *, official: str = "") -> list[list[str]]:
    """Give the rows of the day's sheet: hour, name, matter, who receives, a place for a note."""
    come = {line.case.id: line for line in day.of_day(tenant_id, on)}
    rows = [
        (hour(one.at), one.name, one.case.title, one.official, _number(come, one.case))
        for one in expected.of_day(tenant_id, on)
    ]
    rows += [
        (hour(line.turn.arrived_at), line.name, line.case.title, line.turn.official,
         str(line.turn.no))
        for line in come.values()
        if line.turn.planned_at is None
    ]  # fmt: skip
    wanted = [one for one in rows if not official or one[3] == official]
    return [list(one) for one in sorted(wanted)]


def _number(come: Mapping[Any, day.Line], case: Case) -> str:
    return str(come[case.id].turn.no) if case.id in come else ""


def details(case: Any) -> Mapping[str, Any]:
    """Give the desk what is special in a visit: its turns, what it is linked with, the way on."""
    own = (Turn.tenant_id == case.tenant_id) & (Turn.case_id == case.id)
    turns = db.session.scalars(select(Turn).where(own).order_by(Turn.day.desc())).all()
    facts: list[tuple[Any, Any]] = [
        (_("Who receives"), marked(turn.official)) for turn in turns[:1]
    ]
    facts += [(_("Came on"), f"{turn.day:%d.%m.%Y}, № {turn.no}") for turn in turns]
    outcome = url_for(f"{NAME}.outcome", number=case.number) if case.is_open else ""
    return {"facts": facts, "linked": outcomes.linked(case), "outcome": outcome}
