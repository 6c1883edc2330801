"""Files that show that residents were informed: kept with the act, seen by staff alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from mms_core.db import db
from mms_core.errors import NotFound
from mms_core.files.intake import discard
from mms_core.files.stored import Stored
from mms_core.files.views import storage
from mms_core.i18n import lazy_gettext as _
from mms_core.switching.grounds import FILES, grounds
from mms_core.switching.models import ModuleGround

LINE = "residents_files"


def evidence(tenant_id: int, module: str) -> list[Stored]:
    """List the files, in the order in which they came."""
    kept: list[dict[str, Any]] = grounds(tenant_id, module).get(FILES, [])
    return [Stored.from_json(one) for one in kept]


def find(tenant_id: int, module: str, digest: str) -> Stored:
    """Give the file with this SHA-256; NotFound when there is none."""
    for one in evidence(tenant_id, module):
        if one.sha256 == digest:
            return one
    raise NotFound(_("This file is no longer here."))


def change(
    tenant_id: int, module: str, *, new: Sequence[Stored], without: Collection[str], by: str
) -> None:
    """Add files, and take away those with these SHA-256; what they held is gone then."""
    before = evidence(tenant_id, module)
    gone = [one for one in before if one.sha256 in without]
    if not new and not gone:
        return
    kept = {one.sha256: one for one in (*before, *new) if one not in gone}
    row = db.session.get(ModuleGround, (tenant_id, module, LINE), with_for_update=True)
    if row is None:
        row = ModuleGround(tenant_id=tenant_id, module=module, name=LINE)
        db.session.add(row)
    row.value = {FILES: [one.to_json() for one in kept.values()]}
    row.noted_by, row.at = by, datetime.now(UTC)
    db.session.flush()
    for one in gone:
        discard(one, storage=storage())
