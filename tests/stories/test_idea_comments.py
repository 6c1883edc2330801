"""Comments: one deep, marked when official, kept back by rule, told in a digest, erased by name."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import MODULE, given, hall, person, turn
from sqlalchemy import func, select

from mms_core.cases.log import Actor
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.messages.words import compose
from mms_core.moderation import rules as moderation
from mms_core.moderation.models import Waiting
from mms_core.testing import page
from plugins.your_idea_to_mayor import comments
from plugins.your_idea_to_mayor.digests import send_digests
from plugins.your_idea_to_mayor.models import Comment

OFFICER = Actor(role="operator", name="ოპერატორი")


@pytest.fixture(autouse=True)
def open_hall(app: Flask) -> None:
    turn(app, "on", publish="at_once")


def say(reader: FlaskClient, number: str, body: str, **more: str) -> int:
    answer = reader.post(f"/zugdidi/ideas/{number}/comments", data={"body": body, **more})
    return answer.status_code


def comment_id(reader: FlaskClient, number: str, words: str) -> str:
    shown = page(reader.get(f"/zugdidi/ideas/{number}?fresh"))
    found = re.findall(r'<li id="comment-([0-9a-f-]{36})"', shown.partition(words)[0])
    return found[-1]


def shown_to_all(app: Flask, number: str) -> str:
    return page(app.test_client().get(f"/zugdidi/ideas/{number}"))


def test_a_conversation_is_one_deep_and_the_hall_is_marked(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    neighbour = person(app, "davit@posta.example")
    officer = person(app, "op@posta.example", role="operator")
    assert say(client, number, "უცნობის კომენტარი") == 401
    assert say(neighbour, number, "კარგი იდეაა, ჩვენს ქუჩაზეც ასეა.") == 303
    first = comment_id(neighbour, number, "კარგი იდეაა")
    assert say(officer, number, "ადგილს ხუთშაბათს დავათვალიერებთ.", parent=first) == 303
    shown = shown_to_all(app, number)
    assert shown.index("კარგი იდეაა") < shown.index('class="is-official"')
    assert "კომენტარები (2)" in shown
    assert "ნიმუშაძე</b>" not in shown  # a citizen's surname is nobody's business
    reply = comment_id(officer, number, "ადგილს ხუთშაბათს")
    assert say(neighbour, number, "როდის?", parent=reply) == 409
    wrong = neighbour.post(f"/zugdidi/ideas/{number}/comments", data={"body": "ა" * 2001})
    assert wrong.status_code == 422
    assert "ა" * 2001 in page(wrong)


def test_what_is_hidden_leaves_a_stub_and_the_figure_follows(
    app: Flask, client: FlaskClient
) -> None:
    number = given(client)
    neighbour = person(app, "davit@posta.example")
    say(neighbour, number, "შეურაცხმყოფელი სიტყვები")
    say(neighbour, number, "მეორე, მშვიდი კომენტარი")
    officer = person(app, "op@posta.example", role="operator")
    bad = comment_id(neighbour, number, "შეურაცხმყოფელი სიტყვები")
    desk = f"/zugdidi/desk/moderation/{MODULE}/comment/{bad}"
    reason = {"rule": "insult", "reason": "შეურაცხყოფაა."}
    assert officer.post(desk, data={"do": "hide", **reason}).status_code == 303
    shown = shown_to_all(app, number)
    assert "შეურაცხმყოფელი სიტყვები" not in shown
    assert "შეურაცხყოფაა." in shown
    assert "კომენტარები (1)" in shown
    assert (
        officer.post(desk, data={"do": "restore", "reason_restore": "ასე არ არის."}).status_code
        == 303
    )
    assert "კომენტარები (2)" in shown_to_all(app, number)


def test_before_publication_where_the_hall_wants_it(app: Flask, client: FlaskClient) -> None:
    turn(app, "on", publish="at_once", comments_after_look=True)
    number = given(client)
    neighbour = person(app, "davit@posta.example")
    say(neighbour, number, "დავამატებდი ველობილიკსაც.")
    assert "ველობილიკსაც" not in shown_to_all(app, number)
    assert "მხოლოდ თქვენ ხედავთ" in page(neighbour.get(f"/zugdidi/ideas/{number}"))
    with hall(app) as tenant:
        row = db.session.scalars(select(Comment)).one()
        moderation.keep(comments.thing(tenant.id, row.id), actor=OFFICER, now=datetime.now(UTC))
    assert "ველობილიკსაც" in shown_to_all(app, number)
    turn(app, "on", publish="at_once", comment_level="off")
    assert say(neighbour, number, "კიდევ ერთი სიტყვა") == 403


def test_a_storm_waits_and_pages_lose_nothing(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "STORM", 23)
    number = given(client)
    crowd = [person(app, f"davit{n}@posta.example") for n in range(5)]
    for n in range(25):
        assert say(crowd[n % 5], number, f"კომენტარი ნომერი {n:02d}") == 303
    with hall(app):
        held = select(func.count()).select_from(Waiting).where(Waiting.held)
        assert db.session.execute(held).scalar_one() == 2
    first = shown_to_all(app, number)
    beyond = re.search(r'rel="next" href="([^"]+)#comments"', first)
    assert beyond
    second = page(client.get(beyond[1].replace("&amp;", "&")))
    found = re.findall(r"კომენტარი ნომერი (\d\d)<", first) + re.findall(
        r"კომენტარი ნომერი (\d\d)<", second
    )
    assert found == [f"{n:02d}" for n in range(23)]


def test_people_are_told_once_a_day(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    neighbour, other = person(app, "davit@posta.example"), person(app, "eka@posta.example")
    say(neighbour, number, "პირველი კომენტარი იდეაზე")
    first = comment_id(neighbour, number, "პირველი კომენტარი")
    for n in range(3):
        say(other, number, f"პასუხი {n}", parent=first)
    say(neighbour, number, "ჩემი თავისთვის", parent=first)
    later = datetime.now(UTC) + timedelta(hours=20)
    with hall(app) as tenant:
        assert send_digests(tenant.id, now=later) == 2
        assert send_digests(tenant.id, now=later) == 0
    with hall(app) as tenant:
        letters = {x.template: x for x in db.session.scalars(select(OutboxLetter)).all()}
        case = by_number(tenant.id, number)
        said = compose(letters["replied"], case).text
        author = compose(letters["commented"], case).text
    assert "პასუხი 2" in said
    assert "ჩემი თავისთვის" not in said
    assert "key=" not in said
    assert "პირველი კომენტარი იდეაზე" in author


def test_an_author_takes_words_back_and_is_erased_by_name(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    neighbour = person(app, "davit@posta.example")
    say(neighbour, number, "ამას წავშლი მერე")
    say(neighbour, number, "ეს დარჩება აქ")
    gone = comment_id(neighbour, number, "ამას წავშლი")
    path = f"/zugdidi/ideas/{number}/comments/{gone}/take-back"
    other = person(app, "eka@posta.example")
    assert other.post(path).status_code == 404
    assert neighbour.post(path).status_code == 303
    assert neighbour.post("/my/erase", data={"sure": "true"}).status_code == 303
    shown = shown_to_all(app, number)
    assert "ამას წავშლი" not in shown
    assert "ეს დარჩება აქ" in shown
    assert "დავით" not in shown.partition('id="comments"')[2]
    assert "<b>მცხოვრები</b>" in shown
