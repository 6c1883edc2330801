"""What screening notices is held for a person and never dropped; a proof of work is no wall."""

from __future__ import annotations

import base64
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.moderation.models import Waiting
from mms_core.testing import page
from tests.stories.idea_kit import given, hall, person, proof, turn


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """Give an operator's browser in a hall that publishes at once."""
    turn(app, "on", publish="at_once")
    return person(app, "levan@hall.example", role="operator")


def causes(app: Flask, number: str) -> list[str]:
    """Give what screening noticed about an idea; empty when it is not held."""
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        row = db.session.scalars(select(Waiting).where(Waiting.ref == case.id)).first()
        return list(row.causes) if row is not None else []


def is_public(app: Flask, number: str) -> bool:
    return app.test_client().get(f"/zugdidi/ideas/{number}").status_code == 200


def test_without_a_script_a_strangers_idea_waits_and_is_published_by_an_officer(
    app: Flask, desk: FlaskClient
) -> None:
    number = given(app.test_client(), altcha="")
    assert causes(app, number) == ["unproved"]
    assert not is_public(app, number)
    assert "ანგარიშის, ელფოსტისა" in page(desk.get("/zugdidi/desk/moderation/"))
    assert "მოდერაცია (1)" in page(desk.get("/zugdidi/desk/moderation/"))
    with hall(app) as tenant:
        where = f"your_idea_to_mayor/idea/{by_number(tenant.id, number).id}"
    kept = desk.post(f"/zugdidi/desk/moderation/{where}", data={"do": "keep"})
    assert kept.status_code == 303
    assert is_public(app, number)


def test_a_proof_counts_once_and_a_forged_one_never(app: Flask, desk: FlaskClient) -> None:
    made = proof(app.test_client())
    first = given(app.test_client(), altcha=made)
    assert (causes(app, first), is_public(app, first)) == ([], True)
    task = json.loads(base64.b64decode(made))
    said = {
        "again": made,
        "the same in other words": base64.b64encode(json.dumps(task | {"took": 1}).encode()),
        "another number": base64.b64encode(json.dumps(task | {"number": 0}).encode()),
        "another hash": base64.b64encode(json.dumps(task | {"algorithm": "SHA-1"}).encode()),
        "a list": base64.b64encode(b"[1]"),
        "nothing of ours": "????",
    }
    for name, altcha in said.items():
        text = altcha if isinstance(altcha, str) else altcha.decode()
        number = given(app.test_client(), altcha=text, title=f"ახალი სკვერი: {name}")
        assert causes(app, number) == ["unproved"], name


def test_repeats_and_links_are_noticed_and_people_with_an_account_prove_nothing(
    app: Flask, desk: FlaskClient
) -> None:
    citizen = person(app, "eka@posta.example")
    first = given(citizen, altcha="")
    again = given(citizen, altcha="")
    shop = "იხილეთ https://a.example https://b.example www.c.example"
    links = given(citizen, altcha="", title="იაფი ფილები სკვერისთვის", body=shop)
    assert [causes(app, n) for n in (first, again, links)] == [[], ["repeated"], ["links"]]
    assert [is_public(app, n) for n in (first, again, links)] == [True, False, False]


def test_a_flood_of_one_author_is_held_and_a_neighbour_is_not(
    app: Flask, desk: FlaskClient
) -> None:
    citizen = person(app, "eka@posta.example")
    titles = ("სკვერი", "ხიდი", "ბაღი", "ბაზარი", "თეატრი", "სტადიონი", "აუზი")
    numbers = [given(citizen, title=f"ახალი {t} უბანში") for t in titles]
    assert [causes(app, n) for n in numbers] == [[]] * 6 + [["flooding"]]
    neighbour = given(person(app, "lia@posta.example"), title="ავტობუსი სოფელში")
    assert causes(app, neighbour) == []
