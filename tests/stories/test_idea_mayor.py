"""The mayor sees what to answer first and answers there; everybody reads the portal's rules."""

from __future__ import annotations

from datetime import date

from answering_kit import ANSWER, desk
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import TITLE, answer, given, hall, person, turn

from mms_core.cases.rules import by_number
from mms_core.testing import page

MAYOR = "/zugdidi/ideas/mayor"


def test_the_mayor_answers_what_is_late(app: Flask, client: FlaskClient) -> None:
    turn(app, "on")
    mayor = person(app, "mayor@hall.example", role="mayor")
    operator = person(app, "lali@hall.example", role="operator")
    late = given(client)
    other = given(client, title="წიგნები სოფლის ბიბლიოთეკას", settlement="რუხი")
    answer(app, other, "review")
    with hall(app) as tenant:
        by_number(tenant.id, late).due_on = date(2026, 1, 5)
    assert operator.get(MAYOR).status_code == 403
    shown = page(mayor.get(MAYOR)).partition("<main")[2]
    first, supported = shown.index("რა გელოდებათ"), shown.index("ყველაზე მეტი მხარდამჭერი")
    assert first < shown.index(TITLE) < supported < shown.index("წიგნები სოფლის")
    assert f"/zugdidi/desk/{late}" in shown
    assert "ჭალადიდი" in shown.partition("საიდან მოდის")[2]
    assert 'data-label="პასუხის ვადა"' in shown, "on a phone each idea is a card"
    mayor.set_cookie("mms_language", "en")
    from_where = page(mayor.get(MAYOR)).partition("Where they come from")[2]
    assert "Rukhi" in from_where
    assert "რუხი" not in from_where
    mayor.set_cookie("mms_language", "ka")
    said = desk(mayor, late, "step", step="answer", text_step=ANSWER)
    assert said.status_code == 303
    assert TITLE not in page(mayor.get(MAYOR))
    turn(app, "on", slug="tskaltubo")
    assert mayor.get("/tskaltubo/ideas/mayor").status_code == 403


def test_everybody_reads_the_rules(app: Flask, client: FlaskClient) -> None:
    text = "მუხლი 1. იდეას ყველა აძლევს.\n<b>მუხლი 2.</b>"
    turn(app, "on", rules_text=text, legal_act="დადგენილება № 12", comment_level="off")
    shown = page(client.get("/zugdidi/ideas/rules"))
    assert "მუხლი 1. იდეას ყველა აძლევს." in shown
    assert "&lt;b&gt;მუხლი 2." in shown
    assert "დადგენილება № 12" in shown
    assert "/zugdidi/ideas/rules" in page(client.get("/zugdidi/ideas/"))
