"""A head of unit sets up the units of the hall, and new cases find their way."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core.cases.rules import by_number
from mms_core.testing import page
from mms_core.units import rules
from tests.stories.idea_kit import MODULE, given, hall, person, turn

UNITS = "/zugdidi/desk/units/"
LAMPS, OFFICE = "განათების სამსახური", "ადმინისტრაციული სამსახური"


@pytest.fixture
def head(app: Flask) -> FlaskClient:
    """Give the browser of a head of unit in a hall with ideas on."""
    turn(app, "on")
    return person(app, "tamar@hall.example", role="head")


def make(client: FlaskClient, name: str, **more: object) -> None:
    answer = client.post(f"{UNITS}new", data={"name_ka": name, **more})
    assert answer.status_code == 303, page(answer)


def unit_id(app: Flask, name: str) -> str:
    with hall(app) as tenant:
        return next(str(u.id) for u in rules.units_of(tenant.id) if u.name_ka == name)


def send(app: Flask, client: FlaskClient, name: str, topic: str = "", place: str = "") -> None:
    chosen = f"{MODULE}:{topic}" if topic else ""
    typed = {"module": MODULE, "topic": chosen, "place": place, "unit": unit_id(app, name)}
    assert client.post(UNITS, data=typed).status_code == 303


def test_a_new_case_lies_with_the_unit_of_its_topic(app: Flask, head: FlaskClient) -> None:
    make(head, LAMPS)
    make(head, OFFICE)
    send(app, head, LAMPS, topic="lighting")
    send(app, head, OFFICE)
    number = given(app.test_client())
    other = given(app.test_client(), title="წიგნები ბიბლიოთეკას", category="culture")
    lamps = page(head.get(f"/zugdidi/desk/?unit={unit_id(app, LAMPS)}"))
    assert number in lamps
    assert other not in lamps
    assert LAMPS in page(head.get(f"/zugdidi/desk/{number}"))
    closed = head.post(f"{UNITS}{unit_id(app, LAMPS)}/close", follow_redirects=True)
    assert "ჯერ სხვა ერთეულს გადაეცით" in page(closed)
    with hall(app) as tenant:
        assert by_number(tenant.id, number).topic == "lighting"


def test_mistakes_are_said_at_the_field(app: Flask, head: FlaskClient) -> None:
    make(head, LAMPS)
    again = head.post(f"{UNITS}new", data={"name_ka": LAMPS})
    assert again.status_code == 422
    assert "ამ სახელის ერთეული უკვე არსებობს" in page(again)
    wrong = head.post(UNITS, data={"module": MODULE, "unit": "somewhere"})
    assert wrong.status_code == 422
    topic = {"module": MODULE, "topic": f"{MODULE}:moon", "unit": unit_id(app, LAMPS)}
    assert head.post(UNITS, data=topic).status_code == 422


def test_an_operator_reads_and_a_head_decides(app: Flask, head: FlaskClient) -> None:
    make(head, LAMPS)
    operator = person(app, "levan@hall.example", role="operator")
    assert LAMPS in page(operator.get(UNITS))
    assert operator.get(f"{UNITS}new").status_code == 403
    assert operator.post(f"{UNITS}new", data={"name_ka": OFFICE}).status_code == 403
    assert operator.post(f"{UNITS}{unit_id(app, LAMPS)}/close").status_code == 403
    elsewhere = person(app, "vano@hall.example", role="head", slug="tskaltubo")
    assert elsewhere.get(f"/tskaltubo/desk/units/{unit_id(app, LAMPS)}").status_code == 404
