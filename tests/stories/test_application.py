"""An idea that asks for an individual act becomes an application with a clock of its own."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import BODY, answer, given, hall, person, turn
from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.testing import page

WHY = "ავტორი საკუთარ ეზოში ხის მოჭრის ნებართვას ითხოვს."


@pytest.fixture(autouse=True)
def zugdidi(app: Flask) -> None:
    turn(app, "on")


def letters(case: Case) -> list[str]:
    mine = select(OutboxLetter).where(OutboxLetter.case_id == case.id)
    return [f"{row.module}.{row.template}" for row in db.session.scalars(mine)]


def test_an_idea_becomes_an_application(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    answer(app, number, "review")
    desk = person(app, "operator@posta.example", role="operator")
    at = f"/zugdidi/desk/{number}/application"
    assert at in page(desk.get(f"/zugdidi/desk/{number}"))
    empty = desk.post(at, data={"term": "application", "text": ""})
    assert empty.status_code == 422
    assert 'href="#field-text"' in page(empty)
    done = desk.post(at, data={"term": "application_without_third_parties", "text": WHY})
    assert done.status_code == 303
    new = done.location.rstrip("/").rpartition("/")[2]
    shown = page(desk.get(done.location))
    assert number in shown
    assert BODY in shown
    with hall(app) as tenant:
        old, made = by_number(tenant.id, number), by_number(tenant.id, new)
        assert (old.state, old.is_open, old.answered_at is not None) == (
            "became_application", False, True,
        )  # fmt: skip
        assert (made.kind, made.state, made.is_open) == ("application", "filed", True)
        assert made.due_on is not None
        assert made.due_reason["policy"] == "application_without_third_parties"
        assert 15 <= (made.due_on - local_day(made.opened_at)).days <= 25
        assert "cases.became_application" in letters(old)
        assert letters(made) == ["cases.application_filed"]
    assert client.get(f"/zugdidi/ideas/{number}").status_code == 404, (
        "it is the author's own matter"
    )
    assert desk.post(at, data={"term": "application", "text": WHY}).status_code == 409, "only once"


def test_the_application_is_decided_at_the_same_desk(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    head = person(app, "head@posta.example", role="head")
    sent = head.post(
        f"/zugdidi/desk/{number}/application", data={"term": "application", "text": WHY}
    )
    new = sent.location.rstrip("/").rpartition("/")[2]
    preview = {"do": "preview", "step": "grant", "text_step": "ნებართვა გაიცა."}
    letter = page(head.post(f"/zugdidi/desk/{new}", data=preview))
    assert "ადმინისტრაციული საჩივრის" in letter, "the letter says how to complain"
    answer(app, new, "grant", "ნებართვა გაიცა.", role="head")
    with hall(app) as tenant:
        made = by_number(tenant.id, new)
        assert (made.state, made.answer) == ("granted", "ნებართვა გაიცა.")
        assert "cases.application_decided" in letters(made)
    assert f"/{new}/application" not in page(head.get(f"/zugdidi/desk/{new}"))


def test_an_answered_idea_becomes_none_and_a_stranger_sees_no_form(
    app: Flask, client: FlaskClient
) -> None:
    number = given(client)
    answer(app, number, "reject", "ვერ გავაკეთებთ.")
    desk = person(app, "operator@posta.example", role="operator")
    at = f"/zugdidi/desk/{number}/application"
    assert at not in page(desk.get(f"/zugdidi/desk/{number}"))
    assert desk.post(at, data={"term": "application", "text": WHY}).status_code == 409
    assert client.get(at).status_code in {302, 303, 401, 403}
