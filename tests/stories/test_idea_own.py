"""An author changes an idea while nobody has looked at it, or withdraws it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import BODY, FORM, MODULE, answer, give, given, hall, person, turn
from sqlalchemy import func, select

from mms_core.cases.log import CaseEvent
from mms_core.cases.models import Case, PersonCase
from mms_core.cases.similar import similar
from mms_core.db import db
from mms_core.monitoring.models import StatDelta
from mms_core.testing import page
from plugins.your_idea_to_mayor.models import Idea, IdeaVersion

NEW = {"title": "სანაპიროს გამაგრება რუხში", "body": "წყალი ყოველ გაზაფხულზე ეზოებში შემოდის."}


@pytest.fixture(autouse=True)
def zugdidi(app: Flask) -> None:
    turn(app, "on")


def test_a_change_keeps_how_it_stood(app: Flask, author: FlaskClient) -> None:
    number = given(author)
    assert f"/zugdidi/ideas/{number}/own" in page(author.get(f"/zugdidi/cases/{number}"))
    sent = author.post(f"/zugdidi/ideas/{number}/own", data=NEW)
    assert sent.location == f"/zugdidi/cases/{number}"
    shown = page(author.get(sent.location))
    assert NEW["title"] in shown
    assert "ავტორმა ტექსტი შეცვალა" in shown
    with hall(app) as tenant:
        old = db.session.scalars(select(IdeaVersion)).one()
        assert (old.no, old.title, old.body) == (1, FORM["title"], BODY)
        words = db.session.scalars(select(CaseEvent.text)).all()
        assert not any(BODY in text for text in words), "never in the log"
        assert db.session.scalars(select(PersonCase.title)).one() == NEW["title"]
        like = similar(tenant.id, "ruxshi sanapiros gamagreba", module=MODULE)
        assert [found.number for found in like] == [number]
        assert similar(tenant.id, FORM["title"], module=MODULE) == []
    assert NEW["title"] in page(app.test_client().get("/zugdidi/ideas/?q=სანაპიროს"))
    assert FORM["title"] in page(author.get(f"/zugdidi/ideas/{number}/own"))


def test_a_mistake_in_the_change_is_named(author: FlaskClient) -> None:
    number = given(author)
    refused = author.post(f"/zugdidi/ideas/{number}/own", data=NEW | {"title": "მოკლე"})
    assert refused.status_code == 422
    assert NEW["body"] in page(refused)


@pytest.mark.parametrize("how", ["late", "seen", "never"])
def test_the_window_closes(app: Flask, author: FlaskClient, how: str) -> None:
    number = given(author)
    if how == "seen":
        answer(app, number, "review")
    else:
        turn(app, "on", edit_minutes=0)
    assert "შეინახეთ ცვლილება" not in page(author.get(f"/zugdidi/ideas/{number}/own"))
    assert author.post(f"/zugdidi/ideas/{number}/own", data=NEW).status_code == 409


def test_before_the_hall_began_it_ends_without_an_answer(app: Flask, author: FlaskClient) -> None:
    number = given(author)
    unsure = author.post(f"/zugdidi/ideas/{number}/own", data={"go": "withdraw"})
    assert unsure.status_code == 422
    author.post(f"/zugdidi/ideas/{number}/own", data={"go": "withdraw", "sure": "true"})
    with hall(app):
        case, idea = db.session.scalars(select(Case)).one(), db.session.scalars(select(Idea)).one()
        assert (case.state, case.is_open, idea.is_public) == ("withdrawn", False, False)
        owed = select(func.sum(StatDelta.n)).where(StatDelta.measure == "due")
        assert db.session.scalar(owed) == 0, "no answer is owed any more"
    assert app.test_client().get(f"/zugdidi/ideas/{number}").status_code == 404
    assert "გაიწვია" in page(author.get(f"/zugdidi/cases/{number}"))


def test_after_the_hall_began_it_is_still_answered(app: Flask, author: FlaskClient) -> None:
    number = given(author)
    answer(app, number, "review")
    author.post(f"/zugdidi/ideas/{number}/own", data={"go": "withdraw", "sure": "true"})
    with hall(app):
        case = db.session.scalars(select(Case)).one()
        assert (case.state, case.is_open) == ("withdrawn_late", True)
    answer(app, number, "answer", "იდეა უკან გაიწვიეთ, მაგრამ გიპასუხებთ: გზა გეგმაშია.")
    with hall(app):
        case = db.session.scalars(select(Case)).one()
        assert (case.state, case.is_open) == ("answered", False)
    late = author.post(f"/zugdidi/ideas/{number}/own", data={"go": "withdraw", "sure": "true"})
    assert late.status_code == 409


def test_nobody_else_changes_it(app: Flask, author: FlaskClient, client: FlaskClient) -> None:
    number = given(author)
    other = person(app, "nino@posta.example")
    for browser in (client, other):
        assert browser.get(f"/zugdidi/ideas/{number}/own").status_code == 404
        gone = browser.post(f"/zugdidi/ideas/{number}/own", data={"go": "withdraw", "sure": "true"})
        assert gone.status_code == 404


def test_the_key_is_enough_without_an_account(app: Flask, client: FlaskClient) -> None:
    sent = give(client)
    own = sent.location.replace("/receipt", "/own")
    assert own.replace("&", "&amp;") in page(client.get(sent.location))
    assert client.post(own, data=NEW).status_code == 303
    with hall(app):
        assert db.session.scalars(select(Case.title)).one() == NEW["title"]
