"""Questions that are written once, as a constant, and put to the driver itself.

SQLAlchemy writes each of them once; what it does besides at every execution costs more than most
answers. What waits beside the connection (`together`) goes along in the same way there and back,
and so can several questions whose answers do not depend on each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import ClauseElement
from sqlalchemy.engine import Connection, Dialect

from mms_core import together
from mms_core.db import OPENED_BY_ASKING, db, opening

Question = tuple[ClauseElement, Mapping[str, Any]]


def ask(statement: ClauseElement, values: Mapping[str, Any]) -> list[Any]:
    """Ask a constant statement; its rows have the names of its columns.

    The statement's parameters are bindparams of plain values, all of them named in `values`. A
    text of it that would change with the values, such as a list for IN, is none for here.
    """
    return ask_all((statement, values))[0]


def ask_first(statement: ClauseElement, values: Mapping[str, Any]) -> list[Any]:
    """Ask a constant statement that is mostly the first one of a transaction.

    BEGIN and the scope go along in one text, in which the driver writes the values out: numbers
    and keys that we made, never what a person typed.
    """
    session = db.session()
    if together.is_open():
        return ask(statement, values)
    session.info[OPENED_BY_ASKING] = True
    try:
        connection = together.opened()
    finally:
        session.info.pop(OPENED_BY_ASKING, None)
    begin = opening(session, connection)
    sql, known = _filled(statement, values, connection)
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor(row_factory=namedtuple_row)
    together.tell(connection, begin)
    together.tell(connection, sql, cursor)
    try:
        cursor.execute(f"{begin}; {psycopg.ClientCursor(driver).mogrify(sql, known)}")
        while cursor.nextset():
            pass
        return list(cursor.fetchall())
    except psycopg.Error as problem:
        raise together.said_by_sqlalchemy(connection, problem) from problem


def ask_all(*questions: Question) -> list[list[Any]]:
    """Ask several constant statements in one way to the server and back, in their order."""
    connection = together.opened()
    asked = [_filled(statement, values, connection) for statement, values in questions]
    waiting = together.taken_along(connection)
    driver: Any = connection.connection.driver_connection
    cursors = [driver.cursor(row_factory=namedtuple_row) for _question in asked]
    for waits in waiting:
        together.tell(connection, waits.sql)
    for cursor, (sql, _filled_in) in zip(cursors, asked, strict=True):
        together.tell(connection, sql, cursor)
    try:
        return _answers(driver, waiting, cursors, asked)
    except psycopg.Error as problem:
        raise together.said_by_sqlalchemy(connection, problem) from problem


def _filled(
    statement: ClauseElement, values: Mapping[str, Any], connection: Connection
) -> tuple[str, Mapping[str, Any]]:
    sql, constants = _written(statement, connection.dialect)
    return sql, {**constants, **values}


@cache
def _written(statement: ClauseElement, dialect: Dialect) -> tuple[str, Mapping[str, Any]]:
    """Give a statement with psycopg's placeholders, and the values that stand in it already."""
    compiled: Any = statement.compile(dialect=dialect)
    known = {n: v for n, v in compiled.params.items() if not compiled.binds[n].required}
    return str(compiled), known


def _answers(
    driver: Any, waiting: Sequence[together.Statement], cursors: Sequence[Any], asked: Sequence[Any]
) -> list[list[Any]]:
    if not waiting and len(asked) == 1:
        return [cursors[0].execute(*asked[0]).fetchall()]
    with driver.pipeline():
        together.execute(driver, waiting)
        for cursor, question in zip(cursors, asked, strict=True):
            cursor.execute(*question)
    return [cursor.fetchall() for cursor in cursors]
