"""Decides who is told of an idea's steps: people who follow it, apart from those who support it.

A step leaves one job; the job writes the letters, so that an officer's answer never waits for a
thousand of them. What was told is remembered by the number of the event: nobody is told twice.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from mms_core import jobs
from mms_core.cases.log import CaseEvent
from mms_core.cases.models import Case
from mms_core.db import db
from mms_core.messages.notices import takes_news
from mms_core.messages.outbox import post
from mms_core.modules import registry
from mms_core.people.models import Account
from mms_core.tenancy import rules as tenancy
from plugins.your_idea_to_mayor.models import NAME, Follow

FOLLOW, EVENT, ACCOUNT = Follow.__table__, CaseEvent.__table__, Account.__table__


def follow(tenant_id: int, case_id: uuid.UUID, *, person_id: uuid.UUID) -> None:
    """Let a person follow an idea from now on; doing it twice changes nothing."""
    row = {
        "tenant_id": tenant_id,
        "case_id": case_id,
        "person_id": person_id,
        "since": datetime.now(UTC),
        "told": _newest(tenant_id, case_id),
    }
    db.session.execute(insert(FOLLOW).values(row).on_conflict_do_nothing())


def unfollow(tenant_id: int, case_id: uuid.UUID, *, person_id: uuid.UUID) -> None:
    """Let a person follow an idea no more."""
    db.session.execute(delete(FOLLOW).where(*_own(tenant_id, case_id, person_id)))


def join(tenant_id: int, *, source: uuid.UUID, target: uuid.UUID) -> None:
    """Let those who follow a joined idea follow the one that is answered for both."""
    theirs = select(
        FOLLOW.c.tenant_id, literal(target), FOLLOW.c.person_id, FOLLOW.c.since,
        literal(_newest(tenant_id, target)),
    ).where(FOLLOW.c.tenant_id == tenant_id, FOLLOW.c.case_id == source)  # fmt: skip
    names = ["tenant_id", "case_id", "person_id", "since", "told"]
    db.session.execute(insert(FOLLOW).from_select(names, theirs).on_conflict_do_nothing())


def forget(tenant_id: int, person_id: uuid.UUID) -> None:
    """Remove all that a person follows in a municipality."""
    mine = (FOLLOW.c.tenant_id == tenant_id) & (FOLLOW.c.person_id == person_id)
    db.session.execute(delete(FOLLOW).where(mine))


def _own(tenant_id: int, case_id: uuid.UUID, person_id: uuid.UUID) -> tuple[Any, ...]:
    own = (FOLLOW.c.tenant_id == tenant_id, FOLLOW.c.case_id == case_id)
    return (*own, FOLLOW.c.person_id == person_id)


def _newest(tenant_id: int, case_id: uuid.UUID) -> int:
    own = (EVENT.c.tenant_id == tenant_id) & (EVENT.c.case_id == case_id)
    return int(db.session.execute(select(func.max(EVENT.c.seq)).where(own)).scalar() or 0)


def tell_later(case: Case) -> None:
    """Leave the job that tells the followers, where there is one."""
    any_ = (FOLLOW.c.tenant_id == case.tenant_id) & (FOLLOW.c.case_id == case.id)
    if db.session.execute(select(FOLLOW.c.since).where(any_).limit(1)).first():
        jobs.defer(tell_followers, case.tenant_id, case.id)


@jobs.job("your_idea_to_mayor.tell_followers", retry=jobs.LETTER_RETRY)
def tell_followers(tenant_id: int, case_id: uuid.UUID | None) -> None:
    """Write to everybody who follows an idea and has not been told of its newest step."""
    case = db.session.get(Case, (tenant_id, case_id))
    event = _public_step(tenant_id, case_id)
    if case is None or event is None:
        return
    behind = (FOLLOW.c.tenant_id == tenant_id, FOLLOW.c.case_id == case_id)
    moved = update(FOLLOW).where(*behind, FOLLOW.c.told < event.seq).values(told=event.seq)
    people = db.session.execute(moved.returning(FOLLOW.c.person_id)).scalars().all()
    wanted = select(ACCOUNT.c.id, ACCOUNT.c.email, ACCOUNT.c.language).where(
        ACCOUNT.c.id.in_(people), ACCOUNT.c.active, ACCOUNT.c.email.is_not(None)
    )
    for person in db.session.execute(wanted).all():
        if person.id != case.author_id:  # the author has a letter of their own
            _tell(case, event, person)


def _public_step(tenant_id: int, case_id: uuid.UUID | None) -> Any:
    own = (EVENT.c.tenant_id == tenant_id) & (EVENT.c.case_id == case_id)
    query = select(EVENT.c.seq, EVENT.c.after, EVENT.c.text).where(
        own, EVENT.c.public, EVENT.c.kind == "step"
    )
    return db.session.execute(query.order_by(EVENT.c.seq.desc()).limit(1)).one_or_none()


def _tell(case: Case, event: Any, person: Any) -> None:
    """Write to one who follows, or keep it for the digest that the person has chosen."""
    link = f"{home_of(case.tenant_id)}/ideas/{case.number}"
    case_type = registry().case_type(NAME, case.kind)
    state = case_type.state(event.after).title if case_type else event.after
    title, now = f"{case.title} ({case.number})", datetime.now(UTC)
    if not takes_news(person.id, "followed", title=title, news=state, link=link, now=now):
        _write(case, event, person)


def _write(case: Case, event: Any, person: Any) -> None:
    """Write one letter; its link is the public page, never the author's own with its key."""
    page = f"{home_of(case.tenant_id)}/ideas/{case.number}"
    case_type = registry().case_type(NAME, case.kind)
    with force_locale(person.language):
        state = str(case_type.state(event.after).title if case_type else event.after)
    context = {
        "text": event.text,
        "state": state,
        "link": page,
        "key": "",
        "leave": f"{page}/unfollow?token={token(case.id, person.id)}",
    }
    to, language = person.email, person.language
    post(case, "followed", channel="email", recipient=to, context=context, language=language)


def home_of(tenant_id: int) -> str:
    """Give the address of a hall's front page without its last stroke, as letters write it."""
    settings, tenant = current_app.extensions["mms_settings"], tenancy.by_id(tenant_id)
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{base}/{tenant.slug}" if tenant else base


def token(case_id: uuid.UUID, person_id: uuid.UUID) -> str:
    """Make the token of a letter by which its reader leaves without signing in."""
    return str(_signer().dumps([case_id.hex, person_id.hex]))


def read_token(typed: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Read the idea and the person from a token; None for one that is not ours."""
    try:
        case_id, person_id = _signer().loads(typed)
    except (BadData, ValueError):
        return None
    return uuid.UUID(case_id), uuid.UUID(person_id)


def _signer() -> URLSafeSerializer:
    secret = current_app.extensions["mms_settings"].secret()
    return URLSafeSerializer(secret, salt="ideas.unfollow")
