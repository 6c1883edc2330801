"""Lets the server read and plan a constant statement once a connection, where no pooler stands.

To plan a page's statements costs the server more than to answer them. A prepared statement belongs
to a connection of the server's, which a pooler lends to others in turn: behind one nothing is
prepared. Prepared is what `asking` and `together` send and nothing else: a plan that is kept is
made for municipalities in general, so it must be one that suits each.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import psycopg
import structlog
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import QueuePool

from mms_core.wire import Wire

log = structlog.get_logger(__name__)
ONLY_WHEN_TOLD = sys.maxsize  # how often psycopg sees a statement before it prepares it unasked
WIRE = "mms_wire"  # a connection's `Wire`, in what SQLAlchemy keeps beside it
GONE = (psycopg.errors.InvalidSqlStatementName, psycopg.errors.DuplicatePreparedStatement)


def keep_plans(driver: psycopg.Connection[Any]) -> None:
    """Let psycopg prepare what it is told to, on a new connection that is the server's own."""
    if is_own(driver):
        driver.prepare_threshold = ONLY_WHEN_TOLD


def is_own(driver: psycopg.Connection[Any]) -> bool:
    """Tell whether a new connection is the server's own, and not lent by a pooler.

    A server names its process when it greets, and again when asked; a pooler greets with a number
    of its own. Raises psycopg.Error when the server does not answer.
    """
    own = driver.execute("SELECT pg_backend_pid()").fetchone()
    if not driver.autocommit:
        driver.rollback()
    return own is not None and bool(own[0] == driver.info.backend_pid)


def is_lost(problem: BaseException | None) -> bool:
    """Tell whether a statement failed only because its prepared form is of no use any more."""
    if isinstance(problem, psycopg.errors.FeatureNotSupported):  # "cached plan must not change"
        return problem.diag.source_function == "RevalidateCachedQuery"
    return isinstance(problem, GONE)


@event.listens_for(QueuePool, "connect")
def _connected(driver: Any, record: Any) -> None:
    """Look at a new connection; one that fails already is told by whoever uses it first."""
    with suppress(psycopg.Error):
        record.info[WIRE] = Wire(driver, keeps=is_own(driver))


@event.listens_for(Engine, "handle_error")
def _replace(context: ExceptionContext) -> None:
    """Give up a connection whose prepared statements no longer fit, as after a migration."""
    if is_lost(context.original_exception):
        log.warning("plans.lost", error=type(context.original_exception).__name__)
        context.is_disconnect = True
