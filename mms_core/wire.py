"""A connection's short way to the server: statements with their values, several in one way.

psycopg's cursor does anew for each statement what only its first needs. Here the values go to libpq
by psycopg's own wrapper and adapters, rows come back by its own loaders, and what was prepared once
is known as long as the connection lives.
"""

from __future__ import annotations

import re
import select
from collections import OrderedDict, namedtuple
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus

MOST = 100  # prepared statements of a connection; the one not used for longest makes room
AT_ONCE = 100  # statements in one way, so that neither side waits for the other to read
GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
MARK = re.compile(r"%(?:%|s|\((\w+)\)s)")
Rows = list[Any]


class Statement(NamedTuple):
    """What is sent: SQL with `$1`, `$2` and its values; `once` is not worth preparing.

    `one_plan` keeps the server from planning it anew for each value, as it does where it takes its
    general plan for dearer than it is.
    """

    sql: str
    values: Sequence[Any] = ()
    once: bool = False
    one_plan: bool = False
    ends: bool = False  # the transaction, and with it what was set for it


# Both end with the transaction, like the scope.
GENERAL = Statement("SET LOCAL plan_cache_mode = force_generic_plan")
USUAL = Statement("SET LOCAL plan_cache_mode = auto")


class _Plan:
    """A prepared statement: its name, and how its rows are made, once that is known."""

    __slots__ = ("make", "name")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.make: Callable[[Iterable[Any]], Any] | None = None


class _Ready(NamedTuple):
    """A statement whose values are written as the server reads them."""

    sql: str
    types: tuple[int, ...]
    values: Sequence[Any]
    formats: Sequence[int]
    once: bool


@lru_cache(maxsize=2048)
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """Turn psycopg's `%s` or `%(name)s` into `$1`; gives the names in their order."""
    names: list[str] = []
    count = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "%%":
            return "%"
        if not found[1]:
            count += 1
            return f"${count}"
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return MARK.sub(mark, sql), tuple(names)


@lru_cache(maxsize=1024)
def _row(names: tuple[str, ...]) -> Callable[[Iterable[Any]], Any]:
    """Make rows that have their columns' names."""
    named: Any = namedtuple
    make: Callable[[Iterable[Any]], Any] = named("Row", names, rename=True)._make
    return make


