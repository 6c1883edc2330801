"""Reads what belongs to a case by one statement, for pages that show all of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from mms_core.cases.models import Case
from mms_core.db import db

READ: dict[Any, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    uuid.UUID: uuid.UUID,
}


def around(case: Case, *wanted: tuple[Any, ...]) -> list[list[Any]]:
    """Give the rows of several tables that belong to a case, each list in its order.

    A wanted thing is (model, order), as in `(CaseMessage, "at")`, or (model, order, condition) for
    rows that do not belong to the case: a condition on `t` with :tenant, :module, :language. The
    rows come as objects of the model that the session does not know: for reading, not for changing.
    """
    parts = [_part(*one) for one in wanted]
    statement = text(f"select {', '.join(parts)}")
    values = {
        "tenant": case.tenant_id,
        "case": case.id,
        "module": case.module,
        "language": case.language,
    }
    row = db.session.execute(statement, values).one()
    return [_rows(one[0], found) for one, found in zip(wanted, row, strict=True)]


def _part(model: Any, order: str, condition: str = "t.case_id = :case") -> str:
    table = f"{model.__table__.schema}.{model.__table__.name}"
    return (
        f"(select coalesce(jsonb_agg(to_jsonb(t) order by {order}), '[]') from {table} t"  # noqa: S608 - our own tables
        f" where t.tenant_id = :tenant and {condition})"
    )


def _rows(model: Any, found: Sequence[dict[str, Any]]) -> list[Any]:
    kinds = {column.name: column.type.python_type for column in model.__table__.columns}
    return [model(**{name: _value(kinds[name], raw) for name, raw in row.items()}) for row in found]


def _value(kind: Any, raw: Any) -> Any:
    return READ[kind](raw) if raw is not None and kind in READ else raw
