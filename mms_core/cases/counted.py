"""What is counted of a case: how it came, when it was answered, whether the public reads it."""

from __future__ import annotations

import uuid
from datetime import datetime

from mms_core.cases.models import Case
from mms_core.clock import local_day
from mms_core.contributions import CaseType, State
from mms_core.people.current import acting

LONGEST = 61  # days to an answer are counted one by one up to here, longer ones together


def level_of(author_id: uuid.UUID | None) -> int:
    """Give the identity level with which the author acts now; 0 for everybody else."""
    person = acting() if author_id else None
    return person.level if person and person.id == author_id else 0


def how_it_came(channel: str, language: str, level: int) -> str:
    """Name the measure of a case by channel, language and identity level, all in one."""
    return f"by.{channel}.{language}.{level}"


def waited(days: int) -> str:
    """Name the measure of answers that took so many days; by these a median is read."""
    return f"wait.{min(max(days, 0), LONGEST):02}"


def opened_figures(case: Case, *, level: int) -> dict[str, int]:
    """Give the figures of a case that was just opened."""
    return {"opened": 1, how_it_came(case.channel, case.language, level): 1}


def answered_figures(
    case: Case, case_type: CaseType, state: State, *, now: datetime
) -> dict[str, int]:
    """Give the figures of a case that gets its first answer, before it is in its new state."""
    in_time = case.due_on is None or local_day(now) <= case.due_on
    days = (local_day(now) - local_day(case.opened_at)).days
    return {
        "answered": 1,
        "answered_in_time": int(in_time),
        "answer_days": days,
        waited(days): 1,
        "published": int(is_published(case_type, state)),
    }


def is_published(case_type: CaseType, state: State) -> bool:
    """Tell whether the public can read an answer that leaves its case in this state."""
    return state.public and case_type.public_endpoint is not None
