"""What stands in the place of something hidden: by which rule, why, and since when."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Uuid, any_, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from mms_core.db import db
from mms_core.i18n import locale
from mms_core.moderation.models import Hiding

COLUMNS = Hiding.__table__.c
# Written once and asked past the ORM: every public page of a thing asks it.
HIDDEN = select(
    COLUMNS.id, COLUMNS.ref, COLUMNS.rule_title, COLUMNS.reason, COLUMNS.hidden_at, COLUMNS.part,
    COLUMNS.appeal,
).where(
    COLUMNS.tenant_id == bindparam("tenant"), COLUMNS.module == bindparam("module"),
    COLUMNS.kind == bindparam("kind"), COLUMNS.restored_at.is_(None),
    COLUMNS.ref == any_(bindparam("refs", type_=ARRAY(Uuid))),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Stub:
    """What everybody may know of a hidden thing; `ui/stub.html` draws it."""

    id: uuid.UUID
    ref: uuid.UUID
    rule: str  # its title in the page's language
    reason: str
    at: datetime
    part: str  # whole, text, picture
    appeal: str  # "", open, upheld


def stub(tenant_id: int, module: str, kind: str, ref: uuid.UUID) -> Stub | None:
    """Give the stub of a thing, or None when nothing of it is hidden."""
    return stubs(tenant_id, module, kind, [ref]).get(ref)


def stubs(
    tenant_id: int, module: str, kind: str, refs: Iterable[uuid.UUID]
) -> dict[uuid.UUID, Stub]:
    """Give the stubs of a page's things in one statement; those that are shown have none."""
    wanted = list(refs)
    if not wanted:
        return {}
    values = {"tenant": tenant_id, "module": module, "kind": kind, "refs": wanted}
    db.session.flush()  # what was hidden a moment ago, too
    return {row.ref: _stub(row) for row in db.session.connection().execute(HIDDEN, values)}


def beside(module: str, kind: str, *, tenant_id: Any, ref: Any) -> Any:
    """Give the stub as one more column of a statement that reads a thing; `told` reads it.

    `tenant_id` and `ref` are the columns of that statement's row; `module` and `kind` are names.
    """
    names = ("id", "ref", "rule_title", "reason", "hidden_at", "part", "appeal")
    pairs: list[Any] = []
    for name in names:
        pairs += [literal_column(f"'{name}'"), COLUMNS[name]]
    return (
        select(func.json_build_object(*pairs))
        .where(COLUMNS.tenant_id == tenant_id, COLUMNS.ref == ref)
        .where(COLUMNS.module == module, COLUMNS.kind == kind, COLUMNS.restored_at.is_(None))
        .correlate(ref.table)
        .scalar_subquery()
    )


def told(column: dict[str, Any] | None) -> Stub | None:
    """Read the column that `beside` wrote; None when nothing of the thing is hidden."""
    if column is None:
        return None
    at = datetime.fromisoformat(column["hidden_at"])
    ids = {name: uuid.UUID(column[name]) for name in ("id", "ref")}
    return _stub(SimpleNamespace(**column | ids | {"hidden_at": at}))


def is_hidden(tenant_id: int, module: str, kind: str, ref: uuid.UUID) -> bool:
    """Tell whether the whole of a thing is hidden now; one struck out in part is not."""
    found = stub(tenant_id, module, kind, ref)
    return found is not None and found.part == "whole"


def _stub(row: Any) -> Stub:
    title = row.rule_title
    return Stub(
        id=row.id,
        ref=row.ref,
        rule=title.get("ka" if locale() == "ka" else "en") or title.get("ka", ""),
        reason=row.reason,
        at=row.hidden_at,
        part=row.part,
        appeal=row.appeal,
    )
