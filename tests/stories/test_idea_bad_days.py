"""Bad days of the portal, and what people see on them: a flood, a lost lead, a hall that closes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import BODY, MODULE, answer, give, given, hall, person, turn
from sqlalchemy import func, select

from mms_core.batches.running import run
from mms_core.cases.asked import Contact
from mms_core.cases.log import Actor
from mms_core.cases.merging import merge
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.testing import page
from plugins.your_idea_to_mayor.rules import NewIdea, submit
from plugins.your_idea_to_mayor.settings import settings_now

OPERATOR = Actor(role="operator", name="ოპერატორი")


@pytest.fixture(autouse=True)
def zugdidi(app: Flask) -> None:
    turn(app, "on")


def test_a_machine_that_supports_without_end_is_told_to_wait(
    app: Flask, client: FlaskClient
) -> None:
    number = given(client)
    answer(app, number, "review")
    neighbour = person(app, "davit@posta.example")
    app.config["RATELIMIT_ENABLED"] = True
    try:
        at = f"/zugdidi/ideas/{number}/support"
        answers = [
            neighbour.post(at, environ_base={"REMOTE_ADDR": "10.77.0.1"}) for _n in range(122)
        ]
    finally:
        app.config["RATELIMIT_ENABLED"] = False
    assert answers[0].status_code == 303
    assert answers[-1].status_code == 429
    assert '<html lang="ka">' in page(answers[-1]), "in words, and with a way back"
    with_others = neighbour.post(at, environ_base={"REMOTE_ADDR": "10.78.0.1"})
    assert with_others.status_code == 303, "nobody else waits for it"


def test_an_idea_whose_lead_is_withdrawn_goes_on_by_itself(app: Flask, client: FlaskClient) -> None:
    author = person(app, "nana@posta.example")
    lead, other = given(author), given(client, title="ლამპიონები სკოლის ბილიკზე")
    answer(app, other, "review")
    modules, now = app.extensions["mms_modules"], datetime.now(UTC)
    with hall(app) as tenant:
        one, into = (by_number(tenant.id, n, lock=True) for n in (other, lead))
        merge(modules, one, into, actor=OPERATOR, now=now)
    assert client.get(f"/zugdidi/ideas/{other}").location.endswith(lead)
    gone = author.post(f"/zugdidi/ideas/{lead}/own", data={"go": "withdraw", "sure": "true"})
    assert gone.status_code == 303
    shown = client.get(f"/zugdidi/ideas/{other}")
    assert shown.status_code == 200, "its page is its own again"
    assert "ლამპიონები სკოლის ბილიკზე" in page(shown)
    answer(app, other, "accept", "გავაკეთებთ.")
    assert "გავაკეთებთ." in page(client.get(f"/zugdidi/ideas/{other}")), "and it has its answer"


def test_a_hall_that_closes_with_forty_ideas_answers_each(app: Flask, client: FlaskClient) -> None:
    modules, now = app.extensions["mms_modules"], datetime.now(UTC)
    with hall(app) as tenant:
        settings = settings_now(tenant.id)
        for n in range(40):
            idea = NewIdea(
                title=f"ნაკლული ლამპიონი, ბოძი {n}", body=BODY, category="lighting",
                settlement="რუხი", contact=Contact(name="ნინო ნიმუშაძე"),
            )  # fmt: skip
            submit(modules, tenant, idea=idea, settings=settings, now=now)
    head = person(app, "head@posta.example", role="head")
    assert ">40<" in page(head.get(f"/zugdidi/desk/modules/{MODULE}/off")), "the hall sees it first"
    turn(app, "closing")
    refused = give(client)
    assert refused.status_code == 409
    assert "/ideas/new" not in page(client.get("/zugdidi/ideas/")), "nobody is invited in vain"
    with hall(app) as tenant:
        numbers = db.session.scalars(select(Case.number)).all()
        assert all(one.due_on for one in db.session.scalars(select(Case))), "every clock runs"
    answer(app, numbers[0], "accept", "გავაკეთებთ.")
    done = head.post(f"/zugdidi/desk/modules/{MODULE}/off", data={"fate": "answer"})
    chosen = page(head.get(done.location))
    assert "39" in chosen, "the one that has its answer is left alone"
    text = "სერვისი იხურება; მოგვმართეთ ვებგვერდიდან."
    typed = {"do": "letters", "step": "reject", "text_step": text}
    assert head.post(done.location, data=typed).status_code == 303
    assert head.post(done.location, data={"do": "step"}).status_code == 303
    with hall(app) as tenant:
        run(tenant.id, uuid.UUID(done.location.rpartition("/")[2]))
    turn(app, "off")
    with hall(app):
        answered = Case.answered_at.is_not(None)
        kept = db.session.execute(select(func.count(), func.count().filter(answered))).one()
        assert tuple(kept) == (40, 40), "each has its answer, and off deletes nothing"
