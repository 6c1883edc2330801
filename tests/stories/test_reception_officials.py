"""The hall changes who receives, where and when; what is booked refers to it further."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Flask
from reception_kit import book, free, hold, open_reception
from reception_kit_day import BASE, hall, person, state_of

from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.testing import page
from plugins.citizen_reception.booking_models import Hours, Visit

PERSON = {"name": "ა. მაგალითაძე", "post": "head", "place": "მერია, ოთახი 9",
          "email": "miigheba@meria.example", "phone": "(0436) 22 00 00"}  # fmt: skip


def told(app: Flask) -> list[str]:
    with hall(app):
        mine = sa.select(OutboxLetter.context).where(OutboxLetter.template == "visit_elsewhere")
        return [str(context["text"]) for context in db.session.scalars(mine)]


def test_an_official_moves_to_another_room_and_who_booked_is_told(app: Flask) -> None:
    kind, who = open_reception(app)
    citizen = app.test_client()
    number = book(citizen, kind, free(citizen, kind)[0])
    officer = person(app, "secretary", role="operator")
    edit = f"{BASE}/desk/officials/{who[0]}/edit"
    wrong = officer.post(edit, data=PERSON | {"email": "miigheba", "phone": "22", "name": ""})
    assert wrong.status_code == 422
    shown = page(wrong)
    assert set(re.findall(r'id="field-(\w+)-error"', shown)) == {"name", "email", "phone"}
    assert "ოთახი 9" in shown, "nothing that was typed is lost"

    assert officer.post(edit, data=PERSON).status_code == 303
    public = page(citizen.get(f"{BASE}/officials"))
    assert all(PERSON[name] in public for name in ("name", "place", "email", "phone"))
    assert ["ოთახი 9" in words for words in told(app)] == [True]
    assert "ოთახი 9" in page(citizen.get(f"{BASE}/visits/{number}"))
    assert "SEQUENCE:1" in citizen.get(f"{BASE}/visits/{number}/visit.ics").text
    officer.post(edit, data=PERSON | {"name": "ა. ნიმუშაძე"})
    assert len(told(app)) == 1, "nobody is told of what does not concern them"


def test_hours_are_changed_with_their_validity(app: Flask) -> None:
    _kind, who = open_reception(app)
    officer = person(app, "secretary", role="operator")
    with hall(app):
        monday = db.session.scalars(sa.select(Hours.id).where(Hours.weekday == 1)).one()
    edit = f"{BASE}/desk/officials/{who[0]}/hours/{monday}"
    assert 'value="10:00"' in page(officer.get(edit))
    typed = {"weekday": "1", "opens": "11:00", "closes": "12:00", "valid_to": "2030-06-30"}
    late = officer.post(edit, data=typed | {"valid_from": "2031-01-01"})
    assert late.status_code == 422
    assert "field-valid_to-error" in page(late)
    overlapping = officer.post(edit, data=typed | {"weekday": "2"})
    assert overlapping.status_code == 422
    assert "field-opens-error" in page(overlapping)
    assert officer.post(edit, data=typed).status_code == 303
    desk = page(officer.get(f"{BASE}/desk/officials/{who[0]}"))
    assert "11:00–12:00" in desk
    assert "2030" in desk
    assert app.test_client().get(edit).status_code in {302, 303, 403}


def test_a_kind_is_retired_and_what_is_booked_stays(app: Flask) -> None:
    kind, _who = open_reception(app)
    citizen = app.test_client()
    slots = free(citizen, kind)
    number = book(citizen, kind, slots[0])
    officer = person(app, "secretary", role="operator")
    edit = f"{BASE}/desk/officials/kinds/{kind}"
    typed = {"kind_name": "კონსულტაცია", "minutes": "25", "capacity": "1"}
    wrong = officer.post(edit, data=typed)
    assert wrong.status_code == 422
    assert "field-minutes-error" in page(wrong)
    assert officer.post(edit, data=typed | {"minutes": "20"}).status_code == 303
    assert "კონსულტაცია" in page(citizen.get(f"{BASE}/visits/{number}"))

    officer.post(edit, data={"go": "active"})
    listed = page(officer.get(f"{BASE}/desk/officials"))
    assert "სიიდან ამოღებულია" in listed
    assert "secretary ნიმუშაძე" in listed, "the header still says who is signed in"
    late = hold(citizen, kind, slots[1])
    assert late.status_code == 422, "a page that was open before books it no more"
    own = f"{BASE}/visits/{number}"
    assert citizen.post(own, data={"go": "move", "slot": slots[2]}).status_code == 303
    officer.post(edit, data={"go": "active"})
    assert free(citizen, kind)


def test_who_receives_no_more_leaves_visits_to_another(app: Flask) -> None:
    kind, who = open_reception(app, people=2)
    citizen = app.test_client()
    number = book(citizen, kind, free(citizen, kind, official=who[0])[0])
    officer = person(app, "secretary", role="operator")
    desk = f"{BASE}/desk/officials/{who[0]}"
    officer.post(desk, data={"go": "active"})
    assert who[0] not in str(free(citizen, kind))
    assert "აღარ იღებს" in page(officer.get(desk))
    own = page(citizen.get(f"{BASE}/visits/{number}"))
    assert who[1] in own, "the visit stays, and can be moved to who still receives"
    assert who[0] not in own
    officer.post(desk, data={"go": "move", "to": who[1]})
    assert state_of(app, number) == "booked"
    with hall(app):
        assert [str(one) for one in db.session.scalars(sa.select(Visit.official_id))] == [who[1]]
