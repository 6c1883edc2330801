"""The ministry merges a city into its municipality, and erases a hall that has left."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from idea_kit import TITLE, answer, give, hall, turn
from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.config import Settings
from mms_core.db import db
from mms_core.halls import ending
from mms_core.halls.models import HallEnding, HallErased
from mms_core.jobs import use_app
from mms_core.testing import make_person, page, sign_in

DECIDED = {"act_number": "N 17", "act_date": "2026-01-12"}
HALLS = "/ministry/halls"


def ministry(app: Flask) -> FlaskClient:
    use_app(app)
    make_person(app, "ministry", ("ministry", 0))
    return sign_in(app, "ministry")


def work(app: Flask, address: str) -> None:
    """Let the worker do what waits: count, or carry out."""
    row_id = uuid.UUID(address.rpartition("/")[2])
    with hall(app):
        row = db.session.get(HallEnding, row_id)
        assert row is not None
        state, number = row.state, row.municipality_id
    job: Any = ending.prepare if state == ending.PREPARING else ending.carry_out
    job(number, str(row_id))


def begun(app: Flask, browser: FlaskClient, slug: str, kind: str) -> str:
    """Ask for it, and let the worker count; gives the address of its page."""
    sent = browser.post(f"{HALLS}/{slug}/end", data={"kind": kind})
    assert sent.status_code == 303, page(sent)
    assert 'data-refresh="3"' in page(browser.get(sent.location))
    assert browser.post(f"{HALLS}/{slug}/end", data={"kind": kind}).status_code == 422, "at work"
    work(app, sent.location)
    return str(sent.location)


def test_the_ministry_merges_a_city_after_it_saw_how_many_cases_go(app: Flask) -> None:
    for slug in ("gori-city", "gori"):
        turn(app, "on", slug=slug)
    assert give(app.test_client(), "gori-city", settlement="გორი").status_code == 303
    browser = ministry(app)
    assert f"{HALLS}/gori-city/end" in page(browser.get("/ministry/gori-city"))
    assert browser.post(f"{HALLS}/gori/end", data={"kind": "merge"}).status_code == 422
    address = begun(app, browser, "gori-city", "merge")
    seen = page(browser.get(address))
    name = re.search(r"<h1>(.*)</h1>", seen)
    assert name
    wrong = browser.post(address, data=DECIDED | {"name": "გორი?"})
    assert 'id="field-name-error"' in page(wrong)
    assert "N 17" in page(wrong), "nothing typed is lost"
    assert browser.post(address, data=DECIDED | {"name": name[1]}).status_code == 303
    assert browser.post(address, data=DECIDED | {"name": name[1]}).status_code == 422, "once"
    work(app, address)
    done = page(browser.get(address))
    assert TITLE not in done, "numbers alone"
    with hall(app, "gori"):
        assert db.session.scalars(select(Case.title)).all() == [TITLE]
    with hall(app, "gori-city"):
        row = db.session.scalars(select(HallEnding)).one()
        assert (row.state, row.total, row.done, row.act_number) == ("done", 1, 1, "N 17")


def test_the_ministry_erases_a_hall_with_an_archive_an_act_and_its_name(
    app: Flask, settings: Settings
) -> None:
    turn(app, "on")
    assert give(app.test_client()).status_code == 303
    browser = ministry(app)
    refused = browser.post(f"{HALLS}/zugdidi/end", data={"kind": "erase"})
    assert refused.status_code == 422, "modules are on"
    turn(app, "off")
    typed = DECIDED | {"name": "ზუგდიდის მუნიციპალიტეტი"}
    address = begun(app, browser, "zugdidi", "erase")
    assert browser.post(address, data=typed).status_code == 422, "a case is open"
    with hall(app):
        number = db.session.scalars(select(Case.number)).one()
    turn(app, "on")
    answer(app, number, "reject", "ბიუჯეტში თანხა არ არის.")
    turn(app, "off")
    address = begun(app, browser, "zugdidi", "erase")
    turn(app, "off", answer_days=9)
    assert browser.post(address, data=typed).status_code == 303
    work(app, address)
    failed = page(browser.get(address))
    assert "არქივის შექმნის შემდეგ მერიის მონაცემები შეიცვალა" in failed, "decided meanwhile"
    assert "Export it again" not in failed, "what the machine said is for the log"
    address = begun(app, browser, "zugdidi", "erase")
    assert browser.post(address, data=typed).status_code == 303
    work(app, address)
    work_again(app, address)
    with hall(app) as zugdidi:
        row = db.session.get(HallEnding, uuid.UUID(address.rpartition("/")[2]))
        assert row is not None
        assert (row.state, row.done) == ("done", row.total)
        assert ending.place(settings, row).exists()
        paper = db.session.scalars(select(HallErased)).one()
        assert (paper.municipality_id, paper.archive) == (zugdidi.id, row.fingerprint)
        assert paper.reason == "N 17, 2026-01-12"
        assert db.session.scalars(select(Case)).all() == []


def work_again(app: Flask, address: str) -> None:
    """Do a work again that was cut off after the rows were gone and before it was noted."""
    with hall(app):
        row = db.session.get(HallEnding, uuid.UUID(address.rpartition("/")[2]))
        assert row is not None
        row.state = ending.RUNNING
        db.session.commit()
    work(app, address)
