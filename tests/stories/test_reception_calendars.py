"""An official's telephone follows the visits at an address that the hall makes and revokes."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Flask
from reception_kit import ABOUT, book, free, open_reception
from reception_kit_day import BASE, WHO, hall, person, turn

from mms_core.db import db
from mms_core.testing import page
from plugins.citizen_reception.feed_models import CalendarFeed


def test_an_official_s_telephone_follows_the_visits(app: Flask) -> None:
    kind, who = open_reception(app)
    citizen, officer = app.test_client(), person(app, "secretary", role="operator")
    slots = free(citizen, kind)
    number = book(citizen, kind, slots[0])
    desk = f"{BASE}/desk/officials/{who[0]}/calendar"
    made = page(officer.post(desk, data={"go": "make"}))
    found = re.search(r'value="http://[^/]+(/[^"]+\.ics)"', made)
    assert found
    address = found[1]
    assert address not in page(officer.get(desk)), "it is shown once"
    with hall(app):
        assert db.session.scalars(sa.select(CalendarFeed.secret_hash)).one() not in address

    telephone = app.test_client()
    read = telephone.get(address)
    assert read.mimetype == "text/calendar"
    said = read.text.replace("\r\n ", "")
    assert "SUMMARY:მიღება" in said
    assert number in said
    assert WHO["name"] not in said
    assert ABOUT not in said
    again = telephone.get(address, headers={"If-None-Match": read.headers["ETag"]})
    assert again.status_code == 304

    citizen.post(f"{BASE}/visits/{number}", data={"go": "move", "slot": slots[1]})
    moved = telephone.get(address, headers={"If-None-Match": read.headers["ETag"]})
    assert "SEQUENCE:1" in moved.text
    citizen.post(f"{BASE}/visits/{number}", data={"go": "cancel"})
    assert "STATUS:CANCELLED" in telephone.get(address).text

    turn(app, booking_cutoff=0, feed_names=True)
    assert WHO["name"] in telephone.get(address).text.replace("\r\n ", "")
    officer.post(desk, data={"go": "make"})
    assert telephone.get(address).status_code == 404, "the one before leads nowhere"
    officer.post(desk, data={"go": "revoke"})
    assert "მისამართი არ აქვს" in page(officer.get(desk))
