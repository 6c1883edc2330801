"""Cases like this one that were answered already, with the answers to use again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.cases.numbers import read
from mms_core.cases.similar import similar
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _

LIKE = 0.3  # a case that is only somewhat alike may still have the answer that fits
LOOKED = 12  # cases that are looked at
SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A case like this one, and what the hall answered."""

    number: str
    title: str
    state: str
    kind: str
    language: str
    answer: str


def answered_like(case: Case) -> list[Answered]:
    """Give the answered cases that are most like a case, the likest first."""
    found = similar(
        case.tenant_id,
        f"{case.title}\n{case.body}",
        module=case.module,
        limit=LOOKED,
        exclude=case.id,
        least=LIKE,
    )
    place = {one.case_id: n for n, one in enumerate(found)}
    rows = sorted(_answered(case.tenant_id, list(place)), key=lambda row: place[row.id])
    return [
        Answered(
            number=row.number,
            title=row.title,
            state=row.state,
            kind=row.kind,
            language=row.language,
            answer=row.answer,
        )
        for row in rows[:SHOWN]
    ]


def _answered(tenant_id: int, ids: list[uuid.UUID]) -> list[Case]:
    if not ids:
        return []
    mine = (Case.tenant_id == tenant_id) & Case.id.in_(ids) & (Case.answer != "")
    return list(db.session.scalars(select(Case).where(mine)))


def answer_of(tenant_id: int, number: str) -> str:
    """Give the answer of another case of the hall; Invalid when it has none."""
    mine = (Case.tenant_id == tenant_id) & (Case.number == (read(number) or ""))
    found: str | None = db.session.scalars(select(Case.answer).where(mine)).one_or_none()
    if not found:
        raise Invalid(_("This case has no answer to use."))
    return found
