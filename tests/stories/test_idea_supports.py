"""Supports: one person, one support, residents apart, at will, and counted right under a storm."""

from __future__ import annotations

import multiprocessing
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import answer, given, hall, person, turn
from sqlalchemy import func, insert, select, update

from mms_core import db as database
from mms_core.cases.log import Actor
from mms_core.cases.merging import merge, split
from mms_core.cases.rules import by_number
from mms_core.config import Settings
from mms_core.db import NATION, db
from mms_core.people.models import Account, AccountProfile
from mms_core.testing import page
from plugins.your_idea_to_mayor import public, supports
from plugins.your_idea_to_mayor.listing import FIGURES
from plugins.your_idea_to_mayor.models import Follow, Idea, Support
from plugins.your_idea_to_mayor.settings import settings_now

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LATER = timedelta(days=2)


@pytest.fixture(autouse=True)
def open_hall(app: Flask) -> None:
    turn(app, "on", publish="at_once")


def age(app: Flask, *, municipality: int | None = None) -> None:
    """Let every account be old, and registered where asked."""
    with app.app_context():
        database.bind(NATION)
        db.session.execute(update(Account.__table__).values(created=LONG_AGO))
        if municipality:
            db.session.execute(update(AccountProfile.__table__).values(municipality=municipality))
        database.commit()


def figures(app: Flask, number: str) -> dict[str, int]:
    """Read an idea's figures as every page does."""
    with hall(app) as tenant:
        row = public.one(tenant.id, number)
        return {name: getattr(row, name) for name in FIGURES if getattr(row, name)}


