"""What waits beside a connection, and leaves with what is asked next or with the COMMIT.

`together` is how rooms and modules let something wait. Here stands how it leaves: in its order, and
as few statements, because a statement of its own costs several times what its row does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from mms_core import driver
from mms_core.driver import BEFORE
from mms_core.wire import Statement, numbered

WAITING = "mms_waiting"  # the list's name in what SQLAlchemy keeps beside a connection
LAST = "mms_waiting_last"  # the list of what leaves with the COMMIT, whatever is asked before
WROTE = "mms_wrote"  # that something was written already in the transaction
KEPT = frozenset({WAITING, LAST, BEFORE, WROTE})  # beside a connection, until its transaction ends
COMMIT = Statement("COMMIT", once=True, ends=True)


class Waits(NamedTuple):
    """What waits: SQL with psycopg's `%s` and its values; `changes` names the one table it changes.

    `calls` says that the SQL is a function's call, which is put after a SELECT.
    """

    sql: str
    values: Sequence[Any] = ()
    changes: str = ""
    calls: bool = False


@event.listens_for(Engine, "before_cursor_execute")
def _before_a_question(connection: Connection, cursor: object, *_statement: object) -> None:
    if cursor is not None and not isinstance(cursor, Statement):  # what `exchange` tells of
        leave(connection)


@event.listens_for(Engine, "commit")
def commit(connection: Connection) -> None:
    """Commit a transaction; what waits goes along."""
    last = connection.info.pop(LAST, None)
    if last:
        connection.info.setdefault(WAITING, []).extend(last)
    if connection.info.get(WAITING):
        leave(connection, last=COMMIT)
    else:
        connection.info.pop(BEFORE, None)
        driver.commit(connection)
    connection.info.pop(WROTE, None)


@event.listens_for(Engine, "rollback")
def roll_back(connection: Connection) -> None:
    """Undo a transaction, and forget what waits."""
    if connection.closed or connection.invalidated:
        return  # then nothing waits any more
    for kept in KEPT:
        connection.info.pop(kept, None)
    driver.roll_back(connection)


def leave(connection: Connection, *, last: Statement | None = None) -> None:
    """Send what waits now, as before the driver's connection is used past SQLAlchemy."""
    waiting = taken_along(connection)
    if waiting or BEFORE in connection.info:
        driver.exchange(connection, [*waiting, last] if last else waiting)


def taken_along(connection: Connection) -> list[Statement]:
    """Give what waits beside a connection, as few statements, and wait for it no longer."""
    waiting: list[Waits] = connection.info.pop(WAITING, [])
    if waiting:
        connection.info[WROTE] = True
    return [_as_one(group) for group in _groups(waiting)]


def only_asked(connection: Connection) -> bool:
    """Tell whether nothing was written in the transaction, and nothing waits to be."""
    return not any(kept in connection.info for kept in (WAITING, LAST, WROTE))


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
    called = [one for one in group if one.calls]
    ordered = [one for one in group if not one.calls] + called
    sql = _in_one(tuple([one.sql for one in ordered]), len(called))
    return Statement(sql, [value for one in ordered for value in one.values])


@lru_cache(maxsize=512)
def _in_one(parts: tuple[str, ...], calls: int) -> str:
    """Write changes, and after them calls of functions, as one statement."""
    changes, called = parts[: len(parts) - calls], parts[len(parts) - calls :]
    last = f"SELECT {', '.join(called)}" if called else changes[-1]
    named = changes if called else changes[:-1]
    before = ", ".join(f"a{number} AS ({sql})" for number, sql in enumerate(named))
    return numbered(f"WITH {before} {last}" if before else last)[0]
