"""What is noticed about an idea before it is published; nothing is dropped for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import request

from mms_core.asking import ask_all
from mms_core.cases.numbers import numbered, numbering
from mms_core.moderation import proof, screening
from mms_core.people.current import acting
from plugins.your_idea_to_mayor.rules import NewIdea


def screened(tenant: Any, idea: NewIdea, *, now: datetime) -> NewIdea:
    """Give the idea of this request with its number, and why an officer should look at it, if so.

    A stranger whose contact is not confirmed brings a proof of work.
    """
    person = acting()
    author = screening.author_key(person.id if person else None, request.remote_addr or "")
    texts = (idea.title, idea.body, idea.why, idea.for_whom)
    post = screening.Post(tenant_id=tenant.id, author=author, texts=texts, at=now)
    noticed, numbers = ask_all(post.question, numbering(tenant.id))
    causes = screening.judged(post, noticed, shared=person is None).causes
    unknown = person is None and not idea.level
    if unknown and not proof.proved(tenant.id, request.form.get(proof.FIELD, "")):
        causes += ("unproved",)
    number = numbered(tenant.case_prefix, numbers, now=now)
    return replace(idea, causes=causes, numbered=number)
