"""The database session: bound to one municipality, committed when the answer is good.

Isolation is held twice: row-level security in PostgreSQL (`SET LOCAL app.tenant_id`), and an
explicit `tenant_id` predicate on every ORM statement, which also lets the tables be sharded.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

import structlog
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import DateTime, Engine, Integer, MetaData, Uuid, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    registry,
    with_loader_criteria,
)
from sqlalchemy.pool import Pool

from mms_core import here, identifiers, waiting
from mms_core.config import Settings
from mms_core.driver import BEFORE
from mms_core.plans import WIRE
from mms_core.session import AHEAD, OPEN, ScopedSession, ScopeMissingError
from mms_core.wire import Wire

log = structlog.get_logger(__name__)
NATION = 0  # a scope in which no municipality's row can be seen
SCHEMA = "mms"
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables: times are aware, ids are UUID version 7."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING, schema=SCHEMA),
        type_annotation_map={datetime: DateTime(timezone=True), uuid.UUID: Uuid()},
    )


db: SQLAlchemy = SQLAlchemy(
    model_class=Base, session_options={"class_": ScopedSession, "scopefunc": here.number}
)


uuid7 = identifiers.uuid7  # what rooms and modules make their keys with


class TenantScoped:
    """Mixin of a municipality's table: the municipality is in every key and every query."""

    tenant_id: Mapped[int] = mapped_column(Integer, primary_key=True, sort_order=-20)
    # The application may only insert and read: the row is evidence.
    append_only: ClassVar[bool] = False
    # Roles that may read the rows of all municipalities, such as the ministry its counters.
    read_by: ClassVar[tuple[str, ...]] = ()


class HasId:
    """Mixin of the usual second half of the key."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-10)


class National:
    """Mixin of a table without a municipality; `why_national` says the reason."""

    why_national: ClassVar[str] = ""
    append_only: ClassVar[bool] = False
    read_by: ClassVar[tuple[str, ...]] = ()


# --- addresses of the database -------------------------------------------------------------------


def role_password(settings: Settings, role: str) -> str:
    """Derive a role's password from the installation's key, so that nothing else must be kept."""
    return hmac.new(settings.secret().encode(), f"role:{role}".encode(), hashlib.sha256).hexdigest()


def admin_url(settings: Settings) -> URL:
    """Give the administrator's address: DATABASE_URL, or the embedded server, started here."""
    if settings.database_url:
        url = settings.database_url
    else:
        from mms_core import embedded

        url = embedded.start(settings.data_dir / "postgres")
    return make_url(url).set(drivername="postgresql+psycopg")


def role_url(settings: Settings, role: str) -> URL:
    """Give the address by which `role` (mms_app, mms_ministry) reaches the database."""
    if role == "mms_app" and settings.app_database_url:
        return make_url(settings.app_database_url).set(drivername="postgresql+psycopg")
    return admin_url(settings).set(username=role, password=role_password(settings, role))


# Prepared statements break behind a pooler, so psycopg makes none until `plans` has looked.
CONNECT_ARGS: dict[str, Any] = {"prepare_threshold": None, "connect_timeout": 5}


def engine_options() -> dict[str, Any]:
    """Give the options of the web's and the worker's engine."""
    return {
        "connect_args": CONNECT_ARGS,
        "hide_parameters": True,  # an error's text goes to the log, what people typed does not
        "pool_size": 5,
        "max_overflow": 10,
        "pool_timeout": 10,
        "pool_reset_on_return": None,  # `_nothing_is_left` does it
        "pool_pre_ping": False,  # `_replace_if_cut` asks the kernel, which costs no round trip
    }


def make_engine(url: URL) -> Engine:
    """Make an engine for a role beside the application's, such as the ministry's."""
    return create_engine(url, **engine_options() | {"pool_size": 2, "max_overflow": 4})


@event.listens_for(Pool, "checkout")
def _replace_if_cut(_driver: Any, record: Any, _proxy: object) -> None:
    """Replace a connection that the server has closed, as by a restart, before it is used.

    An idle connection has nothing to read but a farewell. Asking the kernel for it costs
    microseconds, a ping costs a round trip with every transaction.
    """
    wire: Wire | None = record.info.get(WIRE)
    if wire is not None and wire.socket.poll(0):
        raise InvalidatePoolError


