"""Cases like this one that were answered already, with the answers to use again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.cases.numbers import read
from mms_core.cases.similar import similar
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _

LIKE = 0.3  # a case that is only somewhat alike may still have the answer that fits
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
        limit=SHOWN,
        exclude=case.id,
        least=LIKE,
        answered=True,
    )
    return [
        Answered(
            number=one.number,
            title=one.title,
            state=one.row.state,
            kind=one.row.kind,
            language=one.row.language,
            answer=one.row.answer,
        )
        for one in found
    ]


def answer_of(tenant_id: int, number: str) -> str:
    """Give the answer of another case of the hall; Invalid when it has none."""
    mine = (Case.tenant_id == tenant_id) & (Case.number == (read(number) or ""))
    found: str | None = db.session.scalars(select(Case.answer).where(mine)).one_or_none()
    if not found:
        raise Invalid(_("This case has no answer to use."))
    return found
