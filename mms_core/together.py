"""Statements whose answers nobody waits for go to the server together, in one way there and back.

They wait beside the connection and leave, in their order, just before the next statement that is
asked something, or with the COMMIT. What goes wrong in one of them is raised there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar

from psycopg.types.json import Jsonb
from sqlalchemy import Engine, Table, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, make_transient_to_detached

from mms_core.db import ScopeMissingError, TenantScoped, db
from mms_core.driver import commit, exchange, roll_back
from mms_core.wire import Statement, numbered

Row = TypeVar("Row", bound=Any)
WAITING = "mms_together"  # the list's name in what SQLAlchemy keeps beside a connection
LAST = "mms_together_last"  # the list of what leaves with the COMMIT, whatever is asked before
COMMIT = Statement("COMMIT", once=True)
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

    All rows name the same columns.
    """
    _keep(WAITING, _written(table, *rows))


def _written(table: Table, *rows: Mapping[str, Any]) -> Waits:
    names = tuple(rows[0])
    sql, makers = _insert(table, names, many=len(rows) > 1)
    made = [
        [make(row[name]) if make else row[name] for name, make in zip(names, makers, strict=True)]
        for row in rows
    ]
    values = made[0] if len(rows) == 1 else [list(column) for column in zip(*made, strict=True)]
    return Waits(sql, values, changes=table.fullname)


@cache
def _insert(table: Table, names: tuple[str, ...], *, many: bool) -> tuple[str, tuple[Any, ...]]:
    """Write an INSERT of one row, or of as many as its arrays have: the text is always the same."""
    columns = ", ".join(f'"{name}"' for name in names)
    types = [table.c[name].type for name in names]
    makers = tuple(Jsonb if isinstance(one, JSONB) else None for one in types)
    rows, marks = "VALUES ", ["%s"] * len(names)
    if many:
        rows = "SELECT * FROM unnest"
        marks = [f"%s::{one.compile(dialect=db.engine.dialect)}[]" for one in types]
    return f"INSERT INTO {table.fullname} ({columns}) {rows}({', '.join(marks)})", makers


def keep(row: Row) -> Row:
    """Keep a new row of a model like `db.session.add`, but written with the next statements.

    From now on the session takes it for a row that is there: a later change of it is an UPDATE.
    Raises ScopeMissingError when it belongs to another municipality than the session.
    """
    session, given = db.session(), vars(row)
    if isinstance(row, TenantScoped) and row.tenant_id != session.info.get("tenant_id"):
        raise ScopeMissingError(f"A row of {type(row).__name__} is not of the bound municipality.")
    model: Any = type(row)
    names, defaults = _model(model)
    for name, default in defaults.items():
        if name not in given:
            setattr(row, name, default())
    insert(model.__table__, {name: given[name] for name in names if name in given})
    make_transient_to_detached(row)
    session.add(row)
    return row


@cache
def _model(model: Any) -> tuple[list[str], dict[str, Callable[[], Any]]]:
    """Name a model's columns, and say what each has that was not given (None if it may be empty).

    A default of the server's is left to it.
    """
    columns = model.__table__.columns
    defaults = {c.name: _default(c) for c in columns if c.server_default is None}
    return [c.name for c in columns], {name: made for name, made in defaults.items() if made}


def _default(column: Any) -> Callable[[], Any] | None:
    if column.default is None:
        return (lambda: None) if column.nullable else None
    made = column.default.arg
    return (lambda: made(None)) if column.default.is_callable else (lambda: made)


# --- leaving -------------------------------------------------------------------------------------


@event.listens_for(Engine, "before_cursor_execute")
def _before_a_question(connection: Connection, *_statement: object) -> None:
    _leave(connection)


@event.listens_for(Engine, "commit")
def _with_the_commit(connection: Connection) -> None:
    last = connection.info.pop(LAST, None)
    if last:
        connection.info.setdefault(WAITING, []).extend(last)
    if connection.info.get(WAITING):
        _leave(connection, last=COMMIT)
    else:
        commit(connection)


@event.listens_for(Engine, "rollback")
def _forgotten(connection: Connection) -> None:
    if not connection.invalidated:  # then nothing waits any more
        connection.info.pop(WAITING, None)
        connection.info.pop(LAST, None)
        roll_back(connection)


def leave() -> None:
    """Send what waits now, as before the driver's connection is used past SQLAlchemy."""
    _leave(db.session.connection())


def _leave(connection: Connection, *, last: Statement | None = None) -> None:
    waiting = taken_along(connection)
    if waiting:
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
