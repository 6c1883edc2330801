"""Connections that a session has just used, at hand for the next one without the pool's ceremony.

SQLAlchemy's pool makes two objects and tells its listeners at each coming and going. A session that
is done leaves its connection here, as it is, and the next one of this process takes it. Few are
kept, so the pool has enough for everybody else.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from mms_core.plans import WIRE

MOST = 2  # as many as a web process has threads
_kept: WeakKeyDictionary[Engine, list[Connection]] = WeakKeyDictionary()


def take(engine: Engine) -> Connection:
    """Give a connection that nobody uses; one that the server has closed meanwhile is given up."""
    at_hand = _kept.get(engine)
    while at_hand:
        try:
            connection = at_hand.pop()
        except IndexError:  # another thread took it
            break
        if not connection.info[WIRE].socket.poll(0):
            return connection
        connection.invalidate()
        connection.close()
    return engine.connect()


def leave(connection: Connection) -> None:
    """Keep a connection for the next session, or give it back to the pool."""
    at_hand = _kept.setdefault(connection.engine, [])
    if len(at_hand) < MOST and _is_as_new(connection):
        at_hand.append(connection)
    else:
        connection.close()


def kept(engine: Engine) -> tuple[Connection, ...]:
    """Name the connections that are at hand."""
    return tuple(_kept.get(engine, ()))


def _is_as_new(connection: Connection) -> bool:
    if connection.closed or connection.invalidated or connection.in_transaction():
        return False
    wire = connection.info.get(WIRE)
    options = connection.get_execution_options()
    return (
        wire is not None
        and options == connection.engine.get_execution_options()
        and wire.libpq.transaction_status == TransactionStatus.IDLE
    )


@event.listens_for(Engine, "engine_disposed")
def _disposed(engine: Engine) -> None:
    for connection in _kept.pop(engine, []):
        connection.close()
