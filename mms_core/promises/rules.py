"""Decides about promises: made with an answer, moved with a reason, kept, broken.

Each verb writes the promise's row, an event of its case that the citizen and the public read, the
figure of the day and the mark of public change in one transaction. The case was read for update.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Case
from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.counters import count
from mms_core.promises.models import BROKEN, KEPT, OPEN, Promise

LONGEST = 500  # characters of a promise or of a reason
FURTHEST = 10  # years


def promise(
    case: Case,
    *,
    text: str,
    due_on: date | None,
    actor: Actor,
    now: datetime,
    unit: str = "",
    public: bool = True,
) -> Promise:
    """Promise something by a day; Invalid names `promise_text` or `promise_due`."""
    words = check(text=text, due_on=due_on, now=now)
    assert due_on is not None  # check has refused it
    row = Promise(
        tenant_id=case.tenant_id,
        id=uuid7(),
        case_id=case.id,
        number=case.number,
        module=case.module,
        text=words,
        language=case.language,
        unit=unit.strip(),
        due_on=due_on,
        first_due_on=due_on,
        state=OPEN,
        public=public,
        made_at=now,
        made_by=actor.id,
    )
    db.session.add(row)
    _tell(row, case, "made", text=words, actor=actor, now=now)
    return row


def check(*, text: str, due_on: date | None, now: datetime) -> str:
    """Give a promise's words cleaned; Invalid (`promise_text`, `promise_due`) if it is none."""
    words, wrong = text.strip(), {}
    if not words:
        wrong["promise_text"] = [_("Write what is promised.")]
    elif len(words) > LONGEST:
        wrong["promise_text"] = [_("Write at most %(count)s characters.", count=LONGEST)]
    problem = _day_problem(due_on, now=now)
    if problem:
        wrong["promise_due"] = [problem]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return words


def _day_problem(due_on: date | None, *, now: datetime) -> Any:
    today = local_day(now)
    if due_on is None:
        return _("Choose the day by which it will be done.")
    if due_on <= today:
        return _("This day has passed already; choose a later one.")
    if due_on.year > today.year + FURTHEST:
        return _("Choose a day within %(count)s years.", count=FURTHEST)
    return ""


def move(
    row: Promise, case: Case, *, due_on: date | None, reason: str, actor: Actor, now: datetime
) -> None:
    """Move a promise to another day; the first day stays known. Invalid: `due_on`, `reason`."""
    _still_open(row)
    problem = _day_problem(due_on, now=now)
    if due_on == row.due_on:
        problem = _("This is the day already.")
    if problem:
        raise Invalid(problem, fields={"due_on": [problem]})
    assert due_on is not None
    words = _reason(reason)
    row.due_on, row.reminded_on = due_on, None
    _tell(row, case, "moved", text=words, actor=actor, now=now)


def keep(row: Promise, case: Case, *, text: str = "", actor: Actor, now: datetime) -> None:
    """Say that a promise was kept; one that was broken before is counted as kept late."""
    if row.state == KEPT:
        raise Refused(_("This promise is marked as kept already."))
    measure = "promises_kept_late" if row.state == BROKEN else "promises_kept"
    row.state, row.closed_at = KEPT, now
    _tell(row, case, "kept", text=text.strip()[:LONGEST], actor=actor, now=now, measure=measure)


def give_up(row: Promise, case: Case, *, reason: str, actor: Actor, now: datetime) -> None:
    """Say that a promise will not be kept, with the reason. Invalid: `reason`."""
    _still_open(row)
    words = _reason(reason)
    row.state, row.closed_at = BROKEN, now
    _tell(row, case, "broken", text=words, actor=actor, now=now)


def lapse(row: Promise, case: Case, *, actor: Actor, now: datetime) -> None:
    """Count a promise as not kept because its day has long passed; it can still be kept late."""
    _still_open(row)
    row.state, row.closed_at = BROKEN, now
    _tell(row, case, "lapsed", text="", actor=actor, now=now, measure="promises_broken")


def _still_open(row: Promise) -> None:
    if row.state != OPEN:
        raise Refused(_("This promise is closed already."))


def _reason(text: str) -> str:
    words = text.strip()
    problem: Any = "" if words else _("Write the reason; everybody can read it.")
    if len(words) > LONGEST:
        problem = _("Write at most %(count)s characters.", count=LONGEST)
    if problem:
        raise Invalid(problem, fields={"reason": [problem]})
    return words


MEASURES = {"made": "promised", "kept": "promises_kept", "broken": "promises_broken"}


def _tell(
    row: Promise,
    case: Case,
    what: str,
    *,
    text: str,
    actor: Actor,
    now: datetime,
    measure: str = "",
) -> None:
    data = {"promise": str(row.id), "what": what, "due": row.due_on.isoformat()}
    if row.unit:
        data["unit"] = row.unit
    entry = Entry(kind="promise", actor=actor, public=True, text=text, data=data)
    append(case, entry, at=now)
    measure = measure or MEASURES.get(what, "")
    if measure:
        count(row.tenant_id, row.module, {local_day(now): {measure: 1}})
    changed(row.tenant_id, row.module)


def of_case(case: Case) -> Sequence[Promise]:
    """Give the promises of a case, the nearest first."""
    mine = (Promise.tenant_id == case.tenant_id) & (Promise.case_id == case.id)
    return db.session.scalars(select(Promise).where(mine).order_by(Promise.due_on)).all()


def by_id(tenant_id: int, promise_id: uuid.UUID) -> Promise:
    """Find a promise of a hall; NotFound when there is none."""
    found = db.session.get(Promise, (tenant_id, promise_id))
    if found is None:
        raise NotFound(_("There is no such promise."))
    return found
