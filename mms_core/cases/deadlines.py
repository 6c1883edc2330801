"""When a case's answer is due, by the case type's policy or the hall's own number of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from mms_core import clock
from mms_core.cases.models import Case
from mms_core.contributions import CaseType


def set_deadline(
    case: Case, case_type: CaseType, *, settings: Mapping[str, Any], now: datetime
) -> clock.Due:
    """Start the answer clock of a case and keep how the date was computed."""
    days = settings.get(case_type.days_setting or "") or case_type.deadline.days
    due = clock.due(now, replace(case_type.deadline, days=int(days)))
    case.due_on = due.date
    case.due_reason = {"policy": due.policy.key, "days": int(days), "from": now.isoformat()}
    return due


def explain_due(case: Case, case_type: CaseType | None, *, locale: str) -> str:
    """Say in words how the date of the answer was computed; empty when there is none."""
    reason = case.due_reason
    if not reason or case_type is None:
        return ""
    start = datetime.fromisoformat(reason["from"])
    policy = replace(case_type.deadline, days=reason["days"])
    return clock.explain(clock.due(start, policy), locale)


def is_overdue(case: Case, *, today: date) -> bool:
    """Tell whether the hall still owes an answer after its date."""
    return bool(case.is_open and not case.answered_at and case.due_on and case.due_on < today)