class Wire:
    """One connection; `keeps` says that what is prepared stays with it (see `plans`)."""

    def __init__(self, driver: psycopg.Connection[Any], *, keeps: bool) -> None:
        self.libpq = driver.pgconn
        self.encoding = driver.info.encoding
        self.adapter = Transformer(driver)
        self.keeps = keeps
        self.plans: OrderedDict[tuple[str, tuple[int, ...]], _Plan] = OrderedDict()
        self.count = 0
        self.socket = select.poll()
        self.socket.register(self.libpq.socket, select.POLLIN)

    def send(
        self, statements: Sequence[Statement], *, before: Sequence[Statement] = ()
    ) -> list[Rows]:
        """Send statements and give the rows of each; raises psycopg.Error, the first one's.

        What goes `before` them, such as BEGIN, is answered nothing.
        """
        if not (self.keeps and any(one.one_plan for one in statements)):
            return self._sent([*before, *statements])[len(before) :]
        sent, places, general = [*before], [], False
        for one in statements:
            if one.one_plan != general and not one.ends:
                sent.append(GENERAL if one.one_plan else USUAL)
                general = one.one_plan
            places.append(len(sent))
            sent.append(one)
        if general and not statements[-1].ends:
            sent.append(USUAL)
        found = self._sent(sent)
        return [found[place] for place in places]

    def _sent(self, statements: Sequence[Statement]) -> list[Rows]:
        ready = [self._written(one) for one in statements]
        if len(ready) == 1:
            plan = self._plan(ready[0])
            return [self._rows(self._alone(ready[0], plan), plan)]
        found: list[Rows] = []
        for start in range(0, len(ready), AT_ONCE):
            found += self._together(ready[start : start + AT_ONCE])
        return found

    def tell(self, sql: str) -> None:
        """Send statements without values, as one text."""
        self._good(self.libpq.exec_(sql.encode()))

    def _written(self, statement: Statement) -> _Ready:
        sql, values, once, _one_plan, _ends = statement
        if not values:
            return _Ready(sql, (), (), (), once)
        adapter = self.adapter
        written = adapter.dump_sequence(values, [PyFormat.AUTO] * len(values))
        return _Ready(sql, adapter.types or (), written, adapter.formats or (), once)

    def _alone(self, one: _Ready, plan: _Plan | None) -> Any:
        if plan is None:
            sql = one.sql.encode()
            return self._good(self.libpq.exec_params(sql, one.values, one.types, one.formats))
        return self._good(self.libpq.exec_prepared(plan.name, one.values, one.formats))

    def _plan(self, one: _Ready) -> _Plan | None:
        """Give a statement's plan, prepared now if it is new; None for one sent as it is."""
        if one.once or not self.keeps:
            return None
        key = one.sql, one.types
        plan = self.plans.get(key)
        if plan is None:
            plan = _Plan(self._new_name())
            self._good(self.libpq.prepare(plan.name, one.sql.encode(), one.types))
            self.plans[key] = plan
        self.plans.move_to_end(key)
        return plan

    def _new_name(self) -> bytes:
        while len(self.plans) >= MOST:
            _key, oldest = self.plans.popitem(last=False)
            self._good(self.libpq.exec_(b"DEALLOCATE " + oldest.name))
        self.count += 1
        return b"mms_%d" % self.count

    # --- several in one way ----------------------------------------------------------------------

    def _together(self, ready: Sequence[_Ready]) -> list[Rows]:
        plans = [self._plan(one) for one in ready]
        try:
            results = self._pipeline(ready, plans)
        except BaseException:  # nobody knows what the server has read: the connection is given up
            self.libpq.finish()
            raise
        good = [self._good(one) for one in results]
        return [self._rows(one, plan) for one, plan in zip(good, plans, strict=True)]

    def _pipeline(self, ready: Sequence[_Ready], plans: Sequence[_Plan | None]) -> list[Any]:
        libpq = self.libpq
        libpq.enter_pipeline_mode()
        for one, plan in zip(ready, plans, strict=True):
            if plan is None:
                libpq.send_query_params(one.sql.encode(), one.values, one.types, one.formats)
            else:
                libpq.send_query_prepared(plan.name, one.values, one.formats)
        libpq.pipeline_sync()
        self._flush()
        results = [self._next() for _one in ready]
        self._next()  # the mark that all were read
        libpq.exit_pipeline_mode()
        return results

    def _flush(self) -> None:
        while self.libpq.flush():
            self.socket.modify(self.libpq.socket, select.POLLIN | select.POLLOUT)
            try:
                self._wait()
            finally:
                self.socket.modify(self.libpq.socket, select.POLLIN)

    def _next(self) -> Any:
        """Wait for a statement's result; None stands between two of them."""
        libpq = self.libpq
        result = None
        while result is None:
            while libpq.is_busy():
                self._wait()
            result = libpq.get_result()
            if result is None and libpq.status == ConnStatus.BAD:
                raise self._lost()
        return result

    def _wait(self) -> None:
        self.socket.poll()
        self.libpq.consume_input()

    # --- answers ---------------------------------------------------------------------------------

    def _good(self, result: Any) -> Any:
        if result.status in GOOD:
            return result
        if self.libpq.status == ConnStatus.BAD:
            raise self._lost()
        raise error_from_result(result, self.encoding)

    def _lost(self) -> psycopg.OperationalError:
        return psycopg.OperationalError(self.libpq.get_error_message())

    def _rows(self, result: Any, plan: _Plan | None) -> Rows:
        """Read a result's rows; a plan's columns keep their names as long as it lives."""
        columns = result.nfields
        if not columns:
            return []
        make = plan.make if plan else None
        if make is None:
            make = _row(tuple(result.fname(at).decode(self.encoding) for at in range(columns)))
            if plan:
                plan.make = make
        adapter = self.adapter
        adapter.set_pgresult(result)
        rows = adapter.load_rows(0, result.ntuples, make)
        adapter.set_pgresult(None)
        return rows
