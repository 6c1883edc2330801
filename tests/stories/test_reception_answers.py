"""Before somebody books, the hall shows what it has answered to others who asked for the same."""

from __future__ import annotations

import idea_kit
from flask import Flask
from reception_kit import open_reception
from reception_kit_day import BASE, SLUG

from mms_core.cases.rules import by_number
from mms_core.testing import page

ABOUT = "განათება სკოლის გზაზე"
WORDS = "ლამპიონებს დეკემბრამდე დავამონტაჟებთ."


def test_an_answer_given_to_others_may_spare_the_visit(app: Flask) -> None:
    kind, _who = open_reception(app)
    idea_kit.turn(app, "on", slug=SLUG)
    citizen, asked = app.test_client(), {"about": ABOUT, "kind": kind}
    form = {"title": "გზის განათება სკოლასთან", "settlement": ""}
    number = idea_kit.given(citizen, slug=SLUG, **form)
    idea_kit.followed(app)
    idea_kit.answer(app, number, "review", slug=SLUG)
    led = citizen.post(f"{BASE}/book", data=asked)
    assert "/book/times" in led.location, "what has no answer spares nobody a visit"

    idea_kit.answer(app, number, "accept", WORDS, slug=SLUG)
    led = citizen.post(f"{BASE}/book", data=asked)
    assert "/book/answers" in led.location
    shown = page(citizen.get(led.location))
    assert WORDS in shown
    assert f"/{SLUG}/ideas/{number}" in shown
    assert f'href="/{SLUG}/ideas/"' in shown, "or one gives an idea of one's own"
    assert "/letters/" in shown
    assert 'name="slot"' in page(citizen.get(led.location.replace("answers", "times")))
    idea_kit.turn(app, "off", slug=SLUG)
    gone = citizen.post(f"{BASE}/book", data=asked)
    assert "/book/times" in gone.location, "what nobody can read is not shown"


def test_what_an_officer_hid_is_not_offered_as_an_answer(app: Flask) -> None:
    kind, _who = open_reception(app)
    idea_kit.turn(app, "on", slug=SLUG)
    citizen, asked = app.test_client(), {"about": ABOUT, "kind": kind}
    number = idea_kit.given(citizen, slug=SLUG, title="გზის განათება სკოლასთან", settlement="")
    idea_kit.followed(app)
    for step, words in (("review", ""), ("accept", WORDS)):
        idea_kit.answer(app, number, step, words, slug=SLUG)
    led = citizen.post(f"{BASE}/book", data=asked)
    assert WORDS in page(citizen.get(led.location))

    with idea_kit.hall(app, SLUG) as tenant:
        case_id = by_number(tenant.id, number).id
    desk = idea_kit.person(app, "levan@hall.example", role="operator", slug=SLUG)
    place = f"/{SLUG}/desk/moderation/your_idea_to_mayor/idea/{case_id}"
    why = {"rule": "personal_data", "reason": "სხვისი ტელეფონის ნომერი წერია."}
    assert desk.post(place, data={"do": "hide", **why}).status_code == 303
    less = citizen.post(f"{BASE}/book", data=asked)
    assert "/book/times" in less.location, "what was hidden is not offered"
    assert WORDS not in page(citizen.get(led.location, follow_redirects=True))
