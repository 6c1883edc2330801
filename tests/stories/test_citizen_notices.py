"""What a person chose to hear: news at once, in a digest, or not; what must come always comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mms_core import db as database
from mms_core.cases import reading
from mms_core.cases.rules import by_number
from mms_core.db import NATION, db
from mms_core.i18n import TBILISI
from mms_core.messages.models import DigestLine, NationalLetter, NoticeChoice
from mms_core.messages.notices import next_digest, send_digests
from mms_core.people.models import Account
from mms_core.testing import page
from tests.stories.idea_kit import answer, given, hall, person, turn

CHOICE = {"own": "email", "followed": "email", "rhythm": "now"}


def choose(client: FlaskClient, **changes: str) -> int:
    return client.post("/my/notifications", data={**CHOICE, **changes}).status_code


def templates(app: Flask, number: str) -> list[str]:
    with hall(app) as tenant:
        return [one.template for one in reading.letters(by_number(tenant.id, number))][::-1]


def digests(app: Flask, *, now: datetime) -> int:
    with app.app_context():
        database.bind(NATION)
        sent = send_digests(now=now)
        database.commit()
        return sent


def tomorrow(hour: int) -> datetime:
    day = datetime.now(TBILISI) + timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def test_news_come_as_chosen_and_what_must_come_always_does(app: Flask) -> None:
    turn(app, "on")
    eka = person(app, "eka@posta.example")
    assert "checked" in page(eka.get("/my/notifications"))
    assert choose(eka, rhythm="hourly") == 422
    assert choose(eka, own="none") == 303
    quiet = given(eka)
    answer(app, quiet, "review")
    answer(app, quiet, "accept", "გავაკეთებთ.")
    assert templates(app, quiet) == ["receipt", "accepted"]
    assert choose(eka) == 303
    loud = given(eka, title="ახალი ხიდი სოფელთან")
    answer(app, loud, "review")
    assert templates(app, loud) == ["receipt", "under_review"]
    assert "/sign-in" in app.test_client().get("/my/notifications").location


def test_a_digest_gathers_news_of_all_and_leaves_by_day_only(app: Flask) -> None:
    turn(app, "on")
    eka = person(app, "eka@posta.example")
    with app.app_context():
        database.bind(NATION)
        db.session.scalars(select(Account)).one().language = "en"
        database.commit()
    assert choose(eka, rhythm="daily") == 303
    numbers = [given(eka), given(eka, title="ახალი ხიდი სოფელთან")]
    for number in numbers:
        answer(app, number, "review")
        assert templates(app, number) == ["receipt"]
    assert digests(app, now=datetime.now(UTC)) == 0  # it is due tomorrow
    assert digests(app, now=tomorrow(3)) == 0  # nothing leaves at night
    assert digests(app, now=tomorrow(10)) == 1
    assert digests(app, now=tomorrow(11)) == 0
    with app.app_context():
        database.bind(NATION)
        letter = db.session.scalars(select(NationalLetter)).one()
        assert letter.subject == "News from your city hall"
        assert all(number in letter.body for number in numbers)
        assert "/my/notifications" in letter.body
        assert "The idea was published" in letter.body


def test_a_weekly_digest_is_mondays_and_an_erased_person_gets_none(app: Flask) -> None:
    friday = datetime(2026, 11, 20, 12, tzinfo=TBILISI)
    monday = datetime(2026, 11, 23, 12, tzinfo=TBILISI)
    assert next_digest("weekly", now=friday) == monday.date()
    assert next_digest("weekly", now=monday) == monday.date() + timedelta(days=7)
    turn(app, "on")
    eka = person(app, "eka@posta.example")
    choose(eka, rhythm="weekly")
    answer(app, given(eka), "review")
    assert eka.post("/my/erase", data={"sure": "true"}).status_code == 303
    with app.app_context():
        database.bind(NATION)
        assert db.session.scalars(select(DigestLine)).all() == []
        assert db.session.scalars(select(NoticeChoice)).all() == []
    assert digests(app, now=monday + timedelta(days=30)) == 0


def test_whoever_follows_may_choose_not_to_hear(app: Flask) -> None:
    from mms_core.messages.notices import takes_news

    turn(app, "on")
    eka = person(app, "eka@posta.example")
    choose(eka, followed="none")
    with app.app_context():
        database.bind(NATION)
        account = db.session.scalars(select(Account.id)).one()
        now = datetime.now(UTC)
        told = {"title": "იდეა", "news": "მიღებულია", "link": "/", "now": now}
        assert takes_news(account, "followed", **told)
        assert not takes_news(account, "own", **told)
        assert db.session.scalars(select(DigestLine)).all() == []
