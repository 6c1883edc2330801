"""Statements whose answers nobody waits for go to the server together, in one way there and back.

They wait beside the connection and leave, in their order, just before the next statement that is
asked something, or with the COMMIT. What goes wrong in one of them is raised there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Json, Jsonb
from sqlalchemy import Engine, Table, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from mms_core.db import ALONG, db
from mms_core.driver import BEFORE, commit, exchange, roll_back
from mms_core.wire import Statement, numbered

WAITING = "mms_together"  # the list's name in what SQLAlchemy keeps beside a connection
LAST = "mms_together_last"  # the list of what leaves with the COMMIT, whatever is asked before
COMMIT = Statement("COMMIT", once=True)
SEVERAL = "SELECT * FROM json_to_recordset(%s) AS several"
OPEN = "mms_connection"  # the running transaction's connection, in the session's info


class Waits(NamedTuple):
    """What waits: SQL with psycopg's `%s` and its values; `changes` names the one table it changes.

    `calls` says that the SQL is a function's call, which is put after a SELECT.
    """

    sql: str
    values: Sequence[Any] = ()
    changes: str = ""
    calls: bool = False


def run(sql: str, values: Sequence[Any] = (), *, changes: str = "") -> None:
    """Let a statement, with psycopg's `%s`, go with the next ones; its answer is not read.

    One that `changes` rows of one table, and sees what no other that waits has written, can become
    one statement with others.
    """
    _keep(WAITING, Waits(sql, values, changes))


def call(sql: str, values: Sequence[Any] = ()) -> None:
    """Let a function's call, with psycopg's `%s`, go with the next statements, as one with them."""
    _keep(WAITING, Waits(sql, values, calls=True))


def _keep(where: str, statement: Waits) -> None:
    opened().info.setdefault(where, []).append(statement)


def opened() -> Connection:
    """Give the connection of the running transaction, which is begun if there is none."""
    session = db.session()
    connection: Connection = session.info.get(OPEN) or session.connection()
    return connection


def opened_along() -> Connection:
    """Give the same to who sends something at once, with which BEGIN goes if there is none."""
    info = db.session().info
    connection: Connection | None = info.get(OPEN)
    if connection is not None:
        return connection
    info[ALONG] = True
    try:
        return opened()
    finally:
        del info[ALONG]


def is_open() -> bool:
    """Tell whether a transaction of this session is running."""
    return OPEN in db.session().info


@event.listens_for(Session, "after_begin")
def _begun(session: Session, _transaction: object, connection: Connection) -> None:
    session.info[OPEN] = connection  # asking the session for it each time costs more than a row


@event.listens_for(Session, "after_transaction_end")
def _ended(session: Session, _transaction: object) -> None:
    session.info.pop(OPEN, None)


def insert_last(table: Table, row: Mapping[str, Any]) -> None:
    """Let a row go with the COMMIT, which no question of this transaction waits for or reads."""
    _keep(LAST, _written(table, row))


def insert(table: Table, *rows: Mapping[str, Any]) -> None:
    """Let new rows go with the next statements; what is not given has the server's default.

    All rows name the same columns (KeyError); several have no bytes (TypeError, when they leave).
    """
    _keep(WAITING, _written(table, *rows))


def _written(table: Table, *rows: Mapping[str, Any]) -> Waits:
    names = tuple(rows[0])
    sql, several, documents = _insert(table, names)
    if len(rows) > 1:
        whole = [{name: row[name] for name in names} for row in rows]
        return Waits(several, [Json(whole, dumps=_dumped)], changes=table.fullname)
    row = rows[0]
    values = [Jsonb(row[name]) if name in documents else row[name] for name in names]
    return Waits(sql, values, changes=table.fullname)


@cache
def _insert(table: Table, names: tuple[str, ...]) -> tuple[str, str, frozenset[str]]:
    """Write an INSERT of one row, and one of any number; name the columns with documents.

    Several rows are one value, so that their text is always the same.
    """
    columns = ", ".join(f'"{name}"' for name in names)
    types = {name: table.c[name].type for name in names}
    into = f"INSERT INTO {table.fullname} ({columns})"
    typed = ", ".join(f'"{n}" {one.compile(db.engine.dialect)}' for n, one in types.items())
    return (
        f"{into} VALUES ({', '.join(['%s'] * len(names))})",
        f"{into} {SEVERAL} ({typed})",
        frozenset(name for name, one in types.items() if isinstance(one, JSONB)),
    )


def _text(value: Any) -> str:
    """Write a value as the server reads it; TypeError for what would arrive as something else."""
    if isinstance(value, UUID | date | time | Decimal):
        return str(value)
    raise TypeError(f"several rows cannot have a {type(value).__name__}")


_dumped = json.JSONEncoder(ensure_ascii=False, default=_text).encode


# --- leaving -------------------------------------------------------------------------------------


@event.listens_for(Engine, "before_cursor_execute")
def _before_a_question(connection: Connection, *_statement: object) -> None:
    leave(connection)


@event.listens_for(Engine, "commit")
def _with_the_commit(connection: Connection) -> None:
    last = connection.info.pop(LAST, None)
    if last:
        connection.info.setdefault(WAITING, []).extend(last)
    if connection.info.get(WAITING):
        leave(connection, last=COMMIT)
    else:
        connection.info.pop(BEFORE, None)
        commit(connection)


@event.listens_for(Engine, "rollback")
def _forgotten(connection: Connection) -> None:
    if not connection.invalidated:  # then nothing waits any more
        connection.info.pop(WAITING, None)
        connection.info.pop(LAST, None)
        connection.info.pop(BEFORE, None)
        roll_back(connection)


def leave(connection: Connection, *, last: Statement | None = None) -> None:
    """Send what waits now, as before the driver's connection is used past SQLAlchemy."""
    waiting = taken_along(connection)
    if waiting or BEFORE in connection.info:
        exchange(connection, [*waiting, last] if last else waiting)


def taken_along(connection: Connection) -> list[Statement]:
    """Give what waits beside a connection, as few statements, and wait for it no longer.

    A statement of its own costs several times what its row does.
    """
    waiting: list[Waits] = connection.info.pop(WAITING, [])
    return [_as_one(group) for group in _groups(waiting)]


def _groups(waiting: Iterable[Waits]) -> Iterator[list[Waits]]:
    """Part statements into what goes as one: a change of a table each, whose order is no matter."""
    group: list[Waits] = []
    tables: set[str] = set()
    for one in waiting:
        alone = not one.changes and not one.calls
        if group and (alone or "" in tables or one.changes in tables):
            yield group
            group, tables = [], set()
        group.append(one)
        if not one.calls:
            tables.add(one.changes)
    if group:
        yield group


def _as_one(group: Sequence[Waits]) -> Statement:
    """Make a group's statement; the values stay parameters."""
    ordered = sorted(group, key=lambda one: one.calls)
    sql = _in_one(tuple(one.sql for one in ordered), sum(one.calls for one in ordered))
    return Statement(sql, [value for one in ordered for value in one.values])


@lru_cache(maxsize=512)
def _in_one(parts: tuple[str, ...], calls: int) -> str:
    """Write changes, and after them calls of functions, as one statement."""
    changes, called = parts[: len(parts) - calls], parts[len(parts) - calls :]
    last = f"SELECT {', '.join(called)}" if called else changes[-1]
    named = changes if called else changes[:-1]
    before = ", ".join(f"a{number} AS ({sql})" for number, sql in enumerate(named))
    return numbered(f"WITH {before} {last}" if before else last)[0]
