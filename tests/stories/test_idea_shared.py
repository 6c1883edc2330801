"""Reading on: filters that combine and come off, orders, feeds, the shared card, following."""

from __future__ import annotations

import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import answer, give, given, hall, person, picture, turn
from PIL import Image
from sqlalchemy import select, update

from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.messages.words import compose
from mms_core.testing import page
from plugins.your_idea_to_mayor import following
from plugins.your_idea_to_mayor.models import Idea

LINK = re.compile(r'<h3><a href="/zugdidi/ideas/([A-Z0-9-]+)"')
CHIP = re.compile(r'<li><a href="([^"]+)"><span class="mms-hidden">')


@pytest.fixture(autouse=True)
def open_hall(app: Flask) -> None:
    turn(app, "on", publish="at_once")


def listed(client: FlaskClient, **asked: str) -> list[str]:
    return LINK.findall(page(client.get("/zugdidi/ideas/", query_string=asked)))


def test_filters_combine_and_come_off_one_by_one(app: Flask, client: FlaskClient) -> None:
    road = given(client, category="roads", settlement="რუხი")
    lamp = given(client, category="lighting", settlement="რუხი", title="ლამპიონები რუხში")
    given(client, category="lighting", settlement="ჭალადიდი", title="ლამპიონები ჭალადიდში")
    answer(app, road, "accept", "გავაკეთებთ.")
    assert listed(client, settlement="რუხი") == [lamp, road]
    assert listed(client, settlement="რუხი", answered="yes") == [road]
    assert listed(client, settlement="რუხი", answered="no", category="lighting") == [lamp]
    both = page(client.get("/zugdidi/ideas/?settlement=რუხი&category=roads&q=გზის"))
    assert LINK.findall(both) == [road]
    chips = CHIP.findall(both)
    assert len(chips) == 3
    without_words = page(client.get(chips[0].replace("&amp;", "&")))
    assert LINK.findall(without_words) == [road]
    empty = page(client.get("/zugdidi/ideas/?settlement=რუხი&state=done"))
    assert "მოხსენით ზემოთ" in empty
    assert 'href="/zugdidi/ideas/new"' in empty


def test_three_orders_each_page_by_page(app: Flask, client: FlaskClient) -> None:
    numbers = [given(client, title=f"იდეა ნომერი {n:02d} ქუჩაზე") for n in range(23)]
    answer(app, numbers[0], "reject", "არ არის ჩვენი უფლებამოსილება.")
    table = Idea.__table__
    with hall(app) as tenant:
        for n, number in enumerate(numbers):
            own = table.c.case_id == by_number(tenant.id, number).id
            db.session.execute(update(table).where(own).values(supports=(22 - n) // 3))
    order = sorted(range(23), key=lambda n: ((22 - n) // 3, n), reverse=True)
    for sort, wanted in (("supported", [numbers[n] for n in order]), ("waiting", numbers[1:])):
        first = page(client.get(f"/zugdidi/ideas/?sort={sort}"))
        beyond = re.search(r'rel="next" href="([^"]+)"', first)
        assert beyond
        second = page(client.get(beyond[1].replace("&amp;", "&")))
        assert LINK.findall(first) + LINK.findall(second) == wanted
        back = re.search(r'rel="prev" href="([^"]+)"', second)
        assert back
        assert LINK.findall(page(client.get(back[1].replace("&amp;", "&")))) == wanted[:20]


def test_feeds_follow_the_filters_and_name_nobody(client: FlaskClient) -> None:
    road = given(client, category="roads", title="გზა & <ხიდი> მდინარეზე", shown="full")
    given(client, category="lighting")
    rss = client.get("/zugdidi/ideas/feed.rss?category=roads")
    assert rss.mimetype == "application/rss+xml"
    items = ET.fromstring(rss.data).findall("channel/item")  # noqa: S314 - our own answer
    assert [item.findtext("title") for item in items] == ["გზა & <ხიდი> მდინარეზე"]
    told = json.loads(client.get("/zugdidi/ideas/feed.json?category=roads").data)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"].rpartition("/")[2] for item in told["items"]] == [road]
    assert "ნიმუშაძე" not in json.dumps(told, ensure_ascii=False)


def test_a_shared_link_shows_a_card(app: Flask, client: FlaskClient) -> None:
    number = given(client, title="გრძელი სიტყვა " + "ა" * 100)
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    found = re.search(r'og:image" content="http://localhost(/[^"]+)"', shown)
    assert found
    card = client.get(found[1])
    assert Image.open(io.BytesIO(card.data)).size == (1200, 630)
    again = client.get(found[1], headers={"If-None-Match": card.headers["ETag"]})
    assert again.status_code == 304
    answer(app, number, "block", "სხვისი მონაცემებია.")
    assert client.get(found[1]).status_code == 404


def test_what_became_of_it_in_pictures(app: Flask, client: FlaskClient) -> None:
    from mms_core.cases.models import Attachment

    number = given(client, files=[picture("before.jpg"), picture("after.jpg")])
    answer(app, number, "review")
    assert "ახლა</h3>" not in page(client.get(f"/zugdidi/ideas/{number}"))
    with hall(app):
        last = Attachment.__table__.c.name == "after.jpg"
        db.session.execute(update(Attachment.__table__).where(last).values(by_role="operator"))
    shown = page(client.get(f"/zugdidi/ideas/{number}?fresh"))
    assert "მანამდე</h3>" in shown
    assert "ახლა</h3>" in shown


def test_a_follower_is_told_once_and_leaves_by_the_letter(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    neighbour = person(app, "davit@posta.example")
    neighbour.post(f"/zugdidi/ideas/{number}/follow")
    answer(app, number, "accept", "ორ ლამპიონს დავამონტაჟებთ.")
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        for _twice in range(2):
            following.tell_followers.func(tenant.id, str(case.id))
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        mine = select(OutboxLetter).where(OutboxLetter.recipient == "davit@posta.example")
        letter = db.session.scalars(mine).one()
        words = compose(letter, case)
    assert "ორ ლამპიონს" in words.text
    assert "key=" not in words.text  # the author's own key goes to nobody else
    leave = re.search(r"http://localhost(/\S+token=\S+)", words.text)
    assert leave
    assert client.get(leave[1]).status_code == 200
    assert "აღარ ადევნოთ" in page(neighbour.get(f"/zugdidi/ideas/{number}"))
    assert client.post(leave[1]).status_code == 303
    assert "ადევნეთ თვალი: წერილი" in page(neighbour.get(f"/zugdidi/ideas/{number}"))
    assert client.get(f"/zugdidi/ideas/{number}/unfollow?token=x").status_code == 404


def test_the_author_changes_how_the_name_is_shown(app: Flask, client: FlaskClient) -> None:
    sent = give(client, shown="full")
    number, key = re.findall(r"ideas/([A-Z0-9-]+)/receipt\?key=(\w+)", sent.location)[0]
    path = f"/zugdidi/ideas/{number}"
    stranger = app.test_client()
    assert "ავტორი: ნინო ნიმუშაძე" in page(stranger.get(path))
    assert stranger.post(f"{path}/name", data={"shown": "none"}).status_code == 404
    assert "checked" in page(client.get(f"{path}/name?key={key}"))
    assert client.post(f"{path}/name", data={"shown": "first"}).status_code == 303
    assert "ავტორი: ნინო, ჭალადიდი" in page(stranger.get(path))
    assert client.post(f"{path}/name", data={"shown": "none"}).status_code == 303
    assert "ავტორი" not in page(stranger.get(path))
