"""A transaction is one, whether questions, waiting rows or the session itself work in it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from case_town import TSKALTUBO, ZUGDIDI, hall
from flask import Flask
from psycopg.pq import TransactionStatus
from sqlalchemy.engine import Connection

from mms_core import at_rest, together, waiting
from mms_core import db as database
from mms_core.asking import ask, ask_last, planned_once
from mms_core.changes import PublicChange
from mms_core.db import db
from mms_core.driver import said_by_sqlalchemy
from mms_core.session import OWN, ScopeMissingError

CHANGES = PublicChange.__table__
PID = sa.text("select pg_backend_pid() as pid")
WRITTEN = sa.text(
    "insert into mms.public_change (tenant_id, module) values (:tenant, 'own-undone') returning no"
)
SCOPE = sa.text("select current_setting('app.tenant_id', true) as hall")
MARKS = (
    sa.select(PublicChange.module).where(PublicChange.module.like("own-%")).order_by(CHANGES.c.no)
)


def mark(module: str) -> None:
    together.insert(CHANGES, {"tenant_id": database.bound(), "module": f"own-{module}"})


def marks() -> list[str]:
    found = [name.removeprefix("own-") for name in db.session.scalars(MARKS)]
    database.rollback()
    return found


def idle(app: Flask) -> bool:
    """Tell whether every connection has been given back or is at hand, with nothing left in it."""
    with app.app_context():
        pool: Any = db.engine.pool
        at_hand = at_rest.kept(db.engine)
        if pool.checkedout() != len(at_hand):
            return False
        with db.engine.connect() as fresh:
            return all(is_clean(connection) for connection in (*at_hand, fresh))


def is_clean(connection: Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status != TransactionStatus.IDLE:
        return False
    said = driver.execute(str(SCOPE)).fetchone()[0]
    return not (connection.in_transaction() or waiting.KEPT & set(connection.info) or said)


def test_the_session_joins_what_a_question_began(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        (asked,) = ask(PID, {})
        mark("first")
        assert db.session.execute(PID).scalar_one() == asked.pid
        db.session.add(PublicChange(tenant_id=TSKALTUBO, module="own-second"))
        db.session.flush()
        assert ask(PID, {})[0].pid == asked.pid
        database.commit()
        assert OWN not in db.session.info
        assert marks()[-2:] == ["first", "second"]
    assert idle(app)


def test_a_question_joins_what_the_session_began(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        begun = db.session.execute(PID).scalar_one()
        assert ask(PID, {})[0].pid == begun
        mark("taken along")
        database.commit()
        assert marks()[-1] == "taken along"
    assert idle(app)


def test_a_row_that_only_the_commit_flushes_goes_with_what_was_asked(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        ask(PID, {})
        mark("waits")
        db.session.add(PublicChange(tenant_id=TSKALTUBO, module="own-flushed"))
        database.commit()
        assert marks()[-2:] == ["waits", "flushed"]
        ask(PID, {})
        mark("neither")
        db.session.add(PublicChange(tenant_id=TSKALTUBO, module="own-nor"))
        database.rollback()
        assert marks()[-2:] == ["waits", "flushed"]
    assert idle(app)


def test_a_savepoint_undoes_its_own_part_of_a_transaction_that_a_question_began(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        ask(PID, {})
        mark("before")
        savepoint = db.session.begin_nested()
        mark("within")
        (within,) = ask(PID, {})
        savepoint.rollback()
        mark("after")
        assert ask(PID, {})[0].pid == within.pid
        database.commit()
        assert marks()[-2:] == ["before", "after"]
    assert idle(app)


def test_what_waits_is_written_in_the_municipality_in_which_it_was_said(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        mark("here")  # nothing was sent yet
        with database.scope(ZUGDIDI):
            mark("there")
            assert ask(SCOPE, {})[0].hall == str(ZUGDIDI)
        assert ask(SCOPE, {})[0].hall == str(TSKALTUBO)
        database.commit()
        assert marks()[-1] == "here"
    with hall(app, ZUGDIDI):
        assert marks()[-1] == "there"


def test_what_is_left_open_is_undone_and_the_connection_given_back(app: Flask) -> None:
    for ask_first in (True, False):
        with app.app_context():
            database.bind(TSKALTUBO)
            if ask_first:
                ask(PID, {})
            mark("left")  # and the request breaks here
        assert idle(app)
    with hall(app, TSKALTUBO):
        assert "left" not in marks()


def test_a_connection_that_somebody_leaves_within_a_transaction_comes_back_clean(
    app: Flask,
) -> None:
    with app.app_context():
        connection = db.engine.raw_connection()
        connection.driver_connection.execute("begin; set local app.tenant_id = '39'")
        connection.close()
    assert idle(app)


def test_nothing_begins_without_a_municipality(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ScopeMissingError):
            ask(PID, {})
        with pytest.raises(ScopeMissingError):
            mark_nowhere()
    assert idle(app)


def mark_nowhere() -> None:
    together.insert(CHANGES, {"tenant_id": TSKALTUBO, "module": "own-nowhere"})


def test_a_commit_that_fails_can_be_undone_and_the_session_used_again(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        ask(PID, {})
        together.run("INSERT INTO mms.no_such_table VALUES (%s)", [1])
        with pytest.raises(sa.exc.ProgrammingError):
            database.commit()
        database.rollback()
        mark("afterwards")
        database.commit()
        assert marks()[-1] == "afterwards"
    assert idle(app)


def test_a_last_question_ends_a_transaction_that_only_asked(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        (first,) = ask(PID, {})
        ((last,), (scope,)) = ask_last((PID, {}), (SCOPE, {}))
        assert (last.pid, scope.hall) == (first.pid, str(TSKALTUBO))
        assert OWN not in db.session.info
        assert idle(app)
        assert ask(SCOPE, {})[0].hall == str(TSKALTUBO), "what is asked nevertheless begins anew"
        assert OWN in db.session.info
    assert idle(app)


def test_a_last_question_commits_nothing_that_somebody_wrote(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        mark("undone")
        ask_last((PID, {}))
        assert OWN in db.session.info
        database.rollback()
        ask(WRITTEN, {"tenant": TSKALTUBO})  # a question that writes, such as a form's key
        ask_last((PID, {}))
        assert OWN in db.session.info
        database.rollback()
        ask_last((WRITTEN, {"tenant": TSKALTUBO}))
        assert OWN in db.session.info, "nor what it writes itself"
        database.rollback()
        db.session.add(PublicChange(tenant_id=TSKALTUBO, module="own-undone"))
        db.session.flush()
        ask_last((PID, {}))
        database.rollback()
        database.after_commit(lambda: mark("told"))
        ask_last((PID, {}))
        database.rollback()
        assert not {"undone", "told"} & set(marks())
    assert idle(app)


def test_what_left_with_a_commit_is_no_matter_for_the_next_transaction(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        mark("written")
        database.commit()
        assert idle(app)
        ask_last((PID, {}))
        assert OWN not in db.session.info


def test_a_last_question_that_fails_is_undone_like_any_other(app: Flask) -> None:
    wrong = sa.text("select no_such_column from mms.public_change")
    with hall(app, TSKALTUBO):
        database.commit()
        with pytest.raises(sa.exc.ProgrammingError):
            ask_last((PID, {}), (wrong, {}))
        database.rollback()
        assert ask(SCOPE, {})[0].hall == str(TSKALTUBO)
    assert idle(app)


def test_a_plan_that_is_kept_for_one_question_is_kept_for_no_other(app: Flask) -> None:
    mode = sa.text("select current_setting('plan_cache_mode') as mode")
    once = planned_once(sa.select(sa.func.current_setting("plan_cache_mode").label("mode")))
    with hall(app, TSKALTUBO):
        database.commit()
        ((inside,),) = ask_last((once, {}))
        assert inside.mode in {"force_generic_plan", "auto"}  # as a pooler is between or not
        assert ask(mode, {})[0].mode == "auto"


def test_what_was_begun_is_never_gone_on_with_on_another_connection(app: Flask) -> None:
    """After a connection is given up, no statement runs without its municipality."""
    with hall(app, TSKALTUBO):
        database.commit()
        (first,) = ask(PID, {})
        lost = psycopg.errors.DuplicatePreparedStatement("lost")
        said_by_sqlalchemy(together.opened(), lost)
        for go_on in (lambda: ask(PID, {}), lambda: mark("unscoped"), database.commit):
            with pytest.raises(sa.exc.InvalidRequestError):
                go_on()
        database.rollback()
        assert ask(PID, {})[0].pid != first.pid
        assert ask(SCOPE, {})[0].hall == str(TSKALTUBO)
        database.commit()
    assert idle(app)


def test_a_server_that_went_is_met_once_and_the_next_transaction_finds_another(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with hall(app, TSKALTUBO):
        database.commit()
        ask(PID, {})
        together.opened().connection.driver_connection.close()
        with pytest.raises(sa.exc.DBAPIError):
            ask(PID, {})
        database.rollback()
        assert ask(SCOPE, {})[0].hall == str(TSKALTUBO)
        database.commit()
    assert "Exception during reset" not in caplog.text
    assert idle(app)
