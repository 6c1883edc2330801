"""The hall keeps its own categories, and an author says why an idea is needed and for whom."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import answer, give, given, hall, person, turn

from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.testing import page
from mms_core.units.rules import UnitData, keep
from plugins.your_idea_to_mayor import moderated
from plugins.your_idea_to_mayor.models import Idea
from plugins.your_idea_to_mayor.moderated import MARK

AT = "/zugdidi/ideas/desk/categories/"
LAMP = {"ka": "ლამპიონები", "en": "Street lamps", "icon": "zap", "unit": ""}


@pytest.fixture(autouse=True)
def zugdidi(app: Flask) -> None:
    turn(app, "on")


def test_a_category_is_renamed_and_retired_and_old_ideas_keep_it(
    app: Flask, client: FlaskClient
) -> None:
    number = given(client)
    answer(app, number, "review")
    desk = person(app, "operator@posta.example", role="operator")
    assert "გარე განათება" in page(desk.get(AT)), "the national list is where a hall begins"
    assert desk.post(f"{AT}lighting", data=LAMP).location == AT
    assert "ლამპიონები" in page(client.get(f"/zugdidi/ideas/{number}"))
    desk.post(f"{AT}lighting", data=LAMP | {"retired": "true"})
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    assert "ლამპიონები" in shown, "an old idea keeps what is offered no more"
    assert number in page(client.get("/zugdidi/ideas/?category=lighting"))
    assert 'value="lighting"' not in page(client.get("/zugdidi/ideas/new"))
    refused = give(client)
    assert refused.status_code == 422
    assert "მერია ამ კატეგორიას აღარ იყენებს" in page(refused)


def test_categories_are_put_into_the_halls_own_order(app: Flask, client: FlaskClient) -> None:
    desk = person(app, "operator@posta.example", role="operator")

    def order() -> list[str]:
        return re.findall(r'id="category-([a-z]+)"', page(desk.get(AT)))

    first = order()
    assert desk.post(f"{AT}{first[1]}/move").location.startswith(AT)
    assert order() == [first[1], first[0], *first[2:]]
    desk.post(f"{AT}{first[1]}/move")
    assert order()[0] == first[1], "the first has no earlier place"
    offered = page(client.get("/zugdidi/ideas/new"))
    assert offered.index(f'value="{first[1]}"') < offered.index(f'value="{first[0]}"')


def test_a_new_category_sends_its_ideas_to_its_unit(app: Flask, client: FlaskClient) -> None:
    with hall(app) as tenant:
        unit = str(keep(tenant.id, UnitData(name_ka="კეთილმოწყობის სამსახური")).id)
    desk = person(app, "operator@posta.example", role="operator")
    dogs = {"ka": "უპატრონო ძაღლები", "en": "Stray dogs", "icon": "shield", "unit": unit}
    assert desk.post(f"{AT}new", data=dogs).location == AT
    assert "კეთილმოწყობის სამსახური" in page(desk.get(AT))
    number = given(client, category="upatrono-dzaghlebi")
    with hall(app) as tenant:
        case: Case = by_number(tenant.id, number)
        assert case.unit == unit
    again = desk.post(f"{AT}new", data=dogs)
    assert again.status_code == 422
    assert 'href="#field-ka"' in page(again)
    assert "Stray dogs" in page(again), "nothing typed is lost"
    assert client.get(AT).status_code in {302, 303, 401, 403}, "the list is the hall's alone"


def test_what_is_wrong_with_a_category_is_said_at_its_field(app: Flask) -> None:
    desk = person(app, "operator@posta.example", role="operator")
    for wrong, field in (({"ka": ""}, "ka"), ({"ka": "ა | ბ"}, "ka"), ({"unit": "7"}, "unit")):
        refused = desk.post(f"{AT}water", data=LAMP | wrong)
        assert refused.status_code == 422, wrong
        assert f'href="#field-{field}"' in page(refused), wrong
    turn(app, "on", categories="გზები | Roads")
    refused = desk.post(f"{AT}gzebi", data=LAMP | {"ka": "გზები", "retired": "true"})
    assert refused.status_code == 422, "a form needs one category at least"


def test_why_and_for_whom_are_asked_shown_and_found(app: Flask, client: FlaskClient) -> None:
    why, whom = "ბავშვები ტალახში დადიან", "ორი ქუჩის მოსწავლეებს"
    number = given(client, why=why, for_whom=whom)
    answer(app, number, "review")
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    assert why in shown
    assert whom in shown
    assert number in page(client.get("/zugdidi/ideas/?q=talax")), "and searched, also in Latin"
    desk = person(app, "operator@posta.example", role="operator")
    assert why in page(desk.get(f"/zugdidi/desk/{number}"))
    turn(app, "on", why_required=True)
    refused = give(client, why="")
    assert refused.status_code == 422
    assert 'href="#field-why"' in page(refused)
    assert 'href="#field-for_whom"' in page(refused)


def test_a_name_in_the_reason_is_struck_out_and_given_back(app: Flask, client: FlaskClient) -> None:
    number = given(client, why="ნიმუშაძის ეზო იტბორება", for_whom="მეზობლებს")
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        whole = f"{case.body}{MARK}[დაფარულია] ეზო იტბორება{MARK}მეზობლებს"
        moderated.rewrite(tenant.id, case.id, whole)
        idea = db.session.get(Idea, (tenant.id, case.id))
        assert idea is not None
        assert idea.why == "[დაფარულია] ეზო იტბორება"
        assert (idea.for_whom, "¶" in case.body) == ("მეზობლებს", False)
