"""What stands in the place of something hidden: by which rule, why, and since when."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from mms_core.db import db
from mms_core.i18n import locale
from mms_core.moderation.models import Hiding


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
    wanted, row = list(refs), Hiding
    if not wanted:
        return {}
    mine = select(row).where(row.tenant_id == tenant_id, row.module == module, row.kind == kind)
    found = db.session.scalars(mine.where(row.ref.in_(wanted), row.restored_at.is_(None)))
    return {one.ref: _stub(one) for one in found}


def is_hidden(tenant_id: int, module: str, kind: str, ref: uuid.UUID) -> bool:
    """Tell whether the whole of a thing is hidden now; one struck out in part is not."""
    found = stub(tenant_id, module, kind, ref)
    return found is not None and found.part == "whole"


def _stub(row: Hiding) -> Stub:
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
