"""A session's connection is at hand for the next one as long as nothing is left on it."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from case_town import TSKALTUBO, ZUGDIDI, hall
from flask import Flask
from psycopg.pq import TransactionStatus

from mms_core import at_rest
from mms_core import db as database
from mms_core.asking import ask
from mms_core.config import Settings
from mms_core.db import db

ME = sa.select(
    sa.literal_column("pg_backend_pid()").label("pid"),
    sa.literal_column("current_setting('app.tenant_id', true)").label("hall"),
    sa.literal_column("current_setting('transaction_isolation')").label("level"),
)


@pytest.fixture(autouse=True)
def nobody_is_at_hand(app: Flask, country_kept: None) -> Iterator[None]:
    """Begin without any, the municipalities having been read: SQLAlchemy's own go to the pool."""
    with hall(app, TSKALTUBO):
        pass
    with app.app_context():
        db.engine.dispose()
    yield
    with app.app_context():
        db.engine.dispose()


def me(app: Flask, tenant_id: int = TSKALTUBO) -> Any:
    with hall(app, tenant_id):
        return ask(ME, {})[0]


def kept(app: Flask) -> int:
    with app.app_context():
        return len(at_rest.kept(db.engine))


def test_the_next_session_has_it_with_its_own_municipality(app: Flask) -> None:
    first, second = me(app), me(app, ZUGDIDI)
    assert first.pid == second.pid
    assert (first.hall, second.hall) == (str(TSKALTUBO), str(ZUGDIDI))
    assert kept(app) == 1


def test_what_somebody_set_for_one_transaction_is_on_none_that_is_kept(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        assert ask(ME, {})[0].level == "repeatable read"
    assert me(app).level == "read committed"


def test_one_that_the_server_has_closed_is_given_up(app: Flask, settings: Settings) -> None:
    first = me(app)
    assert kept(app) == 1
    with psycopg.connect(str(settings.database_url).replace("+psycopg", "")) as admin:
        admin.execute("select pg_terminate_backend(%s, 5000)", [first.pid])
    assert me(app).pid != first.pid
    assert kept(app) == 1


def test_one_within_a_transaction_of_the_drivers_is_not_kept(app: Flask) -> None:
    with hall(app, TSKALTUBO):
        first = ask(ME, {})[0]
        database.commit()
        left = at_rest.take(db.engine)
        driver: Any = left.connection.driver_connection
        driver.pgconn.exec_(b"begin")
        at_rest.leave(left)
        assert at_rest.kept(db.engine) == ()
        assert driver.info.transaction_status == TransactionStatus.IDLE, "the pool has undone it"
    assert me(app).pid == first.pid


def test_no_more_are_kept_than_threads_serve(app: Flask) -> None:
    many = at_rest.MOST + 2
    start = Barrier(many)

    def work() -> None:
        with hall(app, TSKALTUBO):
            ask(ME, {})
            start.wait()

    threads = [Thread(target=work) for _place in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(app) == at_rest.MOST
    with app.app_context():
        pool: Any = db.engine.pool
        assert pool.checkedout() == at_rest.MOST
        db.engine.dispose()
        assert at_rest.kept(db.engine) == ()
