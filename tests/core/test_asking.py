"""Questions that are constants: filled in, answered by name, together, and never unseen."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from case_town import TSKALTUBO, ZUGDIDI, hall
from flask import Flask

from mms_core import db as database
from mms_core import together, waiting
from mms_core.asking import ask, ask_ahead, ask_all, ask_last, ask_now
from mms_core.changes import PublicChange
from mms_core.db import db
from mms_core.errors import NotFound

CHANGES = PublicChange.__table__
MARKED = (
    sa.select(CHANGES.c.module, sa.literal("%", sa.Text).label("sign"))
    .where(CHANGES.c.tenant_id == sa.bindparam("tenant"), CHANGES.c.module.like("asked%"))
    .order_by(CHANGES.c.no)
    .limit(5)
)
HOW_MANY = sa.text("select count(*) as n from mms.public_change where tenant_id = :tenant")
ODD = sa.text("select cast(:word as text) as said")
SCOPE = sa.text("select current_setting('app.tenant_id') as hall")
WRONG = sa.text("select no_such_column from mms.public_change where tenant_id = :tenant")


def test_a_question_takes_along_what_waits_and_is_answered_by_name(app: Flask) -> None:
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    with hall(app, TSKALTUBO):
        before = ask(HOW_MANY, {"tenant": TSKALTUBO})[0].n
        together.insert(CHANGES, {"tenant_id": TSKALTUBO, "module": "asked"})
        sa.event.listen(db.engine, "before_cursor_execute", hear)
        marked, counted = ask_all(
            (MARKED, {"tenant": TSKALTUBO}), (HOW_MANY, {"tenant": TSKALTUBO})
        )
        sa.event.remove(db.engine, "before_cursor_execute", hear)
        assert [(row.module, row.sign) for row in marked] == [("asked", "%")]
        assert counted[0].n == before + 1
        assert [one.split()[0].lower() for one in heard] == ["insert", "select", "select"]
        database.rollback()
        assert ask(HOW_MANY, {"tenant": TSKALTUBO})[0].n == before, "it was one transaction"


def test_a_value_that_was_forgotten_is_refused_and_a_wrong_question_is_said(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        for statement, values in ((HOW_MANY, {}), (WRONG, {"tenant": TSKALTUBO})):
            with pytest.raises(sa.exc.ProgrammingError):
                ask(statement, values)
            database.rollback()
        assert ask(HOW_MANY, {"tenant": TSKALTUBO})


def test_a_question_goes_ahead_of_the_next_and_is_told_first(app: Flask, ways: list[int]) -> None:
    told: list[str] = []
    with hall(app, TSKALTUBO):
        for put in (ask_all, ask_last):
            ask_ahead(lambda rows: told.append(rows[0].hall), (SCOPE, {}))
            assert ways == []
            (said,) = put((ODD, {"word": "asked"}))
            assert [row.said for row in said] == ["asked"]
            assert told == [str(TSKALTUBO)]
            put((ODD, {"word": "again"}))
            assert told == [str(TSKALTUBO)], "it goes once"
            assert len(ways) == 2
            told.clear()
            ways.clear()


def test_what_was_to_go_ahead_can_be_asked_at_once_or_be_forgotten(app: Flask) -> None:
    told: list[str] = []
    with hall(app, TSKALTUBO):
        ask_ahead(lambda rows: told.append(rows[0].hall), (SCOPE, {}))
        ask_now()
        ask_now()
        assert told == [str(TSKALTUBO)]
        ask_ahead(lambda _rows: told.append("of what was undone"), (SCOPE, {}))
        database.rollback()
        ask(ODD, {"word": "asked"})
        assert told == [str(TSKALTUBO)]


def test_what_goes_ahead_belongs_to_the_municipality_in_which_it_was_asked(app: Flask) -> None:
    told: list[str] = []
    with hall(app, TSKALTUBO):
        ask_ahead(lambda rows: told.append(rows[0].hall), (SCOPE, {}))
        with database.scope(ZUGDIDI):
            assert [row.hall for row in ask(SCOPE, {})] == [str(ZUGDIDI)]
    assert told == [str(TSKALTUBO)]


def test_nobody_sees_an_answer_where_the_one_before_refuses(app: Flask) -> None:
    def refuse(_rows: list[Any]) -> None:
        raise NotFound

    with hall(app, TSKALTUBO):
        for put in (ask_all, ask_last):
            ask_ahead(refuse, (SCOPE, {}))
            with pytest.raises(NotFound):
                put((ODD, {"word": "asked"}))
            assert [row.said for row in ask(ODD, {"word": "later"})] == ["later"]


def test_begin_goes_with_the_first_question_and_never_stays_behind(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        with pytest.raises(sa.exc.ProgrammingError):
            ask(HOW_MANY, {})
        assert db.session.execute(SCOPE).scalar_one() == str(TSKALTUBO), "the transaction goes on"
        database.commit()
        together.opened()  # and then something breaks before anything was asked
        database.rollback()
        together.opened()
        database.commit()
    with hall(app, ZUGDIDI):
        assert db.session.execute(SCOPE).scalar_one() == str(ZUGDIDI)
        database.commit()
        waiting.leave(together.opened())
        assert db.session.execute(SCOPE).scalar_one() == str(ZUGDIDI)
        database.commit()
        assert [row.hall for row in ask(SCOPE, {})] == [str(ZUGDIDI)]


def test_a_constant_is_written_out_and_a_value_is_not(app: Flask) -> None:
    sent: list[str] = []

    def hear(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(f"{'asks' if cursor is not None else 'tells'} {statement}")

    typed = "'; select 1 --\\ %s %(word)s"
    with hall(app, TSKALTUBO):
        database.commit()
        sa.event.listen(db.engine, "before_cursor_execute", hear)
        (odd,) = ask(ODD, {"word": typed})
        ask(MARKED, {"tenant": TSKALTUBO})
        sa.event.remove(db.engine, "before_cursor_execute", hear)
        begin, scope, first, second = sent
        assert (begin, odd.said) == ("tells BEGIN", typed)
        assert scope.startswith("tells SET LOCAL app.tenant_id")
        assert "$1" in first
        assert typed not in first
        assert "LIMIT 5" in second
        assert "'%'::VARCHAR AS" in second
        assert str(TSKALTUBO) not in second


def test_a_first_question_that_fails_leaves_nothing_behind(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        with pytest.raises(sa.exc.ProgrammingError):
            ask(WRONG, {"tenant": TSKALTUBO})
        database.rollback()
        assert ask(SCOPE, {})[0].hall == str(TSKALTUBO)
