"""What is noticed about an idea before it is published; nothing is dropped for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import request

from mms_core.moderation import proof, screening
from mms_core.people.current import acting
from plugins.your_idea_to_mayor.rules import NewIdea


def screened(tenant_id: int, idea: NewIdea, *, now: datetime) -> NewIdea:
    """Give the idea of this request with why an officer should look at it first, if so.

    A stranger whose contact is not confirmed brings a proof of work.
    """
    person = acting()
    author = screening.author_key(person.id if person else None, request.remote_addr or "")
    text = "\n".join(part for part in (idea.title, idea.body, idea.why, idea.for_whom) if part)
    found = screening.screen(tenant_id, author=author, text=text, now=now, shared=person is None)
    causes = found.causes
    unknown = person is None and not idea.level
    if unknown and not proof.proved(tenant_id, request.form.get(proof.FIELD, "")):
        causes += ("unproved",)
    return replace(idea, causes=causes)
