"""What the desk's page of a need shows beside the case, and the topics by which it is routed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy import select

from mms_core.db import db
from plugins.citizen_feedback.kinds import needs_of, words_of
from plugins.citizen_feedback.models import NAME
from plugins.citizen_feedback.need_models import Need, Problem
from plugins.citizen_feedback.settings import settings_now


def details(case: Any) -> Mapping[str, Any]:
    """Give the desk what is special in a need: kind, settlement, supports, its problem."""
    same = (Problem.tenant_id == Need.tenant_id) & (Problem.id == Need.problem_id)
    query = (
        select(Need.category, Need.settlement, Need.supports, Need.is_public, Problem.code,
               Problem.title)
        .outerjoin(Problem, same)
        .where(Need.tenant_id == case.tenant_id, Need.case_id == case.id)
    )  # fmt: skip
    row = db.session.execute(query).one_or_none()
    if row is None:
        return {}
    return {
        "category": words_of(row.category, needs_of(settings_now(case.tenant_id))),
        "settlement": row.settlement,
        "supports": row.supports,
        "is_public": row.is_public,
        "problem": row.title,
        "problem_url": url_for(f"{NAME}.desk_problem", problem=row.code) if row.code else "",
        "group_url": url_for(f"{NAME}.desk_needs", like=case.number),
    }


def topics(tenant: Any) -> Mapping[str, str]:
    """Give the hall's categories of needs."""
    return needs_of(settings_now(tenant.id))
