"""Tells the author of a hidden thing: by the case it belongs to, or by the author's own address."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app
from sqlalchemy import select

from mms_core import clock, jobs
from mms_core.cases.deadlines import due_here
from mms_core.cases.keys import key_of
from mms_core.cases.letters import tell_author
from mms_core.cases.models import Case
from mms_core.contributions import Posted
from mms_core.db import db
from mms_core.errors import NotFound
from mms_core.messages.models import OutboxLetter
from mms_core.messages.outbox import send_letter
from mms_core.moderation.models import Hiding
from mms_core.people.rules import contact_of
from mms_core.tenancy import rules as tenancy

ROOM = "moderation"


def tell(row: Hiding, found: Posted, template: str, *, reason: str | None = None) -> None:
    """Write the author a letter; one who cannot be reached reads the stub."""
    context = {
        "hiding": str(row.id),
        "thing": found.title,
        "reason": row.reason if reason is None else reason,
    }
    if found.own_case and found.case_id is not None:
        mine = select(Case).where(Case.tenant_id == row.tenant_id, Case.id == found.case_id)
        case = db.session.scalars(mine).one_or_none()
        if case is not None:
            language = case.language
            tell_author(case, template, context=context | _words(row, language), module=ROOM)
        return
    address, language = _address(found)
    if address:
        _post(row, template, to=address, language=language, context=context)


def last_day(row: Hiding) -> clock.Due:
    """Give until when the author may appeal."""
    appeal = clock.policies()["moderation_appeal"]
    return due_here(row.tenant_id, appeal, start=row.hidden_at)


def _words(row: Hiding, language: str) -> dict[str, str]:
    title = row.rule_title
    until = last_day(row)
    rule = title.get("ka" if language == "ka" else "en") or title.get("ka", "")
    return {"rule": rule, "until": until.date.isoformat()}


def _address(found: Posted) -> tuple[str, str]:
    if found.author_id is not None:
        try:
            contact = contact_of(found.author_id)
        except NotFound:
            return "", found.language
        return contact.email or "", contact.language
    return found.email, found.language


def _post(row: Hiding, template: str, *, to: str, language: str, context: dict[str, Any]) -> None:
    letter = OutboxLetter(
        tenant_id=row.tenant_id,
        channel="email",
        recipient=to,
        language=language,
        module=ROOM,
        template=template,
        context=context | _words(row, language),
    )
    db.session.add(letter)
    db.session.flush()
    jobs.defer(send_letter, row.tenant_id, letter.id)


def facts(letter: OutboxLetter) -> dict[str, str]:
    """Give the way to the author's page of a hiding, with the key that opens it."""
    settings = current_app.extensions["mms_settings"]
    number = uuid.UUID(letter.context["hiding"])
    tenant = tenancy.by_id(letter.tenant_id)
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    key = key_of(settings, letter.tenant_id, number)
    slug = tenant.slug if tenant else ""
    return {"own_page": f"{base}/{slug}/moderation/{number}?key={key}"}
