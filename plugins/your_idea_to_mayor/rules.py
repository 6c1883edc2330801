"""Decides what becomes of an idea: taken in, shown to the public, hidden, forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from mms_core import together
from mms_core.cases.log import Actor
from mms_core.cases.models import Attachment, Case
from mms_core.cases.numbers import Numbered
from mms_core.cases.rules import Contact, NewCase, open_case
from mms_core.contributions import APPLIED, FORWARDED, StepTaken
from mms_core.db import db
from mms_core.files.stored import Stored
from mms_core.moderation.pictures import hidden_files
from mms_core.moderation.rules import hold
from mms_core.moderation.stubs import is_hidden
from mms_core.moderation.things import Thing
from mms_core.modules import Registry
from mms_core.settlements import names
from plugins.your_idea_to_mayor import campaigns, following, tallies
from plugins.your_idea_to_mayor.models import NAME, Idea
from plugins.your_idea_to_mayor.settings import AT_ONCE, KNOWN, settings_now

KIND = "idea"
IDEA, ATTACHMENT = Idea.__table__, Attachment.__table__


@dataclass(frozen=True, kw_only=True)
class NewIdea:
    """What a person hands in, already validated by the schema."""

    title: str
    body: str
    category: str
    settlement: str
    contact: Contact
    why: str = ""
    for_whom: str = ""
    author_id: uuid.UUID | None = None
    level: int = 0  # the author's identity level
    language: str = "ka"
    channel: str = "web"
    taken_at: int | None = None
    by: Actor | None = None  # the clerk who handed it in for its author
    files: Sequence[Stored] = ()
    captions: Mapping[str, str] = field(default_factory=dict)  # of files, by their keys
    written_in: str = ""  # the language of the text, where its author said it
    lat: float | None = None
    lon: float | None = None
    campaign: str = ""  # the address of the call that it answers
    numbered: Numbered | None = None  # where it was asked for along with something else
    causes: Sequence[str] = ()  # why an officer should look at it before it is published


def submit(
    registry: Registry, tenant: Any, *, idea: NewIdea, settings: Mapping[str, Any], now: datetime,
    alone: bool = False,
) -> Case:  # fmt: skip
    """Register an idea: the case with number, date and receipt, the idea's row, its files.

    `alone` says that nothing else happens to the case in this transaction.
    """
    case_type = registry.case_type(NAME, KIND)
    assert case_type is not None  # this very module has contributed it
    place = names.written(tenant, idea.settlement)
    new = _new_case(idea, settings, place=place, alone=alone)
    case = open_case(registry, case_type, module=NAME, tenant=tenant, new=new, now=now)
    shown = shown_at_once(settings, idea) and not idea.causes
    values = {
        "tenant_id": tenant.id,
        "case_id": case.id,
        "category": idea.category,
        "settlement": place,
        "why": idea.why,
        "for_whom": idea.for_whom,
        "state": case.state,
        "is_public": shown,
        "published_at": now if shown else None,
        "language": idea.written_in,
        "lat": idea.lat,
        "lon": idea.lon,
        "opened_at": now,
        "campaign_id": campaigns.open_id(tenant.id, idea.campaign, now=now),
    }
    together.insert(IDEA, values)
    tallies.came(case, category=idea.category, place=place)
    _attach(case, idea)
    if idea.causes and shown_at_once(settings, idea):
        thing = Thing(tenant_id=tenant.id, module=NAME, kind=KIND, ref=case.id)
        hold(thing, causes=idea.causes, now=now)
    return case


def _new_case(idea: NewIdea, settings: Mapping[str, Any], *, place: str, alone: bool) -> NewCase:
    return NewCase(
        title=idea.title,
        body=idea.body,
        contact=idea.contact,
        author_id=idea.author_id,
        language=idea.language,
        channel=idea.channel,
        taken_at=idea.taken_at,
        by=idea.by,
        found_by=f"{place} {idea.why} {idea.for_whom}",
        topic=idea.category,
        place=place,
        settings=settings,
        numbered=idea.numbered,
        alone=alone,
    )


def _attach(case: Case, idea: NewIdea) -> None:
    for stored in idea.files:
        columns = stored.columns() | {"caption": idea.captions.get(stored.key, "")}
        db.session.add(Attachment(tenant_id=case.tenant_id, case_id=case.id, **columns))


def shown_at_once(settings: Mapping[str, Any], idea: NewIdea) -> bool:
    """Tell whether an idea is published before the hall has looked at it."""
    known = idea.level >= 1  # by an account, a code that was typed, or a document seen
    return settings["publish"] == AT_ONCE or (settings["publish"] == KNOWN and known)


def public_name(choice: str, contact: Contact, *, first_name: str = "") -> str:
    """Give the name that the public page shows: the whole, the first name, or none."""
    if choice == "full":
        return contact.name
    if choice == "first":
        return first_name or contact.name.partition(" ")[0]
    return ""


def keep_in_step(case: Case, taken: StepTaken) -> None:
    """Keep the idea's row in step with its case, within the same transaction.

    The hall's first step publishes the idea, a blocked one disappears; what is attached is shown
    only after an officer has seen it. A case without a row (imported, or restored by hand) is
    answered like any other: an officer never waits for the public list.
    """
    if taken.name == "submit":
        return  # the idea's row is written right after its case
    hidden = is_hidden(case.tenant_id, NAME, KIND, case.id)
    gone = taken.target in {"blocked", "withdrawn", APPLIED}
    shown = not gone and not hidden and case.merged_into is None
    if taken.target == FORWARDED:
        shown = shown and is_shown(case)  # what nobody has published goes on unpublished
    answered = case.answered_at is not None
    values: dict[str, Any] = {"state": taken.target, "is_public": shown, "answered": answered}
    if shown:
        values["published_at"] = func.coalesce(IDEA.c.published_at, case.updated_at)
    own = (IDEA.c.tenant_id == case.tenant_id) & (IDEA.c.case_id == case.id)
    columns = (IDEA.c.state, IDEA.c.answered, IDEA.c.category, IDEA.c.settlement)
    before = db.session.execute(select(*columns).where(own)).one_or_none()
    if before is None:
        return
    db.session.execute(update(IDEA).where(own).values(values))
    tallies.moved(case, before, state=taken.target)
    _show_files(case, wanted=shown)
    if shown:
        following.tell_later(case)


def is_shown(case: Case) -> bool:
    """Tell whether the public reads a case: a stranger's idea waits for the hall's look."""
    own = (IDEA.c.tenant_id == case.tenant_id) & (IDEA.c.case_id == case.id)
    return bool(db.session.execute(select(IDEA.c.is_public).where(own)).scalar())


def _show_files(case: Case, *, wanted: bool) -> None:
    """Publish what the citizen has attached, where the hall wants that, or hide it."""
    own = (ATTACHMENT.c.tenant_id == case.tenant_id) & (ATTACHMENT.c.case_id == case.id)
    theirs = own & (ATTACHMENT.c.by_role == "citizen")
    theirs &= ATTACHMENT.c.id.not_in(hidden_files(case.tenant_id))
    if db.session.execute(select(ATTACHMENT.c.id).where(theirs).limit(1)).first():
        shown = wanted and bool(settings_now(case.tenant_id)["show_files"])
        db.session.execute(update(ATTACHMENT).where(theirs).values(public=shown))


def rename_place(tenant_id: int, before: str, *, now: str) -> None:
    """Keep the ideas of a settlement with it when the hall gives it another name."""
    there = (IDEA.c.tenant_id == tenant_id) & (IDEA.c.settlement == before)
    db.session.execute(update(IDEA).where(there).values(settlement=now))
