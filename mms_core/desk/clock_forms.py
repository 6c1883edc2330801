"""The forms by which an officer moves the clock of a case, and what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import flash, request

from mms_core.cases import clockwork
from mms_core.cases.deadlines import cure_policy, policy_now
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.questions import ask_citizen
from mms_core.clock.words import days_words
from mms_core.contributions import CaseType
from mms_core.i18n import gettext as _
from mms_core.i18n import locale


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What can be done with a case's clock now."""

    stands: bool = False
    ask_least: int = 0  # days; 0: the citizen cannot be asked with a pause
    ask_most: int = 0
    extend_most: int = 0  # days; 0: no extension is possible
    extend_most_words: str = ""
    check_by: date | None = None


def panel(case: Case, case_type: CaseType | None, *, today: date) -> Panel:
    """Say what an officer can do with the clock; nothing where no clock runs."""
    if not clockwork.runs(case) or case.due_on is None:
        return Panel()
    policy, cure = policy_now(case, case_type), cure_policy(case, case_type)
    over, waits = today > case.due_on, case.waits_until is not None
    may_ask = cure is not None and not over and not waits
    may_extend = not over and not case.due_reason.get("extended")
    most = policy.extension if may_extend else 0
    return Panel(
        stands=waits,
        ask_least=cure.days if cure and may_ask else 0,
        ask_most=cure.longest if cure and may_ask else 0,
        extend_most=most,
        extend_most_words=days_words(most, policy, locale()) if most else "",
        check_by=case.check_by,
    )


def _days(part: str) -> int:
    raw = request.form.get(f"days_{part}", "").strip()
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 5 else 0


def _ask(case: Case, case_type: CaseType | None, actor: Actor, text: str) -> None:
    ask_citizen(case, case_type, text=text, days=_days("ask"), actor=actor, now=datetime.now(UTC))
    flash(_("The citizen has been asked, and the clock stands."), "success")


def _resume(case: Case, _type: CaseType | None, actor: Actor, text: str) -> None:
    reason = text.strip()[: clockwork.LONGEST_REASON]
    if clockwork.resume(case, actor=actor, now=datetime.now(UTC), text=reason):
        flash(_("The clock runs again."), "success")


def _extend(case: Case, case_type: CaseType | None, actor: Actor, text: str) -> None:
    now = datetime.now(UTC)
    clockwork.extend(case, case_type, days=_days("extend"), reason=text, actor=actor, now=now)
    flash(_("The date has been extended, and the citizen is told why."), "success")


def _check(case: Case, _type: CaseType | None, actor: Actor, _text: str) -> None:
    clockwork.confirm_complete(case, actor=actor, now=datetime.now(UTC))
    flash(_("Noted: nothing is missing."), "success")


CLOCK_WORK: dict[str, Callable[[Case, Any, Actor, str], None]] = {
    "ask": _ask,
    "resume": _resume,
    "extend": _extend,
    "check": _check,
}
