"""When a case's answer is due: the clock is started here, and its record read.

`due_reason` on the case is the kept deadline (`mms_core.clock.kept`), with `cure` beside it while
the clock stands. What moves a running clock stands in `clockwork.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from mms_core import clock
from mms_core.cases.days_off import extra_days_off
from mms_core.cases.models import Case
from mms_core.clock.records import policy_of
from mms_core.contributions import CaseType


def set_deadline(
    case: Case,
    case_type: CaseType,
    *,
    settings: Mapping[str, Any],
    now: datetime,
    off: tuple[clock.DayOff, ...] | None = None,
) -> clock.Due:
    """Start the answer clock of a case and keep how the date was computed.

    The policy is the one of the case's topic, else the usual one, for which the hall's own number
    of days holds within its bounds. Where the policy asks for it,
    the term for checking that nothing is missing starts too (General Administrative Code, art. 83).
    `off` are the extra days off, where they have been read.
    """
    policy = _term(case_type, case.topic, settings)
    off = extra_days_off(case.tenant_id) if off is None else off
    due = clock.due(now, policy, extra_days_off=off)
    case.due_on, case.due_reason = due.date, clock.kept(due, now)
    if policy.check:
        case.check_by = clock.due(now, clock.policies()[policy.check], extra_days_off=off).date
    case.remind_on = due.first  # the ladder's first look; it says when to look again
    return due


def due_if_opened(
    tenant_id: int,
    case_type: CaseType,
    *,
    settings: Mapping[str, Any],
    now: datetime,
    topic: str = "",
) -> date:
    """Give the day by which a case that is opened now is answered, as its form says beforehand."""
    return due_here(tenant_id, _term(case_type, topic, settings), start=now).date


def due_here(tenant_id: int, policy: clock.Policy, *, start: datetime) -> clock.Due:
    """Count a term in a municipality, with its extra days off: one short query."""
    return clock.due(start, policy, extra_days_off=extra_days_off(tenant_id))


def _term(case_type: CaseType, topic: str | None, settings: Mapping[str, Any]) -> clock.Policy:
    own = settings.get(case_type.days_setting or "")
    return case_type.terms.get(topic or "") or case_type.deadline.chosen(own)


def due_of(case: Any, case_type: CaseType | None) -> clock.Due | None:
    """Give the deadline of a case, or of a row with its `due_reason`; None when it has none."""
    if not case.due_reason:
        return None
    return clock.read(case.due_reason, own_policy(case, case_type))


def explain_due(case: Any, case_type: CaseType | None, *, locale: str) -> str:
    """Say in words how the date of the answer was computed; empty when there is none."""
    due = due_of(case, case_type)
    return clock.explain(due, locale) if due else ""


def due_words(case: Any, case_type: CaseType | None, *, locale: str) -> Markup:
    """Say on a page how the date was computed; an officer's reason keeps its own language."""
    due = due_of(case, case_type)
    if due is None:
        return Markup()
    said, why = clock.explain(due, locale), due.extended_why
    if not why:
        return escape(said)
    before, _why, after = said.rpartition(why)
    language = getattr(case, "language", "") or "ka"
    return Markup('{}<span lang="{}">{}</span>{}').format(before, language, why, after)


def complaint_ends(case: Any) -> date | None:
    """Give the last day of a complaint for whoever learns of the answer on the day it was given."""
    if not case.answered_at:
        return None
    filing = clock.policies()["complaint_filing"]
    return due_here(case.tenant_id, filing, start=case.answered_at).date


def is_overdue(case: Case, *, today: date) -> bool:
    """Tell whether the hall still owes an answer after its date."""
    return bool(case.is_open and not case.answered_at and case.due_on and case.due_on < today)


def policy_now(case: Case, case_type: CaseType | None) -> clock.Policy:
    """Give the policy of a running clock, with the numbers it had when the clock began."""
    return policy_of(case.due_reason, own_policy(case, case_type))


def own_policy(case: Any, case_type: CaseType | None) -> clock.Policy | None:
    """Give the table's own policy of a record by its key, which the national file may not know."""
    if case_type is None:
        return None
    key, terms = case.due_reason.get("policy", ""), case_type.terms.values()
    return next((term for term in terms if term.key == key), case_type.deadline)


def cure_policy(case: Case, case_type: CaseType | None) -> clock.Policy | None:
    """Give the policy by which the citizen is asked for what is missing; None where nobody is."""
    return clock.policies().get(policy_now(case, case_type).cure) if case.due_reason else None


def cure_end(cure: Mapping[str, Any], *, off: tuple[clock.DayOff, ...]) -> date:
    """Give the last day on which the citizen may answer, from the record of a question."""
    policy = clock.policies()[cure["policy"]]
    asked = replace(policy, days=cure["days"] + cure.get("more", 0), most=0)
    return clock.due(datetime.fromisoformat(cure["from"]), asked, extra_days_off=off).date
