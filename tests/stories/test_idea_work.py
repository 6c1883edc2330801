"""What becomes of an idea after a yes: planned, in work, done or given up; everybody is told."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from answering_kit import desk
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import answer, given, hall, person, picture, turn

from mms_core.cases.rules import by_number
from mms_core.contract import unanswered_ends
from mms_core.db import db
from mms_core.errors import Invalid, Refused
from mms_core.messages.models import OutboxLetter
from mms_core.testing import page
from plugins.your_idea_to_mayor.cases import IDEA
from plugins.your_idea_to_mayor.following import tell_followers

YES = "ვეთანხმებით. ლამპიონები დაიდგმება."
PLAN = "შესყიდვა თებერვალში გამოცხადდება."


@pytest.fixture
def operator(app: Flask) -> FlaskClient:
    turn(app, "on")
    return person(app, "lali@hall.example", role="operator")


def shown(client: FlaskClient, number: str) -> str:
    return page(client.get(f"/zugdidi/ideas/{number}")).partition("<main")[2]


def letters(app: Flask) -> list[str]:
    with hall(app):
        rows = db.session.scalars(sa.select(OutboxLetter).order_by(OutboxLetter.created_at))
        return [f"{row.recipient} {row.template}" for row in rows]


def test_the_work_is_followed_from_the_plan_to_the_pictures(
    app: Flask, client: FlaskClient, operator: FlaskClient
) -> None:
    number = given(client, files=[picture()])
    answer(app, number, "accept", YES)
    neighbour = person(app, "eka@posta.example")
    assert neighbour.post(f"/zugdidi/ideas/{number}/follow").status_code == 303
    planned = {"step": "plan", "text_step": PLAN, "plan.cost": "12500", "plan.term": "გაზაფხული"}
    assert desk(operator, number, "step", **planned).status_code == 303
    before = shown(client, number)
    assert before.index(YES) < before.index("რა შეიცვალა") < before.index(PLAN)
    assert "12500" in before
    begun = {"step": "start_work", "text_step": "სამუშაო დაიწყო ორშაბათს."}
    assert desk(operator, number, "step", **begun).status_code == 303
    done: dict[str, Any] = {"step": "carry_out", "text_step": "ორი ლამპიონი ანთია."}
    done |= {"files": [picture("after.jpg")], "files_public": "true"}
    assert desk(operator, number, "step", **done).status_code == 303
    after = shown(client, number)
    assert after.count("<figure>") == 2, "one picture before, one after"
    assert "შესრულებული" in after
    with hall(app) as tenant:
        case_id = by_number(tenant.id, number).id
        tell_followers.func(tenant.id, str(case_id))
    told = letters(app)
    mine = [line.split()[1] for line in told if line.startswith("nino@")]
    assert mine == ["receipt", "accepted", "planned", "in_work", "done"]
    assert "eka@posta.example followed" in told


def test_what_is_given_up_says_why(app: Flask, client: FlaskClient, operator: FlaskClient) -> None:
    number = given(client)
    with pytest.raises(Refused):
        answer(app, number, "drop", "არა")
    answer(app, number, "accept", YES)
    with pytest.raises(Invalid):
        answer(app, number, "drop", "თანხა აღარ არის.")
    gone = {"step": "drop", "text_step": "შესყიდვა არ შედგა.", "drop.reason": "no_money"}
    assert desk(operator, number, "step", **gone).status_code == 303
    found = shown(client, number)
    assert found.index("შესყიდვა არ შედგა.") < found.index(YES)
    assert "ბიუჯეტში ამისთვის თანხა არ არის" in found
    assert "nino@posta.example dropped" in letters(app)


def test_every_end_of_the_table_lies_behind_an_answer() -> None:
    """Blocked, forwarded, given up: whichever way, a closed idea has met an answering step.

    One end alone has none: what its author took back before anybody had looked at it.
    """
    assert unanswered_ends(IDEA) == set()
    late = next(step for step in IDEA.steps if step.target == "withdrawn_late")
    assert IDEA.state(late.target).open, "who withdraws late is answered all the same"
    ends = {state.name for state in IDEA.states if not state.open} - {"withdrawn"}
    assert {"blocked", "dropped", "forwarded"} <= ends
    for end in ends:
        ways = [step for step in IDEA.steps if step.target == end]
        assert ways
        assert all(step.answers and step.text == "required" for step in ways), end
        assert all("citizen" not in step.by for step in ways), end
