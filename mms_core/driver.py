"""What goes to psycopg past SQLAlchemy: told to who listens, failing as SQLAlchemy fails."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from mms_core.plans import WIRE, is_lost
from mms_core.wire import Rows, Statement, Wire

BEFORE = "mms_before"  # BEGIN and the scope, in a connection's info until the first question
BEGUN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


def exchange(
    connection: Connection,
    told: Sequence[Statement],
    asked: Sequence[Statement] = (),
    *,
    last: Sequence[Statement] = (),
) -> list[Rows]:
    """Send statements in one way there and back; gives the rows of those that are asked."""
    before = [Statement(sql, once=True) for sql in connection.info.pop(BEFORE, ())]
    _tell(connection, (*before, *told))
    _tell(connection, asked, questions=True)
    _tell(connection, last)
    start, end = len(told), len(told) + len(asked)
    try:
        return _wire(connection).send([*told, *asked, *last], before=before)[start:end]
    except psycopg.Error as problem:
        raise said_by_sqlalchemy(connection, problem) from problem


def begin(connection: Connection, scope: Sequence[str], *, along: bool) -> None:
    """Tell the server the scope, and BEGIN before it where no transaction has begun.

    Both go in one way there and back, or `along` with the question that follows at once.
    """
    driver: Any = connection.connection.driver_connection
    told = [*scope] if driver.info.transaction_status else [_begin(driver), *scope]
    connection.info.pop(BEFORE, None)
    if along:
        connection.info[BEFORE] = told
    else:
        _send(connection, "; ".join(told))


def _begin(driver: Any) -> str:
    """Write BEGIN with what was set for the transaction, such as one moment for all it reads."""
    level = driver.isolation_level
    return f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}" if level else "BEGIN"


def _send(connection: Connection, sql: str) -> None:
    _tell(connection, [Statement(sql)])
    try:
        _wire(connection).tell(sql)
    except psycopg.Error as problem:
        raise said_by_sqlalchemy(connection, problem) from problem


def commit(connection: Connection) -> None:
    """Commit a transaction that has begun; the driver then has nothing to do."""
    if _has_begun(connection):
        try:
            _wire(connection).tell("COMMIT")
        except psycopg.Error as problem:
            raise said_by_sqlalchemy(connection, problem) from problem


def roll_back(connection: Connection) -> None:
    """Undo a transaction that has begun; one that fails is left to the driver, which says so."""
    if _has_begun(connection):
        with suppress(psycopg.Error):
            _wire(connection).tell("ROLLBACK")


def _has_begun(connection: Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    return driver.info.transaction_status in BEGUN


def _wire(connection: Connection) -> Wire:
    info = connection.info
    wire: Wire | None = info.get(WIRE)
    if wire is None:  # a connection of no pool, as in a short command
        driver: Any = connection.connection.driver_connection
        wire = info[WIRE] = Wire(driver, keeps=False)
    return wire


def _tell(connection: Connection, sent: Sequence[Statement], *, questions: bool = False) -> None:
    """Tell those who listen to what is sent, such as the law that each names its municipality.

    What has no cursor is no question: nobody waits for its answer.
    """
    listen = connection.dispatch.before_cursor_execute
    for one in sent:
        listen(connection, one if questions else None, one.sql, (), None, False)


def said_by_sqlalchemy(connection: Connection, problem: psycopg.Error) -> BaseException:
    """Give the driver's error as SQLAlchemy would; what people typed is not in it."""
    driver: Any = connection.connection.driver_connection
    lost = is_lost(problem)
    if lost:
        connection.invalidate(problem)
        if not connection.in_transaction():  # begun past SQLAlchemy, which would connect anew
            connection.close()
    return DBAPIError.instance(
        "(statements sent together)",
        None,
        problem,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=lost or driver.closed,
        dialect=connection.dialect,
    )
