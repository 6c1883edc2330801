"""Moves a running clock: it stands while the citizen is asked, runs again, is extended once.

Every verb takes a case that was read for update, writes one event of the kind `due` into its log,
moves the figure of owed answers from the old day to the new one, and keeps the citizen's index row
in step. Only a clock that still runs can be moved: the case is open and has no answer yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from mms_core import clock
from mms_core.cases.days_off import extra_days_off
from mms_core.cases.deadlines import cure_end, cure_policy, own_policy, policy_now
from mms_core.cases.letters import tell_author
from mms_core.cases.log import SYSTEM, Actor, Entry, append
from mms_core.cases.models import Case, PersonCase
from mms_core.changes import changed
from mms_core.clock.records import again, pauses_of, start_of
from mms_core.contributions import CaseType
from mms_core.db import db
from mms_core.errors import Invalid, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.counters import count

LETTERS = "cases"  # the core's own templates of letters
OVER = _("The date of the answer has passed, so the clock can no longer be moved.")


@dataclass(frozen=True, kw_only=True)
class Move:
    """What is to be said of a moved clock: the name of the event and its facts."""

    name: str  # asked, more_time, resumed, extended, days_off, checked, begun
    actor: Actor = SYSTEM
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def runs(case: Case) -> bool:
    """Tell whether the case still has a clock that runs or stands."""
    return bool(case.is_open and case.answered_at is None and case.due_on and case.due_reason)


def stands(case: Case) -> bool:
    """Tell whether the clock stands because the citizen was asked for something."""
    return runs(case) and case.waits_until is not None


def stop_for_citizen(
    case: Case, case_type: CaseType | None, *, days: int, actor: Actor, now: datetime, **facts: Any
) -> date:
    """Let the clock stand until the citizen answers, at most `days`; gives the term's last day.

    The date of the answer becomes the latest one that can come of it. Raises Refused when the
    clock does not run, stands already, or is over; Invalid (field `days`) outside the policy's
    bounds (at least five days: General Administrative Code, art. 83). Use `questions.ask_citizen`,
    which also writes to the citizen.
    """
    cure, today = _may_stand(case, case_type, now=now), clock.local_day(now)
    if not cure.days <= days <= cure.longest:
        wrong = _("Give the citizen from %(least)s to %(most)s days.",
                  least=cure.days, most=cure.longest)  # fmt: skip
        raise Invalid(wrong, fields={"days": [wrong]})
    asked = {"policy": cure.key, "from": now.isoformat(), "days": days}
    off = extra_days_off(case.tenant_id)
    until = cure_end(asked, off=off)
    pauses = (*pauses_of(case.due_reason), clock.Pause(first=today, last=until))
    due = again(case.due_reason, own_policy(case, case_type), off=off, pauses=pauses)
    case.waits_until, case.check_by = until, None  # to ask is to have checked
    said = Move(name="asked", actor=actor, data={"until": until.isoformat(), **facts})
    move(case, due, said=said, now=now, cure=asked)
    return until


def _may_stand(case: Case, case_type: CaseType | None, *, now: datetime) -> clock.Policy:
    _must_run(case)
    cure = cure_policy(case, case_type)
    if cure is None:
        raise Refused(_("The law gives this answer no pause: write to the citizen instead."))
    if case.waits_until is not None:
        raise Refused(_("The citizen has been asked already, and the clock stands."))
    if case.due_on and clock.local_day(now) > case.due_on:
        raise Refused(OVER)
    return cure


def _must_run(case: Case) -> None:
    if not runs(case):
        raise Refused(_("This case has no running clock: it is answered or closed."))


def give_more_time(case: Case, *, actor: Actor, now: datetime) -> date:
    """Lengthen the term in which the citizen answers, once for each question; gives its last day.

    By at most 15 days and at the citizen's own request (General Administrative Code, art. 83).
    """
    cure = case.due_reason.get("cure") if stands(case) else None
    if cure is None:
        raise Refused(_("The city hall is not waiting for your answer at the moment."))
    more = clock.policies()["deficiency_extended"].days
    if cure.get("more"):
        raise Refused(_("The time for your answer has been lengthened once already."))
    asked, off = cure | {"more": more}, extra_days_off(case.tenant_id)
    case.waits_until = cure_end(asked, off=off)
    due = _with_last_pause(case, last=case.waits_until, off=off)
    data = {"until": case.waits_until.isoformat()}
    move(case, due, said=Move(name="more_time", actor=actor, data=data), now=now, cure=asked)
    return case.waits_until


def resume(
    case: Case, *, actor: Actor, now: datetime, why: str = "by_hand", text: str = ""
) -> bool:
    """Let the clock run again from tomorrow; tells whether it stood.

    `why` is answered (the citizen did), term_over (nobody did in time) or by_hand. However late
    this is noticed, the clock stood until the end of the term at the latest.
    """
    if not stands(case) or case.waits_until is None:
        return False
    off = extra_days_off(case.tenant_id)
    last = min(clock.local_day(now), case.waits_until)
    case.waits_until = None
    due = _with_last_pause(case, last=last, off=off)
    data = {"why": why, "last": due.pauses[-1].last.isoformat()}
    move(case, due, said=Move(name="resumed", actor=actor, text=text, data=data), now=now)
    return True


def _with_last_pause(case: Case, *, last: date, off: tuple[clock.DayOff, ...]) -> clock.Due:
    *before, now = pauses_of(case.due_reason)
    ended = replace(now, last=max(now.first, last))  # a clock that went back ends nothing earlier
    return again(case.due_reason, off=off, pauses=(*before, ended))


def extend(
    case: Case, case_type: CaseType | None, *, days: int, reason: str, actor: Actor, now: datetime
) -> date:
    """Lengthen the answer's term once, with a reason that the citizen is told; gives the new date.

    Raises Refused when it was extended already, is over, or its policy allows none; Invalid
    (fields `days`, `text`) for more days than the policy gives, or without a reason
    (General Administrative Code, art. 100(3)).
    """
    _must_run(case)
    policy, plain = policy_now(case, case_type), reason.strip()
    if not policy.extension:
        raise Refused(_("The law allows no extension of this date."))
    if case.due_reason.get("extended"):
        raise Refused(_("The date has been extended once already."))
    if case.due_on and clock.local_day(now) > case.due_on:
        raise Refused(OVER)
    _check_extension(days, plain, most=policy.extension)
    due = again(
        case.due_reason,
        own_policy(case, case_type),
        off=extra_days_off(case.tenant_id),
        extended=days,
        extended_on=clock.local_day(now),
        extended_why=plain,
    )
    said = Move(name="extended", actor=actor, text=plain, data={"days": days})
    move(case, due, said=said, now=now, cure=case.due_reason.get("cure"))
    tell_author(case, "extended", context={"text": plain}, module=LETTERS)
    return due.date


LONGEST_REASON = 500


def _check_extension(days: int, reason: str, *, most: int) -> None:
    wrong: dict[str, list[object]] = {}
    if not 1 <= days <= most:
        wrong["days"] = [_("Extend by at least one day and at most %(most)s.", most=most)]
    if not reason:
        wrong["text"] = [_("Write the reason: the citizen reads it.")]
    elif len(reason) > LONGEST_REASON:
        wrong["text"] = [_("The text is too long: at most %(count)s characters.",
                           count=LONGEST_REASON)]  # fmt: skip
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)


def confirm_complete(case: Case, *, actor: Actor, now: datetime) -> None:
    """Note that nothing is missing in what the citizen handed in; the clock runs as before."""
    _must_run(case)
    if case.check_by is None:
        raise Refused(_("This case has been checked already."))
    data = {"by": case.check_by.isoformat()}
    case.check_by = None
    append(case, Entry(kind="due", step="checked", actor=actor, data=data), at=now)


def finish(case: Case, *, actor: Actor, now: datetime) -> None:
    """End the clock of a case before its answer or its end is written: a pause ends with it."""
    resume(case, actor=actor, now=now, why="answer_given")
    case.check_by = case.remind_on = None


def begin_at(
    case: Case, case_type: CaseType | None, *, start: datetime, actor: Actor, now: datetime
) -> None:
    """Count the answer from another moment, as when the visit that it follows was moved.

    Nothing happens where no clock runs or it begins then already.
    """
    if not runs(case) or start_of(case.due_reason) == start:
        return
    policy, off = policy_now(case, case_type), extra_days_off(case.tenant_id)
    due = clock.due(start, policy, extra_days_off=off)
    move(case, due, said=Move(name="begun", actor=actor), now=now, start=start)


def move(
    case: Case, due: clock.Due, *, said: Move, now: datetime, cure: dict[str, Any] | None = None,
    start: datetime | None = None,
) -> None:  # fmt: skip
    """Put a newly counted deadline on a case and write down that it moved."""
    before, start = case.due_on, start or start_of(case.due_reason)
    case.due_on = due.date
    case.due_reason = clock.kept(due, start) | ({"cure": cure} if cure else {})
    case.remind_on = clock.local_day(now)  # the ladder looks anew
    was = before.isoformat() if before else ""
    entry = Entry(
        kind="due",
        step=said.name,
        actor=said.actor,
        before=was,
        after=due.date.isoformat(),
        public=True,
        text=said.text,
        data=said.data,
    )
    append(case, entry, at=now)
    _keep_in_step(case, before=before)


def _keep_in_step(case: Case, *, before: date | None) -> None:
    """Move the figure of owed answers, the citizen's index row and the public pages."""
    if before == case.due_on or case.due_on is None:
        return
    days = {case.due_on: {"due": 1}} | ({before: {"due": -1}} if before else {})
    count(case.tenant_id, case.module, days)
    if case.author_id is not None:
        row = PersonCase
        mine = (row.tenant_id == case.tenant_id) & (row.person_id == case.author_id)
        db.session.execute(
            update(row).where(mine, row.case_id == case.id)
            .values(due_on=case.due_on, updated_at=case.updated_at)
        )  # fmt: skip
    changed(case.tenant_id, case.module)
