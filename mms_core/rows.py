"""Rows of models, written with the next statements: as plain values, or as objects of the session.

A model's constructor tells SQLAlchemy of each value. For a case that takes ten times as long as
`made`; an event that is made so and kept takes eight times as long as `put`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy.orm import make_transient_to_detached

from mms_core import together
from mms_core.db import TenantScoped, db
from mms_core.session import ScopeMissingError

Row = TypeVar("Row", bound=Any)
WRITTEN = "_mms_written"  # the mark of an object that was only written


def made(model: type[Row], /, **values: Any) -> Row:
    """Make a row as it comes from the database: what is not given is empty until it is kept."""
    row: Row = model.__mapper__.class_manager.new_instance()
    vars(row).update(values)
    return row


def put(model: Any, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let a new row of a model go with the next statements; gives it with the model's defaults.

    It is for rows that this transaction needs as no object.
    Raises ScopeMissingError when it belongs to another municipality than the session.
    """
    names, defaults = _model(model)
    row = {**values}
    for name, default in defaults.items():
        if name not in row:
            row[name] = default()
    if issubclass(model, TenantScoped) and row["tenant_id"] != db.session.info.get("tenant_id"):
        raise ScopeMissingError(f"A row of {model.__name__} is not of the bound municipality.")
    together.insert(model.__table__, {name: row[name] for name in names if name in row})
    return row


def write(row: Row) -> Row:
    """Let an object's row go with the next statements; no session knows it, so it stays as it is.

    It has the model's defaults from now on. Raises ScopeMissingError like `put`.
    """
    model: Any = type(row)
    given, (names, _defaults) = vars(row), _model(model)
    given.update(put(model, {name: given[name] for name in names if name in given}))
    given[WRITTEN] = True
    return row


def is_written_only(row: Any) -> bool:
    """Tell whether a row was written and no session knows it: changing it would change nothing."""
    return WRITTEN in vars(row)


def keep(row: Row) -> Row:
    """Keep a new row of a model like `db.session.add`, but written with the next statements.

    From now on the session takes it for a row that is there: a later change of it is an UPDATE.
    Raises ScopeMissingError when it belongs to another municipality than the session.
    """
    write(row)
    del vars(row)[WRITTEN]
    make_transient_to_detached(row)
    db.session.add(row)
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
