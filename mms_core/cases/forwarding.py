"""Forwards a case to the body that is competent, with reasons, and tells the citizen.

Within five days of receipt (General Administrative Code, art. 80). A municipality that uses the
same module gets the case as a new one of its own, with the citizen's words, files and contact; its
clock begins anew, and its receipt carries the new number. Any other body gets a letter, if its
e-mail is given, and the citizen learns where the case went.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from mms_core import clock
from mms_core.cases import reading
from mms_core.cases.asked import Contact, NewCase, StepAsked
from mms_core.cases.correspondence import attach
from mms_core.cases.deadlines import due_here
from mms_core.cases.letters import tell_author
from mms_core.cases.log import SYSTEM, Actor, Entry, append
from mms_core.cases.models import Case
from mms_core.cases.rules import carry_out, open_case, type_of
from mms_core.contributions import FORWARD, CaseType, Step
from mms_core.db import scope
from mms_core.errors import Invalid, NotAllowed, Refused
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _
from mms_core.messages.outbox import post_to_staff
from mms_core.modules import Registry
from mms_core.monitoring.counters import count
from mms_core.switching.rules import settings_of, switched
from mms_core.tenancy import rules as tenancy
from mms_core.tenancy.rules import Tenant

LETTERS = "cases"
LONGEST = 2000  # characters of the reasons
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
Copies = Callable[[Sequence[Stored], int], Sequence[Stored]]


@dataclass(frozen=True, kw_only=True)
class Forward:
    """Where a case goes and why: a municipality of the system, or another body by its name."""

    reasons: str
    tenant_id: int | None = None
    body: str = ""  # the name of another body
    email: str = ""  # of that body; empty: the hall sends the papers itself
    version: int | None = None


def forward_by(case: Case) -> date:
    """Give the last day for forwarding a case (art. 80: five days from receipt)."""
    return due_here(case.tenant_id, clock.policies()["forwarding"], start=case.opened_at).date


def can_forward(case: Case, case_type: CaseType | None) -> bool:
    """Tell whether a case can still be forwarded: open, without an answer, and joined to none."""
    step = case_type.step(FORWARD) if case_type else None
    waits = case.is_open and case.answered_at is None and case.merged_into is None
    return bool(step and step.forwards and waits and not case.merged and case.state in step.source)


def municipalities(case: Case) -> list[Tenant]:
    """List the municipalities to which a case can be handed over, by name."""
    halls = [one for one in tenancy.all_tenants() if not one.merged and one.id != case.tenant_id]
    return sorted(halls, key=lambda one: one.name)


def forward(
    registry: Registry, case: Case, *, to: Forward, actor: Actor, now: datetime,
    copies: Copies | None = None,
) -> Case | None:  # fmt: skip
    """Forward a case that was read for update; gives the new case in the other hall, if any.

    `copies` takes the kept files and a municipality's number and gives copies of them there.
    Raises Refused when the case cannot be forwarded any more, NotAllowed for a wrong role, Invalid
    (fields `to`, `body`, `email`, `text`) when the place or the reasons are missing.
    """
    case_type = type_of(registry, case)
    step = _step(case, case_type, actor)
    hall = _checked(case, to)
    new = None
    if hall is not None and _takes(case, case_type, hall):
        new = _hand_over(registry, case, case_type, hall=hall, now=now, copies=copies)
    _close(registry, case, step, to=to, hall=hall, new=new, actor=actor, now=now)
    if new is None:
        _write_to_body(case, to=to, hall=hall)
    return new


def _step(case: Case, case_type: CaseType, actor: Actor) -> Step:
    step = case_type.step(FORWARD)
    if step is None or not can_forward(case, case_type):
        raise Refused(_("This case cannot be forwarded now."))
    if actor.role not in step.by:
        raise NotAllowed(_("Your role may not take this step."))
    return step


def _checked(case: Case, to: Forward) -> Tenant | None:
    """Check where the case goes and why; gives the municipality, or None for another body."""
    wrong: dict[str, Sequence[object]] = {}
    hall = tenancy.by_id(to.tenant_id) if to.tenant_id else None
    if to.tenant_id and (hall is None or hall.id == case.tenant_id or hall.merged):
        wrong["to"] = [_("Choose another municipality.")]
    if not to.tenant_id and not to.body.strip():
        wrong["body"] = [_("Choose a municipality, or name the body.")]
    if not to.reasons.strip():
        wrong["text"] = [_("Write the reasons: the citizen and the other body read them.")]
    elif len(to.reasons) > LONGEST:
        wrong["text"] = [_("The text is too long: at most %(count)s characters.", count=LONGEST)]
    if to.email and not EMAIL.match(to.email):
        wrong["email"] = [_("This is not an e-mail address. An example: nino@posta.example")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return hall


def _takes(case: Case, case_type: CaseType, hall: Tenant) -> bool:
    """Tell whether the other municipality takes such cases in the system."""
    if case_type.take_over is None:
        return False
    with scope(hall.id):
        now = switched(hall.id).get(case.module)
        return now is not None and now.state == "on"


def _hand_over(
    registry: Registry, case: Case, case_type: CaseType, *, hall: Tenant, now: datetime,
    copies: Copies | None,
) -> Case:  # fmt: skip
    """Open the case anew in the other municipality, with words, files and contact."""
    new, files = as_new(case), [Stored.of(row) for row in citizens_files(case)]
    along = dict(case_type.carry(case)) if case_type.carry else {}
    sender = tenancy.by_id(case.tenant_id)
    with scope(hall.id):
        stored = switched(hall.id)[case.module].settings
        settings = settings_of(registry, case.module, stored=stored)
        there = open_case(
            registry,
            case_type,
            module=case.module,
            tenant=hall,
            new=replace(new, settings=settings),
            now=now,
        )
        if case_type.take_over:
            case_type.take_over(there, along)
        if files and copies:
            attach(there, copies(files, hall.id), actor=Actor(role="citizen"), now=now)
        names = sender.names if sender else {}
        data = {"number": case.number, "ka": names.get("ka", ""), "en": names.get("en", "")}
        append(
            there, Entry(kind="came", actor=Actor(role="system"), public=True, data=data), at=now
        )
    return there


def citizens_files(case: Case) -> list[Any]:
    """List what the citizen has attached."""
    return [row for row in reading.files(case) if row.by_role == "citizen"]


def as_new(case: Case) -> NewCase:
    """Give what a citizen handed in, as another case begins with it."""
    contact = reading.contact(case)
    names = ("name", "email", "phone", "public_name")
    known = {name: getattr(contact, name) for name in names} if contact else {}
    return NewCase(
        title=case.title,
        body=case.body,
        contact=Contact(**known),
        author_id=case.author_id,
        language=case.language,
        channel="forwarded",
        taken_at=case.taken_at,
        by=SYSTEM,
        topic=case.topic,
    )


def _close(
    registry: Registry, case: Case, step: Step, *, to: Forward, hall: Tenant | None,
    new: Case | None, actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Take the step that closes the case here, and tell the citizen where it went and why."""
    places = {"ka": hall.names["ka"], "en": hall.names["en"]} if hall else {}
    data = {
        "to_ka": places.get("ka", to.body.strip()),
        "to_en": places.get("en", to.body.strip()),
        "to_number": new.number if new else "",
        "late": clock.local_day(now) > forward_by(case),
    }
    asked = StepAsked(name=step.name, actor=actor, text=to.reasons.strip(), data=data)
    carry_out(registry, case, step, asked=asked, kept=data, now=now)
    count(case.tenant_id, case.module, {clock.local_day(now): {"forwarded": 1}})
    context = data | {"text": asked.text}
    tell_author(case, "forwarded", context=context, module=LETTERS)


def _write_to_body(case: Case, *, to: Forward, hall: Tenant | None) -> None:
    """Write to the body outside the system, or to a municipality that has not the module on."""
    email = hall.contacts.get("email", "") if hall else to.email
    if not email:
        return
    contact = reading.contact(case)
    context = {
        "number": case.number,
        "title": case.title,
        "body": case.body,
        "opened": clock.local_day(case.opened_at).isoformat(),
        "text": to.reasons.strip(),
        "citizen": {n: getattr(contact, n, "") for n in ("name", "email", "phone")},
        "files": len(citizens_files(case)),
    }
    post_to_staff(
        case.tenant_id, "to_body", recipient=email, language="ka", context=context, case=case
    )
