"""What the citizen sends from the page of their own case: words, files, or a wish for more time."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import request

from mms_core.cases.clockwork import give_more_time, stands
from mms_core.cases.correspondence import attach
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.citizen.rules import reply
from mms_core.dates import day
from mms_core.errors import Invalid
from mms_core.files.pending import Attached
from mms_core.files.views import pending
from mms_core.i18n import gettext as _
from mms_core.people.current import Person


def may_have_more_time(case: Case) -> bool:
    """Tell whether the citizen may still lengthen the time for an answer, which is once."""
    return stands(case) and not case.due_reason.get("cure", {}).get("more")


def take(case: Case, person: Person | None) -> str:
    """Keep what the citizen sent and give the sentence that says so.

    A reply or a file lets a clock that stood for it run again. Raises Invalid without words and
    files, Refused when the case is closed.
    """
    now, actor = datetime.now(UTC), Actor(role="citizen", id=person.id if person else None)
    if request.form.get("do") == "more_time":
        until = give_more_time(case, actor=actor, now=now)
        return _("You have more time: please answer by %(day)s.", day=day(until))
    text, waited = request.form.get("text", ""), stands(case)
    found = _files(case) if waited else Attached()
    if text.strip() or not found.files:
        reply(case, text, person_id=actor.id, now=now)
    if found.files:
        attach(case, pending(case.tenant_id).settle(found), actor=actor, now=now)
    if waited and case.due_on:
        return _("Your answer has been sent. The city hall answers by %(day)s.",
                 day=day(case.due_on))  # fmt: skip
    return _("Your message has been sent to the city hall.")


def _files(case: Case) -> Attached:
    """Take in the files that the hall asked for; one that cannot be taken refuses the whole."""
    found = pending(case.tenant_id).gather(request.files.getlist("files"))
    if found.problems:
        raise Invalid(found.problems[0], fields={"files": list(found.problems)})
    return found
