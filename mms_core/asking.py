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
from psycopg.sql import quote
from sqlalchemy import ClauseElement
from sqlalchemy.engine import Connection, Dialect

from mms_core import together
from mms_core.driver import said_by_sqlalchemy, tell

Question = tuple[ClauseElement, Mapping[str, Any]]


def ask(
    statement: ClauseElement, values: Mapping[str, Any], *, at: Connection | None = None
) -> list[Any]:
    """Ask a constant statement, of the session or `at` a connection; rows have its columns' names.

    The statement's parameters are bindparams of plain values, all of them named in `values`. A
    text of it that would change with the values, such as a list for IN, is none for here. The
    server plans it once for all values (see `plans`), as it must suit each municipality.
    """
    return ask_all((statement, values), at=at)[0]


def ask_all(*questions: Question, at: Connection | None = None) -> list[list[Any]]:
    """Ask several constant statements in one way to the server and back, in their order."""
    connection = at if at is not None else together.opened()
    asked = [(_written(statement, connection.dialect), values) for statement, values in questions]
    waiting = together.taken_along(connection)
    driver: Any = connection.connection.driver_connection
    cursors = [driver.cursor(row_factory=namedtuple_row) for _question in asked]
    for waits in waiting:
        tell(connection, waits.sql)
    for cursor, (sql, _values) in zip(cursors, asked, strict=True):
        tell(connection, sql, cursor)
    try:
        return _answers(driver, waiting, cursors, asked)
    except psycopg.Error as problem:
        raise said_by_sqlalchemy(connection, problem) from problem


@cache
def _written(statement: ClauseElement, dialect: Dialect) -> str:
    """Give a statement with psycopg's placeholders; values that stand in it already are literals.

    They are our own constants, and the plan depends on them.
    """
    compiled: Any = statement.compile(dialect=dialect)
    sql = str(compiled)
    for name, value in compiled.params.items():
        if not compiled.binds[name].required:
            sql = sql.replace(f"%({name})s", quote(value).replace("%", "%%"))
    return sql


def _answers(
    driver: Any, waiting: Sequence[together.Statement], cursors: Sequence[Any], asked: Sequence[Any]
) -> list[list[Any]]:
    if not waiting and len(asked) == 1:
        return [cursors[0].execute(*asked[0], prepare=True).fetchall()]
    with driver.pipeline():
        together.execute(driver, waiting)
        for cursor, question in zip(cursors, asked, strict=True):
            cursor.execute(*question, prepare=True)
    return [cursor.fetchall() for cursor in cursors]
