"""Decides on letters to the city hall: what each kind needs, and how one is registered.

A letter is an application (General Administrative Code): it gets its number on the day it comes
(art. 79) and an answer within a month (art. 100), unless the law says otherwise for its kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from mms_core.cases.correspondence import attach
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact, NewCase, open_case
from mms_core.clock import policies
from mms_core.db import db
from mms_core.files.stored import Stored
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from plugins.citizen_reception.letter_models import Letter
from plugins.citizen_reception.models import NAME

KIND, INFORMATION = "letter", "information"
# The key, what it is called, and what such a letter has to say so that it need not come back.
KINDS: Sequence[tuple[str, Any, Any]] = (
    ("application", _("I ask for a decision or a service"),
     _("Say what you ask for, on what it is based, and since when it has been so.")),
    (INFORMATION, _("I ask for public information"),
     _("Name the document or the figures, and the years. You need not say what for (art. 37).")),
    ("complaint", _("I do not agree with a decision"),
     _("Name the decision with its number and date, what you want instead, and why. The term is"
       " one month from the day you learnt of it.")),
    ("proposal", _("I propose something"),
     _("Say what should be done, where, and whom it helps.")),
    ("thanks", _("I thank somebody, or tell of something"),
     _("Say what happened, when, and who took part.")),
)  # fmt: skip
# For public information ten days (art. 40), for a complaint the month of its own (art. 183).
TERMS = {INFORMATION: policies()["public_information"], "complaint": policies()["complaint"]}
LETTER = Letter.__table__


@dataclass(frozen=True, kw_only=True)
class NewLetter:
    """What a citizen writes, already validated by the schema."""

    kind: str
    addressee: str
    title: str
    facts: str
    request: str
    address: str
    contact: Contact
    author_id: Any = None
    language: str = "ka"
    files: Sequence[Stored] = ()
    signed: bool = False
    channel: str = "web"
    taken_at: int | None = None
    by: Actor | None = None


def topics(_tenant: Any) -> Mapping[str, str]:
    """Give the kinds of letters, by which they are sent to the hall's units."""
    return {key: str(words) for key, words, _needs in KINDS}


def body_of(facts: str, request: str) -> str:
    """Put a letter's parts together, as the case keeps them."""
    return f"{facts.strip()}\n\n{request.strip()}".strip()


def register(
    registry: Registry, tenant: Any, *, new: NewLetter, settings: Mapping[str, Any], now: datetime
) -> Case:
    """Register a letter: its case with number, date and receipt, its row, its files."""
    case_type = registry.case_type(NAME, KIND)
    assert case_type is not None  # this very module has contributed it
    asked = NewCase(
        title=new.title,
        body=body_of(new.facts, new.request),
        contact=new.contact,
        author_id=new.author_id,
        language=new.language,
        found_by=new.addressee,
        topic=new.kind,
        channel=new.channel,
        taken_at=new.taken_at,
        by=new.by,
        settings=settings,
    )
    case = open_case(registry, case_type, module=NAME, tenant=tenant, new=asked, now=now)
    _keep(case, new)
    actor = new.by or Actor(role="citizen", id=new.author_id)
    attach(case, new.files, actor=actor, now=now)
    return case


def _keep(case: Case, new: NewLetter) -> None:
    values = {
        "tenant_id": case.tenant_id,
        "case_id": case.id,
        "kind": new.kind,
        "addressee": new.addressee,
        "facts": new.facts,
        "request": new.request,
        "address": new.address,
        "signed": new.signed,
    }
    db.session.execute(insert(LETTER).values(values))


def of_case(case: Case) -> Letter | None:
    """Give the letter of a case."""
    own = (Letter.tenant_id == case.tenant_id) & (Letter.case_id == case.id)
    found: Letter | None = db.session.scalars(select(Letter).where(own)).first()
    return found


def carry(case: Case) -> Mapping[str, Any]:
    """Give what goes along when a letter is forwarded to another municipality (art. 80)."""
    row = of_case(case)
    names = ("kind", "addressee", "facts", "request", "address", "signed")
    return {name: getattr(row, name) for name in names} if row else {}


def take_over(case: Case, along: Mapping[str, Any]) -> None:
    """Write the letter's row in its new municipality."""
    if along:
        values = {"tenant_id": case.tenant_id, "case_id": case.id, **along}
        db.session.execute(insert(LETTER).values(values))
