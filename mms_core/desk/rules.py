"""What officers do with a case besides its steps: hand over, note, write, look.

Each verb adds an event; the figures are touched by steps alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mms_core.cases.correspondence import words, write
from mms_core.cases.letters import tell_author
from mms_core.cases.log import Actor, CaseEvent, Entry, append
from mms_core.cases.models import Case, CaseContact, CaseMessage
from mms_core.cases.reading import others
from mms_core.cases.timeline import since
from mms_core.clock import local_day
from mms_core.contributions import STAFF, CaseType, Step
from mms_core.db import db
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.people.rules import Colleague, Profile, log_look, look_at_personal_data
from mms_core.units.absence import stand_in
from mms_core.units.models import Unit
from mms_core.units.rules import members

LETTERS = "cases"  # the core's own templates of letters


@dataclass(frozen=True, kw_only=True)
class ContactSeen:
    """What an officer sees of the author after a logged look."""

    contact: CaseContact | None
    profile: Profile | None


def acting_role(roles: Iterable[str], *, allowed: Sequence[str] = STAFF) -> str:
    """Choose the role in which an officer acts; empty when none is allowed."""
    have = frozenset(roles)
    return next((role for role in allowed if role in have and role in STAFF), "")


def steps_for(case: Case, case_type: CaseType | None, *, roles: Iterable[str]) -> list[Step]:
    """Give the steps that these roles may take now; the table's first choice first."""
    if case_type is None or case.merged_into is not None:
        return []  # a joined case is answered by its leading one
    have = frozenset(roles) & frozenset(STAFF)
    found = [s for s in case_type.steps_from(case.state) if s.suits(case.topic)]
    mine = [s for s in found if have & frozenset(s.by)]
    possible = [s for s in mine if _may_close(case, case_type, s) and not s.forwards]
    return sorted(possible, key=lambda step: not step.primary)


def _may_close(case: Case, case_type: CaseType, step: Step) -> bool:
    """No case that must be answered is closed without an answer, so the way is not offered."""
    stays_open = case_type.state(step.target).open
    answered = case.answered_at is not None or step.answers
    return stays_open or answered or not case_type.must_answer


def seen_version(case: Case, events: Iterable[CaseEvent], *, seen: int) -> int:
    """Give the version to act upon: what was seen, or the present one if only looks came since."""
    return seen if since(events, seen) else case.version


def assign(
    case: Case, to: Colleague | None, *, actor: Actor, now: datetime, text: str = ""
) -> None:
    """Make a colleague responsible for the case, or nobody.

    The case of somebody who is away goes to who stands in; the event says for whom.
    """
    wanted = to
    if to is not None and to.id != actor.id:
        to = stand_in(case.tenant_id, to, day=local_day(now))
    if (to.id if to else None) == case.assignee_id:
        raise Refused(_("This person is responsible for the case already."))
    case.assignee_id = to.id if to else None
    case.assignee_name = to.name if to else ""
    data = {"to": str(to.id), "name": to.name} if to else {}
    if to is not None and wanted is not None and to.id != wanted.id:
        data["instead_of"] = wanted.name
    entry = Entry(kind="assigned", actor=actor, text=words(text, required=False), data=data)
    append(case, entry, at=now)


def hand_to_unit(case: Case, unit: Unit, *, actor: Actor, now: datetime, text: str = "") -> None:
    """Hand the case over to another unit; who does not work there is responsible no more."""
    if case.unit == str(unit.id):
        raise Refused(_("The case lies with this unit already."))
    case.unit = str(unit.id)
    own = members(case.tenant_id, unit.id) | {unit.head_id, unit.deputy_id}
    if case.assignee_id not in own:
        case.assignee_id, case.assignee_name = None, ""
    data = {"unit": str(unit.id), "name": unit.name_ka, "name_en": unit.name_en}
    entry = Entry(kind="routed", actor=actor, text=words(text, required=False), data=data)
    append(case, entry, at=now)


def note(case: Case, text: str, *, actor: Actor, now: datetime) -> CaseMessage:
    """Write a note that stays inside the hall."""
    return write(case, "note", words(text), actor=actor, now=now)


def write_to_citizen(case: Case, text: str, *, actor: Actor, now: datetime) -> CaseMessage:
    """Write to the citizen, who reads it on the case's page and by letter, and can reply there."""
    message = write(case, "out", words(text), actor=actor, now=now)
    tell_author(case, "message", context={"text": message.body}, module=LETTERS)
    return message


def look_at_others(case: Case, *, viewer: Any) -> Sequence[Any]:
    """Give the citizen's other cases in this hall and log the look, which the citizen can read."""
    if case.author_id is None:
        return []
    what = str(_("the list of other cases in this municipality"))
    log_look(viewer, case.author_id, what=what, case_number=case.number, tenant_id=case.tenant_id)
    return others(case)


def look_at_contact(case: Case, *, viewer: Any, role: str, now: datetime) -> ContactSeen:
    """Show the author's contact and log the look: for the person, or else with the case."""
    contact = db.session.get(CaseContact, (case.tenant_id, case.id))
    profile = None
    if case.author_id is not None:
        profile = look_at_personal_data(
            viewer,
            case.author_id,
            what=str(_("name, telephone, e-mail, masked personal number")),
            case_number=case.number,
            tenant_id=case.tenant_id,
        )
    else:
        actor = Actor(role=role, id=viewer.id, name=viewer.name)
        append(case, Entry(kind="look", actor=actor), at=now)
    return ContactSeen(contact=contact, profile=profile)
