"""Keeps with each case the few that are nearest to it, so that a page need not look for them.

The worker looks for those of a new case soon after it was opened, and puts it among those of the
cases that it found. A case that has no row yet is one whose reader looks for himself (`similar`);
what a row names may be hidden meanwhile, so who shows it to the public asks for that again.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ARRAY, Float, Uuid
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from mms_core import jobs
from mms_core.cases.models import Case, of_case
from mms_core.cases.reindexing import progress
from mms_core.cases.similar import BEGINNING, Found, renew_keys, similar
from mms_core.changes import changed
from mms_core.db import TenantScoped, db
from mms_core.identifiers import first_of
from mms_core.modules import registry

LEAST = 0.3  # how alike a case is at least to be near
KEPT = 12  # cases that are kept with one; some of them are not public
PIECE = 50  # cases of one transaction
SETTLED = timedelta(seconds=30)  # what was opened before is committed; otherwise it has no row
NEW = timedelta(hours=2)  # for one as new, the pages of those that are near it are drawn again
WHAT = "near"  # the name under which a hall remembers how far it is

_AMONG_THEIRS = sa.text("""
update mms.case_near n set near = b.near, scores = b.scores from (
    select k.case_id, array_agg(o.id order by o.score desc, o.id) as near,
        array_agg(o.score order by o.score desc, o.id) as scores
    from unnest(cast(:found as uuid[]), cast(:scores as float8[])) as f(id, score)
    join mms.case_near k on k.tenant_id = :tenant and k.case_id = f.id
    cross join lateral (
        select u.id, u.score from unnest(k.near, k.scores) as u(id, score)
        where u.id <> cast(:case as uuid)
        union all select cast(:case as uuid), f.score order by 2 desc, 1 limit :kept
    ) as o
    group by k.case_id
) as b where n.tenant_id = :tenant and n.case_id = b.case_id
""")


class CaseNear(TenantScoped, db.Model):  # type: ignore[misc,name-defined]
    """The cases that are nearest to a case, and how alike each is, 0 to 1; the likest first."""

    __tablename__ = "case_near"
    __table_args__ = (of_case(),)

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    near: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    scores: Mapped[list[float]] = mapped_column(ARRAY(Float))


def renew(case: Case) -> None:
    """Keep a case findable after its text has changed, and look again for what is near it."""
    renew_keys(case)
    jobs.defer(look_again, case.tenant_id, case.id)


@jobs.job("cases.look_for_near", retry=jobs.LETTER_RETRY)
def look_again(tenant_id: int, case_id: uuid.UUID | None) -> None:
    """Look again for the cases near one whose text has changed."""
    progress(tenant_id, WHAT, wait=True)  # two at once could hold what the other one wants
    case = db.session.get(Case, (tenant_id, case_id))
    if case is not None:
        _keep(tenant_id, case)
        changed(tenant_id, case.module)


def piece(tenant_id: int, *, now: datetime, size: int = PIECE) -> bool:
    """Look for what is near some more cases; tells whether there may be more. The caller commits.

    What nobody compares is passed over.
    """
    row = progress(tenant_id, WHAT)
    if row is None:  # another worker is at it
        return False
    found = _next(tenant_id, after=row.last_id, until=first_of(now - SETTLED), size=size)
    compared = [case for case in found if _is_compared(case)]
    for case in compared:
        _keep(tenant_id, case)
    for module in {case.module for case in compared if case.id > first_of(now - NEW)}:
        changed(tenant_id, module)
    if found:
        row.last_id, row.cases = found[-1].id, row.cases + len(compared)
    return len(found) == size


def _is_compared(case: Any) -> bool:
    kind = registry().case_type(case.module, case.kind)
    return kind is not None and kind.compared


def _next(
    tenant_id: int, *, after: uuid.UUID, until: uuid.UUID, size: int
) -> Sequence[sa.Row[Any]]:
    """Read the next cases that were opened before a moment, in the order of their opening."""
    body = sa.func.left(Case.body, BEGINNING).label("body")
    query = sa.select(Case.id, Case.module, Case.kind, Case.title, body)
    own = query.where(Case.tenant_id == tenant_id, Case.id > after, Case.id < until)
    return db.session.execute(own.order_by(Case.id).limit(size)).all()


def _keep(tenant_id: int, case: Any) -> None:
    """Keep what is near a case, and the case among what is near to those."""
    text = f"{case.title}\n{case.body}"
    found = similar(
        tenant_id, text, module=case.module, limit=KEPT, exclude=case.id, least=LEAST, beside=0
    )
    ids, scores = [one.case_id for one in found], [one.score for one in found]
    _hold(tenant_id, [*ids, case.id])
    new = insert(CaseNear).values(tenant_id=tenant_id, case_id=case.id, near=ids, scores=scores)
    again = {"near": new.excluded.near, "scores": new.excluded.scores}
    keys = [CaseNear.tenant_id, CaseNear.case_id]
    db.session.execute(new.on_conflict_do_update(index_elements=keys, set_=again))
    _among_theirs(tenant_id, case.id, found)


def _hold(tenant_id: int, ids: Sequence[uuid.UUID]) -> None:
    """Hold the rows that are going to change, always in the same order."""
    rows = sa.select(CaseNear.case_id).where(
        CaseNear.tenant_id == tenant_id, CaseNear.case_id.in_(ids)
    )
    db.session.execute(rows.order_by(CaseNear.case_id).with_for_update()).all()


def _among_theirs(tenant_id: int, case_id: uuid.UUID, found: Sequence[Found]) -> None:
    values = {"tenant": tenant_id, "case": case_id, "kept": KEPT}
    theirs = {"found": [one.case_id for one in found], "scores": [one.score for one in found]}
    if found:
        db.session.execute(_AMONG_THEIRS, values | theirs)
