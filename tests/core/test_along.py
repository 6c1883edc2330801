"""What goes by something unsettled is done again where that does not hold, and never answered."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from case_town import TSKALTUBO, hall
from flask import Flask
from werkzeug.wrappers import Response

from mms_core import db as database
from mms_core.along import OtherwiseError, go_by, surely
from mms_core.asking import ask
from mms_core.db import db
from mms_core.errors import NotFound

ONE = sa.select(sa.literal_column("1").label("one"))
OTHER = Response("the first one's answer")


def refuse(_rows: list[Any]) -> None:
    raise OtherwiseError


def unsettled(tried: list[str], *, answer: Response | None = None, holds: bool = False) -> None:
    def again() -> Response | None:
        tried.append("again")
        return answer

    go_by((lambda _rows: None) if holds else refuse, (ONE, {}), again=again)


@pytest.mark.parametrize("asks", [True, False])
def test_work_that_does_not_hold_is_done_again_whether_it_asks_or_not(
    app: Flask, *, asks: bool
) -> None:
    tried: list[str] = []

    def work() -> str:
        tried.append("work")
        if asks:
            ask(ONE, {})
        return f"answer {len(tried)}"

    with hall(app, TSKALTUBO):
        unsettled(tried)
        assert surely(work, last=True) == "answer 3"
    assert tried == ["work", "again", "work"]


def test_what_holds_is_done_once_also_where_it_is_asked_last(app: Flask) -> None:
    tried: list[str] = []
    with hall(app, TSKALTUBO):
        unsettled(tried, holds=True)
        assert surely(lambda: "answer", last=True) == "answer"
        assert surely(lambda: "later") == "later", "and nothing is unsettled any more"
    assert tried == []


@pytest.mark.parametrize("holds", [True, False])
def test_a_refusal_counts_only_if_what_it_goes_by_holds(app: Flask, *, holds: bool) -> None:
    tried: list[str] = []

    def work() -> str:
        if tried:
            return "let in"
        raise NotFound

    with hall(app, TSKALTUBO):
        unsettled(tried, holds=holds)
        if holds:
            with pytest.raises(NotFound):
                surely(work)
        else:
            assert surely(work) == "let in"


def test_where_another_answer_is_there_nothing_is_done_again_and_all_is_undone(app: Flask) -> None:
    tried: list[str] = []

    def work() -> str:
        tried.append("work")
        db.session.execute(sa.text("create temporary table half (n int) on commit drop"))
        ask(ONE, {})
        return "mine"

    with hall(app, TSKALTUBO):
        unsettled(tried, answer=OTHER)
        assert surely(work, last=True) is OTHER
        assert db.session.scalar(sa.text("select to_regclass('half')")) is None
    assert tried == ["work", "again"]


def test_an_outage_is_told_as_one(app: Flask) -> None:
    tried: list[str] = []

    def work() -> str:
        db.session.execute(sa.text("select 1 / 0"))
        return "never"

    with hall(app, TSKALTUBO):
        unsettled(tried)
        with pytest.raises(sa.exc.DBAPIError, match="division by zero"):
            surely(work, last=True)
        database.rollback()
    assert tried == []
