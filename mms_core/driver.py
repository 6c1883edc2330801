"""What goes to psycopg past SQLAlchemy: told to who listens, failing as SQLAlchemy fails."""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from mms_core.plans import is_lost


def send(connection: Connection, sql: str) -> None:
    """Send statements that are answered nothing, such as BEGIN with the scope, at once."""
    tell(connection, sql)
    driver: Any = connection.connection.driver_connection
    try:
        driver.cursor().execute(sql)
    except psycopg.Error as problem:
        raise said_by_sqlalchemy(connection, problem) from problem


def tell(connection: Connection, sql: str, cursor: Any = None) -> None:
    """Tell those who listen to what is sent, such as the law that each names its municipality.

    What has no cursor is no question: nobody waits for its answer.
    """
    connection.dispatch.before_cursor_execute(connection, cursor, sql, (), None, False)


def said_by_sqlalchemy(connection: Connection, problem: psycopg.Error) -> BaseException:
    """Give the driver's error as SQLAlchemy would; what people typed is not in it."""
    driver: Any = connection.connection.driver_connection
    lost = is_lost(problem)
    if lost:
        connection.invalidate(problem)
    return DBAPIError.instance(
        "(statements sent together)",
        None,
        problem,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=lost or driver.closed,
        dialect=connection.dialect,
    )
