"""The session of a request or a job: bound to one municipality, with a connection of its own.

What only asks constants (`asking`) or lets rows wait (`together`) needs no unit of work. For that
the session opens a connection by itself and begins, which costs a fraction of what SQLAlchemy does
for a transaction. Whoever uses the session as such, such as `db.session.execute`, joins that same
connection and transaction, by SQLAlchemy's way into an external one; `commit`, `rollback` and
`close` end both.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event

from mms_core import at_rest, waiting
from mms_core.driver import BEFORE, begin

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.orm import SessionTransaction

OPEN = "mms_connection"  # the running transaction's connection, in the session's info
OWN = "mms_own"  # the same, where the session has opened it by itself
AHEAD = "mms_ahead"  # who is told the answers of what goes before the next question, and that
JOINED = "mms_joined"  # SQLAlchemy's transaction runs on that one, and ends it


class ScopeMissingError(RuntimeError):
    """A session was used before it was bound to a municipality or to the nation."""


class ScopedSession(FlaskSession):
    """A session that knows its municipality and what is to be told after the commit."""

    def opened(self) -> Connection:
        """Give the running transaction's connection; without one, begin with what is sent next."""
        connection: Connection | None = self.info.get(OPEN)
        return connection if connection is not None else self._open()

    def _open(self) -> Connection:
        engine: Any = super().get_bind()
        connection: Connection = at_rest.take(engine)
        self.info[OPEN] = self.info[OWN] = connection
        try:
            self.announce(connection, along=True)
        except BaseException:
            self.let_go()
            raise
        return connection

    def announce(self, connection: Connection, *, along: bool = False) -> None:
        """Tell the server the scope, and begin where no transaction has begun; see `begin`."""
        tenant_id = self.info.get("tenant_id")
        if tenant_id is None:
            raise ScopeMissingError("Bind the session to a municipality first: mms_core.db.bind().")
        scope = [f"SET LOCAL app.tenant_id = '{int(tenant_id)}'"]
        person_id = self.info.get("person_id")
        if person_id is not None:
            scope.append(f"SET LOCAL app.person_id = '{uuid.UUID(str(person_id))}'")
        begin(connection, scope, along=along)

    def get_bind(self, *args: Any, **options: Any) -> Any:
        """Let SQLAlchemy work on the connection that is open already."""
        own = self.info.get(OWN)
        return own if own is not None else super().get_bind(*args, **options)

    def in_transaction(self) -> bool:
        """Tell whether a transaction is running, by whomever it was begun."""
        return OWN in self.info or super().in_transaction()

    def begin_nested(self) -> SessionTransaction:
        """Set a savepoint now: SQLAlchemy waits for its own next statement, and ours pass it by."""
        savepoint = super().begin_nested()
        self.connection()
        return savepoint

    def commit(self) -> None:
        """Commit what the session has done, and what was done past it."""
        if super().in_transaction():
            super().commit()
        own = self.info.get(OWN)
        if own is not None:
            waiting.commit(own)
            self.let_go()

    def may_end(self) -> bool:
        """Tell whether nothing but questions has been in this transaction."""
        own = self.info.get(OWN)
        if own is None or super().in_transaction() or "after_commit" in self.info:
            return False
        return waiting.only_asked(own)

    def rollback(self) -> None:
        """Undo all since the last commit."""
        try:
            super().rollback()
        finally:
            self._give_up()

    def close(self) -> None:
        """Undo what was not committed, and give the connection back."""
        try:
            if super().in_transaction() or list(self):  # most pages have read no row of the ORM
                super().close()
        finally:
            self._give_up()

    def _give_up(self) -> None:
        own = self.info.get(OWN)
        if own is not None:
            try:
                waiting.roll_back(own)
            finally:
                _drop_if_cut(own)
                self.let_go()

    def let_go(self) -> None:
        """Give the session's own connection back to the pool, its transaction having ended."""
        self.info.pop(JOINED, None)
        self.info.pop(OPEN, None)
        own = self.info.pop(OWN, None)
        if own is not None:
            at_rest.leave(own)


def _drop_if_cut(own: Connection) -> None:
    """Give up a connection that the server has closed; the pool would try to reset it, and log."""
    if not (own.closed or own.invalidated):
        driver: Any = own.connection.driver_connection
        if driver.closed:
            own.invalidate()


@event.listens_for(ScopedSession, "after_begin")
def _begun(session: ScopedSession, _transaction: SessionTransaction, used: Connection) -> None:
    session.info[OPEN] = used  # asking the session for it each time costs more than a row
    own = session.info.get(OWN)
    if used is own:
        session.info[JOINED] = True
    if used is not own or BEFORE in used.info:
        session.announce(used)


@event.listens_for(ScopedSession, "after_transaction_end")
def _ended(session: ScopedSession, transaction: SessionTransaction) -> None:
    if transaction.parent is not None:
        return  # a savepoint's end, or a flush's
    if JOINED in session.info:
        session.let_go()
    elif OWN not in session.info:
        session.info.pop(OPEN, None)
