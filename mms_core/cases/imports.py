"""The door by which a kind of case takes over records of a platform that it replaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import Schema

from mms_core.cases.asked import Contact

IMPORT = "import"  # the channel of what was taken over


@dataclass(frozen=True, kw_only=True)
class Imports:
    """What a module says of a kind of case that can take over records."""

    answered: str  # the closed state of a record that had its answer there
    # Writes the module's own row: the case, and what `fields` loaded with `published`, whether
    # the public may read it at once.
    take: Callable[[Any, Mapping[str, Any]], None]
    fields: type[Schema] | None = None  # what the module knows of a record beside the core's


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record of another platform, read and checked; with an answer it is closed."""

    external_id: str
    title: str
    body: str
    opened_at: datetime
    contact: Contact = field(default_factory=Contact)
    answer: str = ""
    answered_at: datetime | None = None
    topic: str = ""
    place: str = ""
    own: Mapping[str, Any] = field(default_factory=dict)  # as the module's `fields` loaded it
    published: bool = False


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The platform from which records come, as the log names it."""

    name: str
