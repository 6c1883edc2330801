"""The public list: pages without loss or repetition, filters, search, the feed, few queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import answer, give, given, hall, person, turn
from sqlalchemy import event, update

from mms_core.db import db
from mms_core.testing import page
from plugins.your_idea_to_mayor.models import Idea

LINK = re.compile(r'<h3><a href="/zugdidi/ideas/([A-Z0-9-]+)"')
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def open_hall(app: Flask) -> None:
    turn(app, "on", publish="at_once")


@pytest.fixture
def many(app: Flask, client: FlaskClient) -> list[str]:
    """Forty-seven ideas, the newest last; each third was published in the same moment."""
    numbers = [given(client, title=f"იდეა ნომერი {n:03d} ქუჩაზე") for n in range(47)]
    start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    table = Idea.__table__
    with hall(app) as tenant:
        from mms_core.cases.rules import by_number

        for n, number in enumerate(numbers):
            own = (table.c.tenant_id == tenant.id) & (
                table.c.case_id == by_number(tenant.id, number).id
            )
            moment = start + timedelta(hours=n // 3)
            db.session.execute(update(table).where(own).values(published_at=moment))
    return numbers


def walk(client: FlaskClient, address: str, word: str) -> Iterator[list[str]]:
    while address:
        shown = page(client.get(address))
        yield LINK.findall(shown)
        found = re.search(rf'rel="{word}" href="([^"]+)"', shown)
        address = found.group(1).replace("&amp;", "&") if found else ""


def test_pages_lose_and_repeat_nothing(client: FlaskClient, many: list[str]) -> None:
    there = list(walk(client, "/zugdidi/ideas/", "next"))
    assert [len(rows) for rows in there] == [20, 20, 7]
    flat = [number for rows in there for number in rows]
    assert sorted(flat) == sorted(many)
    assert set(flat[:2]) == set(many[45:])
    last = page(client.get("/zugdidi/ideas/"))
    address = ""
    for _page in range(2):
        address = re.findall(r'rel="next" href="([^"]+)"', last)[0].replace("&amp;", "&")
        last = page(client.get(address))
    back = list(walk(client, address, "prev"))
    assert [number for rows in reversed(back) for number in rows] == flat


def test_an_idea_given_meanwhile_moves_nobody(client: FlaskClient, many: list[str]) -> None:
    first = page(client.get("/zugdidi/ideas/"))
    given(client, title="ახალი იდეა, რომელიც შუა კითხვისას მოვიდა")
    onward = re.findall(r'rel="next" href="([^"]+)"', first)[0].replace("&amp;", "&")
    assert len({*LINK.findall(first), *LINK.findall(page(client.get(onward)))}) == 40


def test_filters(app: Flask, client: FlaskClient) -> None:
    road, tree = given(client, category="roads"), given(client, category="greenery")
    answer(app, tree, "reject", "ადგილი კერძო საკუთრებაა.")
    listed = LINK.findall(page(client.get("/zugdidi/ideas/?category=roads")))
    assert listed == [road]
    assert LINK.findall(page(client.get("/zugdidi/ideas/?state=rejected"))) == [tree]
    both = page(client.get("/zugdidi/ideas/?state=rejected&category=roads"))
    assert "იდეა ვერ მოიძებნა" in both
    assert client.get("/zugdidi/ideas/?state=blocked&before=nonsense").status_code == 200


@pytest.mark.parametrize("typed", ["ხეები", "kheebi", "xeebi", "ხეებ", "XEEBI", "Kheebi parkshi"])
def test_search_finds_latin_typed_georgian(client: FlaskClient, typed: str) -> None:
    wanted = given(client, title="დავრგოთ ხეები ცენტრალურ პარკში", category="greenery")
    given(client, title="ახალი ლამპიონი რუსთაველის ქუჩაზე")
    listed = LINK.findall(page(client.get("/zugdidi/ideas/", query_string={"q": typed})))
    assert listed == [wanted]


def test_search_reads_a_number_and_forgives_nonsense(client: FlaskClient) -> None:
    number = given(client)
    found = client.get("/zugdidi/ideas/", query_string={"q": number.lower()})
    assert found.status_code == 302
    assert found.location.endswith(number)
    for typed in ("%", "'\"<>&|!():*", "ა" * 300, "\x00ა"):
        assert client.get("/zugdidi/ideas/", query_string={"q": typed}).status_code in {200, 400}


def test_search_shows_no_hidden_idea(app: Flask, client: FlaskClient) -> None:
    number = given(client, title="საიდუმლო ტექსტი დაბლოკვამდე")
    answer(app, number, "block", "სხვისი მონაცემებია.")
    assert LINK.findall(page(client.get("/zugdidi/ideas/?q=საიდუმლო"))) == []


def test_the_feed_is_atom(app: Flask, client: FlaskClient) -> None:
    number = given(client, title="იდეა & <b>ნიშნებით</b> ბოლოში")
    sent = client.get("/zugdidi/ideas/feed.xml")
    assert sent.mimetype == "application/atom+xml"
    root = ET.fromstring(sent.data)  # noqa: S314 - our own answer
    assert root.tag == f"{ATOM}feed"
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "იდეა & <b>ნიშნებით</b> ბოლოში"
    assert (entry.findtext(f"{ATOM}id") or "").endswith(f"/zugdidi/ideas/{number}")
    again = client.get("/zugdidi/ideas/feed.xml", headers={"If-None-Match": sent.headers["ETag"]})
    assert again.status_code == 304


@pytest.fixture
def queries(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SET LOCAL")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.usefixtures("country_kept")
def test_no_page_over_eight_queries_and_one_for_who_is_signed_in(
    app: Flask, many: list[str], queries: list[str]
) -> None:
    answer(app, many[0], "accept", "გავაკეთებთ.")
    citizen = person(app, "davit@posta.example")
    staff = person(app, "op@posta.example", role="operator")
    paths = ("", "?q=იდეა", "?category=lighting", "new", "feed.xml", many[0], many[1])
    for reader in (app.test_client(), citizen, staff):
        for path in paths:
            queries.clear()
            assert reader.get(f"/zugdidi/ideas/{path}").status_code == 200
            assert len(queries) <= 7, (path, queries)  # and BEGIN with the scope


def test_an_empty_hall_invites(client: FlaskClient) -> None:
    shown = page(client.get("/zugdidi/ideas/"))
    assert "იდეები ჯერ არ არის" in shown
    assert 'href="/zugdidi/ideas/new/idea"' in shown
    assert give(client).status_code == 303
