"""Keeps what was read of each hall's folded counters until its next fold; deltas are read anew.

Most rows of counters say how cases came and how long answers took, and a fold touches one hall.
So what a question found is kept by hall and by the moment of the hall's last fold, and only what
was folded since is read again. Folds, counters and deltas are read at one moment of the database
(repeatable read), so that each change is counted once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import Connection

KEY, MADE = "mms_books", "mms_books_made"
MOST = 64  # different questions of one process
MOST_MADE = 2000  # lines of municipalities and modules
_MOMENTS = sa.text("select tenant_id, folded_at from mms.stat_fold")
# Added up, so that a worker that was away for long makes no page slow.
_DELTAS = sa.text("""
    select tenant_id, module, day, measure, sum(n)::int as n from mms.stat_delta group by 1, 2, 3, 4
    """)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of the folded counters: rows by hall (`:halls`), a hall's part, the whole."""

    key: Hashable
    query: sa.TextClause
    given: Mapping[str, Any]
    part: Callable[[Sequence[Any]], Any]
    whole: Callable[[Mapping[int, Any]], Any]
    halls: Collection[int] | None = None  # all when none are named


@dataclass(kw_only=True)
class _Answered:
    """A question's parts with the moments of their halls, and the whole made of them."""

    moments: Mapping[int, datetime]
    parts: Mapping[int, Any]
    whole: Any


@dataclass(kw_only=True)
class _Shelf:
    """What this process has read; shared by its threads, which only replace what is on it."""

    most: int
    rows: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, key: Hashable, answered: Any) -> None:
        """Put an answer on the shelf, and take the oldest ones off."""
        with self.lock:
            self.rows[key] = answered
            self.rows.move_to_end(key)
            while len(self.rows) > self.most:
                self.rows.popitem(last=False)


@dataclass(frozen=True, kw_only=True)
class Books:
    """The counters at one moment: when each hall was folded, and what waits to be folded."""

    connection: Connection
    moments: Mapping[int, datetime]
    deltas: Sequence[Any]
    marks: Mapping[str, Hashable] = field(default_factory=dict)

    def again(self, key: Hashable, made_of: Hashable, make: Callable[[], Any]) -> Any:
        """Give what was made of the same before, or make it; what is given is never changed."""
        shelf: _Shelf = current_app.extensions.setdefault(MADE, _Shelf(most=MOST_MADE))
        before = shelf.rows.get(key)
        if before and before[0] == made_of:
            return before[1]
        made = make()
        shelf.keep(key, (made_of, made))
        return made

    def settled(self, name: str, read: Callable[[Connection], Any]) -> Any:
        """Read what rarely changes, anew when its mark has; without a mark it is always read.

        The mark was read before, so that what is kept is at most newer than it says.
        """
        if name not in self.marks:
            return read(self.connection)
        return self.again(("settled", name), self.marks[name], lambda: read(self.connection))

    def ask(self, question: Question) -> Any:
        """Answer from what is kept, reading only halls that were folded since.

        What is given belongs to all threads: it is read, never changed.
        """
        shelf: _Shelf = current_app.extensions.setdefault(KEY, _Shelf(most=MOST))
        wanted = self.moments
        if question.halls is not None:
            wanted = {hall: at for hall, at in wanted.items() if hall in question.halls}
        before: _Answered | None = shelf.rows.get(question.key)
        if before and before.moments == wanted:
            return before.whole
        parts = self._parts(question, wanted, before)
        whole = question.whole(parts)
        shelf.keep(question.key, _Answered(moments=wanted, parts=parts, whole=whole))
        return whole

    def _parts(
        self, question: Question, wanted: Mapping[int, datetime], before: _Answered | None
    ) -> dict[int, Any]:
        """Give the parts of all halls: kept ones, and those read now."""
        was = before.moments if before else {}
        stale = [hall for hall, moment in wanted.items() if was.get(hall) != moment]
        kept = {h: part for h, part in before.parts.items() if h in wanted} if before else {}
        rows: dict[int, list[Any]] = {hall: [] for hall in stale}
        if stale:
            found = self.connection.execute(question.query, {**question.given, "halls": stale})
            for row in found:
                rows[row[0]].append(row)
        return {**kept, **{hall: question.part(found) for hall, found in rows.items()}}

    def waiting(self, measures: Collection[str], *, first: date, last: date) -> Iterator[Any]:
        """Give the deltas of some measures in some days."""
        for row in self.deltas:
            if row.measure in measures and first <= row.day <= last:
                yield row


@contextmanager
def books(
    connection: Connection, *, marks: Mapping[str, Hashable] | None = None
) -> Iterator[Books]:
    """Open the books at one moment; what else is read meanwhile is of the same moment.

    `marks` say by name, as they were read before, how what rarely changes stands.
    """
    connection.exec_driver_sql("begin isolation level repeatable read read only")
    try:
        moments = {row.tenant_id: row.folded_at for row in connection.execute(_MOMENTS)}
        deltas = connection.execute(_DELTAS).all()
        yield Books(connection=connection, moments=moments, deltas=deltas, marks=marks or {})
    finally:
        connection.exec_driver_sql("rollback")


def joined(parts: Mapping[int, Mapping[Any, Any]]) -> dict[Any, Any]:
    """Join the parts of halls whose keys differ, as those that begin with the hall."""
    return {key: value for part in parts.values() for key, value in part.items()}
