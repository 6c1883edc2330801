"""Letters that could not be delivered are tasks: each waits until somebody reached the citizen."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, tuple_

from mms_core.cases.correspondence import words
from mms_core.cases.log import Actor, Entry, append
from mms_core.cases.models import Case, CaseContact
from mms_core.db import db
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.messages.models import OutboxLetter
from mms_core.messages.outbox import post
from mms_core.messages.sms import mobile_number

FAILED, TOLD, REPLACED = "failed", "told", "replaced"
SIZE = 20
Place = tuple[datetime, uuid.UUID]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A letter that was not delivered, with what is told of its case."""

    letter: OutboxLetter
    number: str
    title: str
    language: str


def _open(tenant_id: int) -> Any:
    return (OutboxLetter.tenant_id == tenant_id) & (OutboxLetter.state == FAILED)


def page(tenant_id: int, *, after: Place | None = None) -> tuple[list[Task], Place | None]:
    """Give a page of what waits, the oldest first, and where the next page begins."""
    row = OutboxLetter
    query = (
        select(row, Case.number, Case.title, Case.language)
        .outerjoin(Case, (Case.tenant_id == row.tenant_id) & (Case.id == row.case_id))
        .where(_open(tenant_id))
    )
    if after is not None:
        query = query.where(tuple_(row.created_at, row.id) > after)
    found = db.session.execute(query.order_by(row.created_at, row.id).limit(SIZE + 1)).all()
    tasks = [
        Task(letter=one[0], number=one[1] or "", title=one[2] or "", language=one[3] or "ka")
        for one in found[:SIZE]
    ]
    last = tasks[-1].letter if len(found) > SIZE else None
    return tasks, (last.created_at, last.id) if last else None


def by_id(tenant_id: int, letter_id: uuid.UUID) -> OutboxLetter:
    """Find a letter of a hall; NotFound when there is none."""
    found = db.session.get(OutboxLetter, (tenant_id, letter_id), with_for_update=True)
    if found is None:
        raise NotFound(_("There is no such letter."))
    return found


def send_again(letter: OutboxLetter, case: Case, *, to: str, actor: Actor, now: datetime) -> None:
    """Send a letter once more, to another address if one is given, which the case then keeps.

    Invalid (field `to`) for what is neither an e-mail nor a mobile number. The case was read for
    update.
    """
    _still_open(letter)
    channel, recipient = _address(to.strip()) if to.strip() else (letter.channel, letter.recipient)
    if to.strip():
        _keep_address(case, channel, recipient)
    letter.state = REPLACED
    _tell(case, letter, "corrected" if to.strip() else "again", actor=actor, now=now)
    post(
        case,
        letter.template,
        channel=channel,
        recipient=recipient,
        context=dict(letter.context),
        module=letter.module,
    )


def told(letter: OutboxLetter, case: Case | None, *, how: str, actor: Actor, now: datetime) -> None:
    """Note that the citizen was told in another way, with the officer's words (field `how`)."""
    _still_open(letter)
    try:
        note = words(how)
    except Invalid as problem:
        raise Invalid(problem.message, fields={"how": [problem.message]}) from problem
    letter.state = TOLD
    if case is not None:
        _tell(case, letter, "told", actor=actor, now=now, text=note)


def _still_open(letter: OutboxLetter) -> None:
    if letter.state != FAILED:
        raise Refused(_("Somebody has taken care of this letter already."))


def _address(typed: str) -> tuple[str, str]:
    try:
        if "@" in typed:
            found = validate_email(typed, check_deliverability=False, test_environment=True)
            return "email", found.normalized
        return "sms", mobile_number(typed)
    except EmailNotValidError as problem:
        wrong = _("This is no e-mail address.")
        raise Invalid(wrong, fields={"to": [wrong]}) from problem
    except Invalid as problem:
        raise Invalid(problem.message, fields={"to": [problem.message]}) from problem


def _keep_address(case: Case, channel: str, recipient: str) -> None:
    """Keep the better address; where it is a number, the e-mail that fails is left out."""
    contact = db.session.get(CaseContact, (case.tenant_id, case.id))
    if contact is None:
        contact = CaseContact(tenant_id=case.tenant_id, case_id=case.id)
        db.session.add(contact)
    if channel == "email":
        contact.email = recipient
    else:
        contact.email, contact.phone = "", recipient


def _tell(
    case: Case, letter: OutboxLetter, what: str, *, actor: Actor, now: datetime, text: str = ""
) -> None:
    data = {"letter": str(letter.id), "what": what}
    append(case, Entry(kind="letter", actor=actor, text=text, data=data), at=now)


def masked(recipient: str) -> str:
    """Give an address so that one recognises it and nobody learns it: `n…@posta.example`."""
    name, sign, domain = recipient.partition("@")
    return f"{name[:1]}…{sign}{domain}" if sign else f"…{recipient[-3:]}"
