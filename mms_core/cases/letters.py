"""Tells the citizen: a step's message becomes a letter in the outbox, in the same transaction."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import current_app

from mms_core.cases.asked import Contact, StepAsked
from mms_core.cases.models import Case, CaseContact
from mms_core.contributions import CaseType, Step
from mms_core.db import db
from mms_core.messages.notices import choice_of, takes_news
from mms_core.messages.outbox import post
from mms_core.tenancy import rules as tenancy


def letter_words(asked: StepAsked, step: Step) -> dict[str, Any]:
    """Give what a step's letter says, its own fields by name; the preview asks for the same."""
    names = step.fields().fields if step.fields else {}
    own = {name: asked.data[name] for name in names if isinstance(asked.data.get(name), str)}
    return {**own, "text": asked.words, "step": step.name}


def tell_author(
    case: Case,
    template: str,
    *,
    context: dict[str, Any],
    module: str | None = None,
    contact: CaseContact | Contact | None = None,
    at: datetime | None = None,
    news: Any = "",
    own: uuid.UUID | None = None,
) -> None:
    """Write the author a letter by the first channel they gave; without one, nothing is written.

    `module` is whose template it is: the case's own, or "cases" for the core's; `contact` saves
    reading what was just written; with `at` the letter leaves no earlier than that. `news` says in
    a line what the letter tells, where it need not reach the author at once: then it follows what
    the author has chosen (see `messages.notices`). A letter with an id of its `own` is one that the
    caller sends.
    """
    if news and case.author_id is not None and _is_chosen_otherwise(case, news):
        return
    contact = contact or db.session.get(CaseContact, (case.tenant_id, case.id))
    by_sms = bool(news) and case.author_id is not None and choice_of(case.author_id).own == "sms"
    channel, recipient = channel_of(contact, first="sms" if by_sms else "email")
    if channel:
        post(
            case,
            template,
            channel=channel,
            recipient=recipient,
            context=context,
            module=module,
            at=at,
            own=own,
        )


def must_be_told(case_type: CaseType, step: Step) -> bool:
    """Tell whether a step's letter always comes: a receipt, an answer, or the end of the case."""
    return step.answers or not step.source or not case_type.state(step.target).open


def _is_chosen_otherwise(case: Case, news: Any) -> bool:
    """Tell whether the author wants no single letter for news; it may wait for a digest then."""
    tenant = tenancy.by_id(case.tenant_id)
    settings = current_app.extensions["mms_settings"]
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    link = f"{base}/{tenant.slug if tenant else ''}/cases/{case.number}"
    title = f"{case.title} ({case.number})"
    assert case.author_id is not None
    return takes_news(case.author_id, "own", title=title, news=news, link=link, now=case.updated_at)


def channel_of(contact: CaseContact | Contact | None, *, first: str = "email") -> tuple[str, str]:
    """Give the first way to an author, and the address there; empty when they gave none."""
    ways = [("email", contact.email), ("sms", contact.phone)] if contact else []
    ways = sorted(ways, key=lambda way: way[0] != first)
    return next(((way, address) for way, address in ways if address), ("", ""))
