"""Law of my day: after many moves by the real rules, each count is what a slow count gives."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.questions import ask_citizen
from mms_core.cases.rules import StepAsked, take_step
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.desk import day
from mms_core.desk.counts import counts
from mms_core.desk.day import Scope, Standing
from mms_core.desk.rules import assign, hand_to_unit
from mms_core.errors import Answerable
from mms_core.messages.models import OutboxLetter
from mms_core.people.rules import staff_of
from mms_core.promises.models import Promise
from mms_core.promises.rules import keep, promise
from mms_core.testing import make_person
from mms_core.units import rules as units
from mms_core.units.rules import UnitData
from tests.core.case_town import KIND, MODULE, TSKALTUBO, WORDS, ZUGDIDI, hall, opened

NOW = datetime.now(UTC)
TODAY = local_day(NOW)
MAYOR = Actor(role="mayor", name="გ. ნიმუშელი")
STEPS = ("review", "accept", "reject", "carry_out", "reopen")


def moved(app: Flask, case: Case, chance: random.Random, people: Any, working: Any) -> None:
    """Do something with a case, as chance has it; what the rules refuse is left."""
    registry = app.extensions["mms_modules"]
    what = chance.choice(["step", "step", "assign", "unit", "promise", "keep", "wait", "due"])
    try:
        if what == "step":
            asked = StepAsked(name=chance.choice(STEPS), actor=MAYOR, text=WORDS)
            take_step(registry, case, asked=asked, now=NOW)
        elif what == "assign":
            assign(case, chance.choice([*people, None]), actor=MAYOR, now=NOW)
        elif what == "unit":
            hand_to_unit(case, chance.choice(working), actor=MAYOR, now=NOW)
        elif what == "promise":
            due = TODAY + timedelta(days=chance.randrange(1, 20))
            promise(case, text="გზა", due_on=due, actor=MAYOR, now=NOW)
        elif what == "keep":
            own = db.session.scalars(select(Promise).where(Promise.case_id == case.id)).first()
            if own is not None:
                keep(own, case, actor=MAYOR, now=NOW)
        elif what == "wait":
            kind = registry.case_type(MODULE, KIND)
            ask_citizen(case, kind, text=WORDS, days=10, actor=MAYOR, now=NOW)
        else:
            case.due_on = TODAY + timedelta(days=chance.randrange(-4, 12))
    except Answerable:
        return


def slow(cases: list[Case]) -> Standing:
    """Count one by one."""
    live = [case for case in cases if case.is_open]
    owed = [case for case in live if case.answered_at is None]
    ahead = TODAY + day.AHEAD
    return Standing(
        today=sum(case.due_on == TODAY for case in owed),
        overdue=sum(case.due_on is not None and case.due_on < TODAY for case in owed),
        week=sum(case.due_on is not None and TODAY < case.due_on <= ahead for case in owed),
        waits=sum(case.waits_until is None for case in owed),
        citizen=sum(case.waits_until is not None for case in live),
    )


@pytest.mark.parametrize("seed", [4, 18])
def test_counts_are_right_to_the_case_after_many_moves(app: Flask, seed: int) -> None:
    chance = random.Random(seed)
    for word in ("ana", "beka"):
        make_person(app, word, ("operator", TSKALTUBO))
    with hall(app) as tenant:
        people, me = staff_of(TSKALTUBO), staff_of(TSKALTUBO)[0].id
        working = [units.keep(TSKALTUBO, UnitData(name_ka=name)) for name in ("ა", "ბ")]
        keys = [str(unit.id) for unit in working]
        made = [opened(app, tenant, contact={"email": "a@posta.example"}) for _n in range(12)]
        for _move in range(150):
            moved(app, chance.choice(made), chance, people, working)
        for letter in db.session.scalars(select(OutboxLetter)).all()[::3]:
            letter.state = "failed"
        db.session.flush()
        scopes = {
            "hall": (Scope(), made),
            "me": (Scope(people=(me,)), [c for c in made if c.assignee_id == me]),
            "unit": (Scope(units=(keys[0],)), [c for c in made if c.unit == keys[0]]),
            "none": (Scope(units=()), []),
        }
        for name, (scope, own) in scopes.items():
            counted = day.standing(TSKALTUBO, scope, today=TODAY)
            assert counted.total == slow(own), name
            ids = {case.id for case in own}
            open_ones = [p for p in db.session.scalars(select(Promise)) if p.state == "open"]
            assert day.promised(TSKALTUBO, scope, today=TODAY).count == sum(
                p.case_id in ids for p in open_ones
            ), name
            failed = db.session.scalars(select(OutboxLetter).where(OutboxLetter.state == "failed"))
            assert counted.undelivered == sum(one.case_id in ids for one in failed), name
            for key, group in counted.groups.items():
                assert group == slow([case for case in own if case.unit == key]), (name, key)
        found = counts(TSKALTUBO, me, today=TODAY)
        assert (found.overdue, found.today) == (slow(made).overdue, slow(made).today)
        assert found.open == sum(case.is_open for case in made)
    with hall(app, ZUGDIDI):
        assert day.standing(ZUGDIDI, Scope(), today=TODAY).total == Standing()
