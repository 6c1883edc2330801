"""Statements whose answers nobody waits for go to the server together, in one way there and back.

They wait beside the connection and leave, in their order, just before the next statement that is
asked something, or with the COMMIT. What goes wrong in one of them is raised there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from psycopg.types.json import Json, Jsonb
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection

from mms_core.db import db
from mms_core.session import OPEN
from mms_core.waiting import LAST, WAITING, Waits

FEW = 4  # rows whose values go one by one: three of them cost an eighth less than as a document
SEVERAL = "SELECT * FROM json_to_recordset(%s) AS several"


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
    """Give the running transaction's connection; one is begun if there is none.

    BEGIN then goes with the first statement.
    """
    session: Any = db.session()
    connection: Connection = session.opened()
    return connection


def is_open() -> bool:
    """Tell whether a transaction of this session is running."""
    return OPEN in db.session().info


def insert_last(table: Table, row: Mapping[str, Any]) -> None:
    """Let a row go with the COMMIT, which no question of this transaction waits for or reads."""
    _keep(LAST, _written(table, row))


def insert(table: Table, *rows: Mapping[str, Any]) -> None:
    """Let new rows go with the next statements; what is not given has the server's default.

    All rows name the same columns (KeyError); many have no bytes (TypeError, when they leave).
    """
    _keep(WAITING, _written(table, *rows))


def _written(table: Table, *rows: Mapping[str, Any]) -> Waits:
    names = tuple(rows[0])
    if len(rows) > FEW:
        whole = [{name: row[name] for name in names} for row in rows]
        values: list[Any] = [Json(whole, dumps=_dumped)]
        return Waits(_insert_many(table, names), values, changes=table.fullname)
    sql, documents = _insert(table, names, len(rows))
    values = [
        Jsonb(row[name]) if name in documents else row[name] for row in rows for name in names
    ]
    return Waits(sql, values, changes=table.fullname)


@cache
def _insert(table: Table, names: tuple[str, ...], rows: int) -> tuple[str, frozenset[str]]:
    """Write an INSERT of a few rows, and name the columns with documents."""
    row = f"({', '.join(['%s'] * len(names))})"
    sql = f"{_into(table, names)} VALUES {', '.join([row] * rows)}"
    return sql, frozenset(name for name in names if isinstance(table.c[name].type, JSONB))


@cache
def _insert_many(table: Table, names: tuple[str, ...]) -> str:
    """Write an INSERT of any number of rows, which are one value: its text is always the same."""
    typed = ", ".join(f'"{n}" {table.c[n].type.compile(db.engine.dialect)}' for n in names)
    return f"{_into(table, names)} {SEVERAL} ({typed})"


def _into(table: Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table.fullname} ({columns})"


def _text(value: Any) -> str:
    """Write a value as the server reads it; TypeError for what would arrive as something else."""
    if isinstance(value, UUID | date | time | Decimal):
        return str(value)
    raise TypeError(f"several rows cannot have a {type(value).__name__}")


_dumped = json.JSONEncoder(ensure_ascii=False, default=_text).encode
