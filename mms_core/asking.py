"""Questions that are written once, as a constant, and put to the driver itself.

SQLAlchemy writes each of them once; what it does besides at every execution costs more than most
answers. What waits beside the connection (`together`) goes along in the same way there and back,
and so can several questions whose answers do not depend on each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import psycopg
from psycopg.sql import quote
from sqlalchemy import ClauseElement, Executable, Select, select
from sqlalchemy.engine import Connection, Dialect

from mms_core import waiting
from mms_core.db import db
from mms_core.driver import exchange, said_by_sqlalchemy
from mms_core.rows import made
from mms_core.session import AHEAD
from mms_core.wire import Statement, numbered

Question = tuple[ClauseElement, Mapping[str, Any]]
Told = Callable[..., None]
Asked = TypeVar("Asked", bound=Executable)
Written = tuple[str, tuple[str, ...], bool, bool]  # SQL, its values' names, one plan, only reads
READS = ("SELECT", "(SELECT")
NOTHING: tuple[Told | None, tuple[Question, ...]] = (None, ())  # that waits to go ahead


def ask(
    statement: ClauseElement, values: Mapping[str, Any], *, at: Connection | None = None
) -> list[Any]:
    """Ask a constant statement, of the session or `at` a connection; rows have its columns' names.

    The statement's parameters are bindparams of plain values, all of them named in `values`. A
    text of it that would change with the values, such as a list for IN, is none for here. The
    server plans it once for all values (see `plans`), as it must suit each municipality; one that
    it goes on planning says so with `planned_once`.
    """
    return ask_all((statement, values), at=at)[0]


def ask_all(*questions: Question, at: Connection | None = None) -> list[list[Any]]:
    """Ask several constant statements in one way to the server and back, in their order."""
    if at is not None:
        return exchange(at, waiting.taken_along(at), _statements(at, questions))
    return _put(questions)


def _put(questions: Sequence[Question], *, ends: bool = False) -> list[list[Any]]:
    """Ask the session's questions, after those that wait to go ahead of them.

    The transaction `ends` with them, where nothing but questions has been in it.
    """
    session: Any = db.session()
    connection, (told, ahead) = session.opened(), session.info.pop(AHEAD, NOTHING)
    asked = _statements(connection, (*ahead, *questions))
    last = (waiting.COMMIT,) if ends and session.may_end() else ()
    answers = exchange(connection, waiting.taken_along(connection), asked, last=last)
    if last:
        session.let_go()
    if told is not None:
        told(*answers[: len(ahead)])
    return answers[len(ahead) :]


def ask_ahead(told: Told, *questions: Question) -> None:
    """Let questions go before the session's next one, in the same way there and back.

    Their answers are `told` before that of the other is given to anybody; what `told` raises is
    raised there. Who needs them before asks `ask_now`.
    """
    db.session().info[AHEAD] = told, questions


def ask_now() -> None:
    """Ask what waits to go ahead of another question, if it still waits."""
    if AHEAD in db.session().info:
        _put(())


def ask_last(*questions: Question) -> list[list[Any]]:
    """Ask as `ask_all` does what a page that only reads asks last; COMMIT goes along.

    What is asked nevertheless begins another transaction.
    """
    return _put(questions, ends=True)


def _statements(connection: Connection, questions: Sequence[Question]) -> list[Statement]:
    try:
        written = [_written(one, connection.dialect) for one, _values in questions]
        if not all(one[3] for one in written):
            connection.info[waiting.WROTE] = True
        return [
            _filled(one, values)
            for one, (_statement, values) in zip(written, questions, strict=True)
        ]
    except KeyError as missing:
        waiting.leave(connection)
        problem = psycopg.ProgrammingError(f"no value was given for {missing}")
        raise said_by_sqlalchemy(connection, problem) from missing


def planned_once(statement: Asked) -> Asked:
    """Let the server keep its general plan of a question that is asked for every visitor.

    It is for questions whose plan is the same for all values, but whose general plan PostgreSQL
    takes for dearer than the one for these values, because it must guess how many rows there are:
    it then plans each time anew, which costs more than the answer.
    """
    return statement.execution_options(planned_once=True)


def whole(*models: Any) -> Select[Any]:
    """Begin a constant SELECT of all that models have, whose rows `ask_whole` reads."""
    columns = [c.label(f"{m.__tablename__}_{c.name}") for m in models for c in m.__table__.c]
    return select(*columns).select_from(models[0])


def ask_whole(
    statement: Select[Any], values: Mapping[str, Any], *models: Any
) -> list[tuple[Any, ...]]:
    """Ask what `whole` began; gives the models' rows, to be read: no session knows them."""
    return wholly(ask(statement, values), *models)


def wholly(rows: Sequence[Any], *models: Any) -> list[tuple[Any, ...]]:
    """Read the answer of what `whole` began, where it was asked along with other questions."""
    return [tuple(_made(row, models)) for row in rows]


def _made(row: Sequence[Any], models: Sequence[Any]) -> Iterator[Any]:
    values = iter(row)
    for model in models:
        names = _names(model)
        yield made(model, **dict(zip(names, islice(values, len(names)), strict=True)))


@cache
def _names(model: Any) -> tuple[str, ...]:
    return tuple(model.__table__.c.keys())


def _filled(written: Written, values: Mapping[str, Any]) -> Statement:
    sql, names, one_plan, _reads = written
    return Statement(sql, [values[name] for name in names], one_plan=one_plan)


@cache
def _written(statement: Any, dialect: Dialect) -> Written:
    """Write a statement with its values numbered; those that stand in it already are literals.

    They are our own constants, and the plan depends on them.
    """
    compiled: Any = statement.compile(dialect=dialect)
    sql = str(compiled)
    for name, value in compiled.params.items():
        if not compiled.binds[name].required:
            sql = sql.replace(f"%({name})s", quote(value).replace("%", "%%"))
    text, names = numbered(sql)
    once = bool(statement.get_execution_options().get("planned_once"))
    return text, names, once, text.lstrip().upper().startswith(READS)
