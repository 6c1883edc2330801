"""Says which cases everybody may read, and finds those that answer a question already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import select

from mms_core.cases.models import Case
from mms_core.cases.similar import similar
from mms_core.db import db
from mms_core.guard import modules_on, tenant_modules
from mms_core.modules import registry

ASKED = 12  # like cases of a module that are looked at until enough are public and answered
WORDS = 240  # of an answer that stand in a list


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A public case that the hall has answered: what was asked, what it said, where it is read."""

    title: str
    language: str
    answer: str
    url: str


def is_public(case: Case) -> bool:
    """Tell whether everybody may read a case: its module serves, and its state is public."""
    case_type = registry().case_type(case.module, case.kind)
    now = tenant_modules().get(case.module)
    if case_type is None or now is None or not now.serves:
        return False
    if case_type.shown is not None and not case_type.shown(case):
        return False
    return any(state.name == case.state and state.public for state in case_type.states)


def public_url(case: Case) -> str | None:
    """Give the address where everybody reads the case, or None when nobody may."""
    case_type = registry().case_type(case.module, case.kind)
    if case_type is None or case_type.public_endpoint is None or not is_public(case):
        return None
    if case.state in {step.target for step in case_type.steps if not step.source}:
        return None  # the hall has not looked at it yet, so a module may not show it either
    return url_for(case_type.public_endpoint, number=case.number)


def answered_alike(tenant_id: int, words: str, *, limit: int = 3) -> list[Answered]:
    """Find public, answered cases of any module that ask for the same, the likest first.

    A form shows them before somebody asks what was answered already. The first line of `words`
    counts as the title; the session is bound to `tenant_id`.
    """
    near = [
        found
        for name in _compared()
        for found in similar(tenant_id, words, module=name, limit=ASKED, beside=0)
    ]
    near.sort(key=lambda found: -found.score)
    ids = [found.case_id for found in near]
    if not ids:
        return []
    query = select(Case).where(
        Case.tenant_id == tenant_id, Case.id.in_(ids), Case.answered_at.is_not(None)
    )
    rows = {case.id: case for case in db.session.scalars(query)}
    shown = (_answered(rows[one]) for one in ids if one in rows)
    return [one for one in shown if one is not None][:limit]


def _compared() -> Iterator[str]:
    """Name the modules that serve here, whose cases are compared and read by everybody."""
    loaded, states = registry().loaded, tenant_modules()
    for name in modules_on():
        kinds = loaded[name].case_types
        if states[name].serves and any(kind.compared and kind.public_endpoint for kind in kinds):
            yield name


def _answered(case: Case) -> Answered | None:
    url = public_url(case)
    if url is None or not case.answer:
        return None
    said = case.answer if len(case.answer) <= WORDS else f"{case.answer[:WORDS].rstrip()}…"
    return Answered(title=case.title, language=case.language, answer=said, url=url)