def test_a_resident_supports_once_and_withdraws(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    neighbour = person(app, "davit@posta.example")
    age(app, municipality=46)
    for _twice in range(2):
        assert neighbour.post(f"/zugdidi/ideas/{number}/support").status_code == 303
    assert figures(app, number) == {"residents": 1}
    shown = page(neighbour.get(f"/zugdidi/ideas/{number}"))
    assert "თქვენ ამ იდეას მხარს უჭერთ" in shown
    assert re.search(r"<b>1</b>\s*<span>მცხოვრები", shown)
    assert neighbour.post(f"/zugdidi/ideas/{number}/support/withdraw").status_code == 303
    assert figures(app, number) == {}


def test_others_are_counted_apart_and_strangers_sign_in_first(
    app: Flask, client: FlaskClient
) -> None:
    number = given(client)
    assert client.post(f"/zugdidi/ideas/{number}/support").status_code == 401
    guest = person(app, "davit@posta.example")
    age(app)
    guest.post(f"/zugdidi/ideas/{number}/support")
    assert figures(app, number) == {"others": 1}
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    assert "%23take-part" in shown
    assert "csrf_token" not in shown  # a stranger's page holds no form, so that it can be kept


def test_a_new_account_counts_a_day_later(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    fresh = person(app, "davit@posta.example")
    assert "ხვალ ჩაითვლება" in page(
        fresh.post(f"/zugdidi/ideas/{number}/support", follow_redirects=True)
    )
    assert figures(app, number) == {}
    with hall(app) as tenant:
        supports.fold(tenant.id, now=datetime.now(UTC) + LATER)
    assert figures(app, number) == {"others": 1}


def test_a_farm_behind_one_network_waits(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supports, "BURST", 2)
    number = given(client)
    farm = [person(app, f"davit{n}@posta.example") for n in range(4)]
    age(app)
    for one in farm:
        one.post(f"/zugdidi/ideas/{number}/support")
    assert figures(app, number) == {"others": 2}
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        waits = select(supports.waiting_of(Idea.__table__)).where(Idea.case_id == case.id)
        assert db.session.execute(waits).scalar_one() == 2


def test_the_hall_sets_who_may(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    neighbour = person(app, "davit@posta.example")
    turn(app, "on", publish="at_once", support_level="2")
    refused = neighbour.post(f"/zugdidi/ideas/{number}/support")
    assert refused.status_code == 403
    assert "/my/profile" in page(neighbour.get(f"/zugdidi/ideas/{number}"))
    own = given(neighbour, title="ჩემი საკუთარი იდეა უბნისთვის")
    turn(app, "on", publish="at_once", support_level="1")
    assert neighbour.post(f"/zugdidi/ideas/{own}/support").status_code == 409
    answer(app, number, "reject", "ადგილი კერძო საკუთრებაა.")
    assert neighbour.post(f"/zugdidi/ideas/{number}/support").status_code == 409


def test_merging_counts_people_and_parting_gives_back(app: Flask, client: FlaskClient) -> None:
    words = ("გზის განათება სკოლასთან", "ლამპიონები სკოლის ბილიკზე", "სკოლის ქუჩაზე ბნელა")
    lead, two, three = (given(client, title=title) for title in words)
    people = [person(app, f"davit{n}@posta.example") for n in range(4)]
    age(app)
    chosen = ((lead,), (lead, two), (two, three), (three,))
    for neighbour, numbers in zip(people, chosen, strict=True):
        for number in numbers:
            neighbour.post(f"/zugdidi/ideas/{number}/support")
    modules, actor = app.extensions["mms_modules"], Actor(role="operator", name="ოპერატორი")
    with hall(app) as tenant:
        for number in (two, three):
            one, into = (by_number(tenant.id, n, lock=True) for n in (number, lead))
            merge(modules, one, into, actor=actor, now=datetime.now(UTC))
    assert figures(app, lead) == {"others": 4}
    with hall(app) as tenant:
        split(modules, by_number(tenant.id, two, lock=True), actor=actor, now=datetime.now(UTC))
        supports.fold(tenant.id)
    assert figures(app, lead) == {"others": 4}  # the third brings whom it shares with the second
    assert figures(app, two) == {"others": 2}
    with hall(app) as tenant:
        split(modules, by_number(tenant.id, three, lock=True), actor=actor, now=datetime.now(UTC))
    assert figures(app, lead) == {"others": 2}


def _storm(settings: Settings, case_id: uuid.UUID, people: list[uuid.UUID]) -> None:
    """Support one idea as many people, each twice; run in a process of its own."""
    from mms_core.app import create_app

    app = create_app(settings)
    idea = SimpleNamespace(id=case_id, author_id=None, is_public=True, is_open=True)
    for place, person_id in enumerate([*people, *people]):
        with app.app_context():
            database.bind(46)
            by = supports.Supporter(id=person_id, level=1, address=f"10.{place % 250}.0.1")
            now = datetime.now(UTC)
            supports.support(46, idea, by=by, settings=settings_now(46), now=now)
            if place % 20 == 0:
                supports.fold(46, now=now)
            database.commit()


def test_no_support_is_lost_or_doubled_between_processes(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    number = given(client)
    people = [uuid.uuid4() for _n in range(70)]
    with app.app_context():
        database.bind(NATION)
        rows = [{"id": one, "created": LONG_AGO} for one in people]
        db.session.execute(insert(Account.__table__), rows)
        database.commit()
    with hall(app) as tenant:
        case_id = by_number(tenant.id, number).id
    start = multiprocessing.get_context("spawn")
    parts = (people[:40], people[30:])
    storms = [start.Process(target=_storm, args=(replace(settings), case_id, p)) for p in parts]
    for storm in storms:
        storm.start()
    for storm in storms:
        storm.join(60)
    assert [storm.exitcode for storm in storms] == [0, 0]
    assert figures(app, number) == {"others": 70}
    with hall(app) as tenant:
        assert supports.recount(tenant.id, case_id)["others"] == 70
        query = select(func.count()).select_from(Support.__table__)
        assert db.session.execute(query).scalar_one() == 70


def test_what_is_erased_is_counted_no_more(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    neighbour = person(app, "davit@posta.example")
    age(app)
    neighbour.post(f"/zugdidi/ideas/{number}/support")
    neighbour.post(f"/zugdidi/ideas/{number}/follow")
    assert neighbour.post("/my/erase", data={"sure": "true"}).status_code == 303
    assert figures(app, number) == {}
    with hall(app):
        assert db.session.execute(select(func.count()).select_from(Follow)).scalar_one() == 0
