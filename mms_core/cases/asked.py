"""What is asked of the rules of cases: a new case, a step, and the refusal of a stale one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.numbers import Numbered
from mms_core.errors import Refused
from mms_core.i18n import lazy_gettext as _


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How the author wants to be reached and shown."""

    name: str = ""
    email: str = ""
    phone: str = ""
    public_name: str = ""


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """What a citizen hands in."""

    title: str
    body: str
    contact: Contact
    author_id: uuid.UUID | None = None
    language: str = "ka"
    channel: str = "web"
    taken_at: int | None = None
    by: Actor | None = None  # who handed it in, when it was not the author
    found_by: str = ""  # more words by which the desk finds the case
    topic: str = ""  # a key of `CaseType.topics`; with the place it decides on the unit
    place: str = ""  # the settlement, as the hall writes it
    settings: Mapping[str, Any] = field(default_factory=dict)
    clock_from: datetime | None = None  # when the answer's clock begins, if not now: after a visit
    id: uuid.UUID | None = None  # where it was given before, as to what points to the case
    alone: bool = False  # it is written and not kept: nothing of this transaction changes it
    numbered: Numbered | None = None  # where it was asked for along with something else


class StaleError(Refused):
    """Somebody else has moved the case meanwhile; `since` is the version that was seen."""

    def __init__(self, case: Case, since: int) -> None:
        super().__init__(_("This case has changed while you were writing. Your text is kept."))
        self.case, self.since = case, since


@dataclass(frozen=True, kw_only=True)
class StepAsked:
    """A step that somebody wants to take, and the version of the case they saw."""

    name: str
    actor: Actor
    version: int | None = None
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    postscript: str = ""  # said below the text in the letter alone, as of a promise

    @property
    def words(self) -> str:
        """What the letter says."""
        return "\n\n".join(part for part in (self.text.strip(), self.postscript) if part)