@event.listens_for(Pool, "reset")
def _nothing_is_left(driver: Any, _record: object, _state: object) -> None:
    """Undo what somebody has left open on a connection that goes back to the pool.

    SQLAlchemy's own reset asks psycopg each time, also when nothing was begun.
    """
    if driver.pgconn.transaction_status != TransactionStatus.IDLE:
        driver.rollback()


# --- the scope -----------------------------------------------------------------------------------


def bind(tenant_id: int, *, person_id: uuid.UUID | None = None) -> None:
    """Bind this request's or job's session to a municipality (NATION for none)."""
    session: Any = db.session()
    info = session.info
    if info.get("tenant_id") == tenant_id and person_id is None:
        return
    if AHEAD in info:
        _ask_what_waits()  # of the municipality before
    if session.in_transaction():
        session.flush()
    connection = info.get(OPEN)
    if connection is not None and waiting.WAITING in connection.info:
        waiting.leave(connection)  # it belongs to the municipality before
    info["tenant_id"] = int(tenant_id)
    if person_id is not None:
        info["person_id"] = person_id
    if connection is not None:
        session.announce(connection, along=BEFORE in connection.info)


def _ask_what_waits() -> None:
    from mms_core.asking import ask_now  # which works with this module

    ask_now()


def bound() -> int:
    """Give the number of the municipality that the session is bound to."""
    return int(db.session().info["tenant_id"])


@contextmanager
def scope(tenant_id: int) -> Iterator[None]:
    """Work in another municipality for a while, within the same transaction."""
    before = db.session().info.get("tenant_id")
    bind(tenant_id)
    try:
        yield
    finally:
        if before is not None:
            bind(before)


@event.listens_for(ScopedSession, "do_orm_execute")
def _only_own_rows(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return
    if state.is_select or state.is_update or state.is_delete:
        tenant_id = state.session.info.get("tenant_id")
        if tenant_id is None or state.execution_options.get("across_tenants"):
            return
        state.statement = state.statement.options(_criteria(int(tenant_id)))


def _criteria(tenant_id: int) -> Any:
    return with_loader_criteria(
        TenantScoped, lambda cls: cls.tenant_id == tenant_id, include_aliases=True
    )


@event.listens_for(ScopedSession, "before_flush")
def _stamp(session: Session, _context: object, _instances: object) -> None:
    tenant_id = session.info.get("tenant_id")
    for row in (*session.new, *session.dirty):
        if isinstance(row, TenantScoped):
            if row.tenant_id is None:
                row.tenant_id = tenant_id or 0
            if row.tenant_id != tenant_id or not tenant_id:
                raise ScopeMissingError(
                    f"A row of {type(row).__name__} belongs to municipality {row.tenant_id}, "
                    f"but the session is bound to {tenant_id}."
                )


# --- commit when answered ------------------------------------------------------------------------


def after_commit(call: Callable[[], None]) -> None:
    """Remember something to be told once the transaction has been committed."""
    db.session().info.setdefault("after_commit", []).append(call)


def commit() -> None:
    """Commit, then tell those who wait for it; what they raise is logged and undoes nothing."""
    session = db.session()
    if AHEAD in session.info:
        _ask_what_waits()
    if session.in_transaction():
        session.commit()
    session.info.pop("switched", None)
    calls: list[Callable[[], None]] = session.info.pop("after_commit", [])
    for call in calls:
        try:
            call()
        except Exception:
            log.exception("after_commit.failed")
            rollback()


def rollback() -> None:
    """Undo everything since the last commit, and forget what was to be told."""
    session = db.session()
    for kept in ("after_commit", "switched", AHEAD):
        session.info.pop(kept, None)
    session.rollback()


def is_outage(problem: BaseException) -> bool:
    """Tell whether the database was away, as against a statement that it would not take."""
    if isinstance(problem, OperationalError | InterfaceError | PoolTimeoutError):
        return True
    return isinstance(problem, DBAPIError) and problem.connection_invalidated


def driver_connection() -> Any:
    """Give psycopg's connection of the running transaction; what waits beside it has not left."""
    return db.session.connection().connection.driver_connection
