"""Laws of the inbox: pages neither lose nor double a case, filters and counts tell the truth."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, text, update

from mms_core import db as database
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.desk import inbox
from mms_core.desk.counts import counts
from mms_core.desk.filters import Filters
from mms_core.desk.inbox import Page, Place
from mms_core.testing import make_person, sign_in

TENANT, TODAY, ME = 46, date(2026, 11, 18), uuid.UUID(int=7)
UNIT, COLLEAGUE = str(uuid.UUID(int=9)), uuid.UUID(int=8)
STATES = ("received", "under_review", "answered", "rejected")
OPEN = STATES[:2]


def row(number: int, chance: random.Random) -> dict[str, Any]:
    state = chance.choice(STATES)
    opened = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(40))
    due = TODAY + timedelta(days=chance.randrange(-5, 12))
    return {
        "tenant_id": TENANT,
        "id": uuid.UUID(int=chance.getrandbits(128)),
        "number": f"ZUG-{number}",
        "module": chance.choice(["your_idea_to_mayor", "other"]),
        "kind": "idea",
        "state": state,
        "is_open": state in OPEN,
        "title": "იდეა",
        "assignee_id": chance.choice([None, ME, COLLEAGUE]),
        "unit": chance.choice(["", UNIT, "another"]),
        "waits_until": chance.choice([None, None, TODAY]),
        "channel": chance.choice(["web", "web", "letter"]),
        "topic": chance.choice(["", "roads", "water"]),
        "place": chance.choice(["", "რუხი"]),
        "opened_at": opened,
        "updated_at": opened,
        "answered_at": None if chance.random() < 0.6 else opened,
        "due_on": None if chance.random() < 0.15 else due,
    }


@pytest.fixture
def rows(app: Flask) -> Iterator[list[dict[str, Any]]]:
    """Give cases with many equal days and moments, and some without a date."""
    chance = random.Random(18)
    made = [row(number, chance) for number in range(120)]
    with app.app_context():
        database.bind(TENANT)
        db.session.execute(insert(Case.__table__), made)
        yield made


def asked(**changes: Any) -> Filters:
    return Filters(person_id=ME, today=TODAY, **changes)


def walk(filters: Filters, *, size: int = 7) -> list[Page]:
    """Go through all pages forward."""
    pages, place = [], None
    while True:
        found = inbox.page(TENANT, filters, place=place, size=size)
        pages.append(found)
        if found.next is None:
            return pages
        place = found.next


WANTED: dict[str, tuple[Filters, Callable[[dict[str, Any]], bool]]] = {
    "open": (asked(), lambda r: r["is_open"]),
    "closed": (asked(state="closed"), lambda r: not r["is_open"]),
    "all": (asked(state="all"), lambda _r: True),
    "mine": (asked(whose="mine"), lambda r: r["is_open"] and r["assignee_id"] == ME),
    "nobody": (asked(whose="nobody"), lambda r: r["is_open"] and r["assignee_id"] is None),
    "module": (asked(module="other"), lambda r: r["is_open"] and r["module"] == "other"),
    "module, closed": (
        asked(module="other", state="closed", states=STATES[2:]),
        lambda r: not r["is_open"] and r["module"] == "other",
    ),
    "a colleague's": (
        asked(whose=str(COLLEAGUE)),
        lambda r: r["is_open"] and r["assignee_id"] == COLLEAGUE,
    ),
    "a unit's": (asked(unit=UNIT), lambda r: r["is_open"] and r["unit"] == UNIT),
    "by letter, all, the oldest first": (
        asked(state="all", channel="letter", sort="old"),
        lambda r: r["channel"] == "letter",
    ),
    "a topic in a village": (
        asked(module="other", topic="roads", place="რუხი", state="all", states=STATES),
        lambda r: (r["module"], r["topic"], r["place"]) == ("other", "roads", "რუხი"),
    ),
    "one state, the newest first": (
        asked(module="other", named="received", states=("received",), sort="new"),
        lambda r: (r["module"], r["state"]) == ("other", "received"),
    ),
    "overdue": (
        asked(due="overdue"),
        lambda r: r["is_open"] and not r["answered_at"] and (r["due_on"] or TODAY) < TODAY,
    ),
    "this week": (
        asked(due="week"),
        lambda r: (
            r["is_open"]
            and not r["answered_at"]
            and r["due_on"] is not None
            and TODAY <= r["due_on"] <= date(2026, 11, 22)
        ),
    ),
}


@pytest.mark.parametrize("name", WANTED)
def test_pages_give_exactly_what_the_filter_means(rows: list[dict[str, Any]], name: str) -> None:
    filters, wanted = WANTED[name]
    got = [one.number for found in walk(filters) for one in found.rows]
    assert len(got) == len(set(got))
    assert set(got) == {r["number"] for r in rows if wanted(r)}


@pytest.mark.parametrize("name", WANTED)
def test_the_way_back_shows_the_same_pages(rows: list[dict[str, Any]], name: str) -> None:
    filters, _wanted = WANTED[name]
    pages = walk(filters)
    place: Place | None = pages[-1].previous
    for before in reversed(pages[:-1]):
        assert place is not None
        back = inbox.page(TENANT, filters, place=place, size=7)
        assert [one.id for one in back.rows] == [one.id for one in before.rows]
        place = back.previous
    assert place is None


def test_open_cases_run_by_their_date_and_undated_ones_come_last(
    rows: list[dict[str, Any]],
) -> None:
    days = [one.due_on for found in walk(asked()) for one in found.rows]
    dated = [day for day in days if day]
    assert dated == sorted(dated)
    assert days[: len(dated)] == dated


def test_a_case_that_leaves_meanwhile_moves_no_other(rows: list[dict[str, Any]]) -> None:
    pages = walk(asked())
    gone = pages[0].rows[0].id
    own = (Case.__table__.c.tenant_id == TENANT) & (Case.__table__.c.id == gone)
    db.session.execute(update(Case.__table__).where(own).values(is_open=False))
    second = inbox.page(TENANT, asked(), place=pages[0].next, size=7)
    assert [one.id for one in second.rows] == [one.id for one in pages[1].rows]


def test_counts_are_those_of_the_lists(rows: list[dict[str, Any]]) -> None:
    found = counts(TENANT, ME, today=TODAY)
    for name in ("open", "overdue", "mine", "nobody"):
        assert getattr(found, name) == sum(WANTED[name][1](r) for r in rows), name
    owed = [r for r in rows if r["is_open"] and not r["answered_at"]]
    assert found.owed == len(owed)
    assert found.today == sum(r["due_on"] == TODAY for r in owed)


def test_another_halls_desk_shows_none_of_them(rows: list[dict[str, Any]]) -> None:
    database.bind(39)
    assert not inbox.page(39, asked(state="all")).rows
    assert not inbox.page(TENANT, asked(state="all")).rows
    assert counts(39, ME, today=TODAY).open == 0


@pytest.mark.usefixtures("country_kept")
def test_a_page_asks_at_most_ten_questions(app: Flask, rows: list[dict[str, Any]]) -> None:
    database.commit()
    make_person(app, "levan", ("operator", TENANT))
    client = sign_in(app, "levan")
    client.get("/zugdidi/desk/")
    asked_: list[str] = []
    engine = db.engine

    def listen(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SET LOCAL")):
            asked_.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        for path in (
            "",
            "?state=closed",
            "?q=idea",
            "?due=overdue&whose=mine",
            "?place=x&sort=old",
        ):
            client.get("/zugdidi/desk/day/")  # what is kept for seconds may be read anew here
            asked_.clear()
            assert client.get(f"/zugdidi/desk/{path}").status_code == 200
            assert len(asked_) <= 8, asked_
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def test_every_order_has_its_index(rows: list[dict[str, Any]]) -> None:
    db.session.execute(text("set local enable_seqscan = off"))
    db.session.execute(text("set local enable_sort = off"))
    plan = db.session.execute(
        text(
            "explain select id from mms.cases where tenant_id = 46 and is_open"
            " and answered_at is null and due_on < '2026-11-18' order by due_on, id limit 26"
        )
    )
    words = "\n".join(line[0] for line in plan)
    assert re.search(r"Index.* using ix_cases_\w+", words), words
    assert "Sort" not in words
