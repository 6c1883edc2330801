"""Units say what an idea would cost and whose it is; the officer reads all of it on the case."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from idea_kit import answer, given, hall, person, turn
from sqlalchemy import select

from mms_core.db import db
from mms_core.people.models import Account
from mms_core.testing import page
from mms_core.units.rules import UnitData, keep
from plugins.your_idea_to_mayor.models import Feasibility

ROADS, WATER = "გზების სამსახური", "წყლის სამსახური"
OPINION = {"competence": "shared", "cost": "12500", "term": "ორი თვე", "risk": "ზამთარში ვერა."}
ASKED = "/zugdidi/ideas/desk/"


def units(app: Flask, member: str) -> list[str]:
    """Make two units; one person works in the first."""
    with hall(app) as tenant:
        who = db.session.scalars(select(Account.id).where(Account.email == member)).one()
        roads = keep(tenant.id, UnitData(name_ka=ROADS, members=(who,)))
        return [str(roads.id), str(keep(tenant.id, UnitData(name_ka=WATER)).id)]


def test_units_are_asked_and_what_they_think_is_collected(app: Flask, client: FlaskClient) -> None:
    turn(app, "on")
    operator = person(app, "lali@hall.example", role="operator")
    worker = person(app, "gia@hall.example", role="operator")
    asked, number = units(app, "gia@hall.example"), given(client)
    nobody = operator.post(f"{ASKED}{number}/opinions", data={"question": "რა დაჯდება?"})
    assert nobody.status_code == 422
    assert "რა დაჯდება?" in page(nobody)
    both = operator.post(f"{ASKED}{number}/opinions", data={"units": asked, "question": "რა?"})
    assert both.status_code == 303
    listed = page(worker.get(f"{ASKED}opinions/"))
    assert ROADS in listed
    assert WATER not in listed
    with hall(app):
        rows = db.session.scalars(select(Feasibility)).all()
        opinion = {str(row.unit_id): f"{ASKED}opinions/{row.id}" for row in rows}
    assert worker.post(opinion[asked[1]], data=OPINION).status_code == 403
    assert worker.post(opinion[asked[0]], data={"cost": "ბევრი"}).status_code == 422
    assert worker.post(opinion[asked[0]], data=OPINION).status_code == 303
    seen = page(operator.get(f"/zugdidi/desk/{number}"))
    assert "12500" in seen
    assert "ზამთარში ვერა." in seen
    assert WATER in seen, "who has not answered is named, too"
    answer(app, number, "answer", "მადლობა, ვმუშაობთ.")  # with one opinion still owed
    assert "ზამთარში" not in page(client.get(f"/zugdidi/ideas/{number}"))
    assert worker.post(opinion[asked[0]], data=OPINION).status_code == 409
    assert client.get(opinion[asked[0]]).status_code in {302, 303}
    stranger = person(app, "eka@posta.example")
    assert stranger.get(opinion[asked[0]]).status_code == 403
