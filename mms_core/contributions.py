"""What hooks return: frozen, keyword-only, checked when the application starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mms_core.case_types import (
    APPLICATION,
    APPLIED,
    APPLY,
    COMPLAINT,
    FORWARD,
    FORWARDED,
    ON_ITS_WAY,
    STAFF,
    CaseType,
    Reason,
    Role,
    State,
    Step,
    StepTaken,
    Text,
    Tone,
)

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

__all__ = [
    "APPLICATION",
    "APPLIED",
    "APPLY",
    "COMPLAINT",
    "FORWARD",
    "FORWARDED",
    "ON_ITS_WAY",
    "STAFF",
    "CaseType",
    "Check",
    "Dataset",
    "Impact",
    "Indicator",
    "Moderated",
    "Module",
    "NavItem",
    "OwnItem",
    "Posted",
    "Reason",
    "Role",
    "State",
    "Step",
    "StepTaken",
    "Text",
    "Tone",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Module:
    """A feature that a municipality can switch on."""

    name: str  # the package's name, also the database schema's: lower case and underscores
    path: str  # the part of the address after the municipality: "ideas"
    title: Text
    summary: Text = ""
    owner: str = "MMS"
    version: str = "1.0"
    requires: tuple[str, ...] = ()
    core: str = ">=0.1"  # the versions of the core it is written for
    icon: str = "folder"
    pictures: tuple[tuple[str, Text], ...] = ()  # a PNG of `pictures/` and its words


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """A line in a municipality's navigation."""

    title: Text
    url: str
    icon: str = "folder"
    order: int = 100
    summary: Text = ""
    figure: Text = ""
    desk: bool = False


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A figure of counters: `measure`, its share of `of`, or with `mean` how many to one of it."""

    name: str
    title: Text
    measure: str
    of: str | None = None
    mean: bool = False
    definition: Text = ""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Rows that a municipality publishes as open data."""

    name: str
    title: Text
    rows: Callable[[Any, date | None], Any]
    columns: tuple[str, ...] = ()
    definition: Text = ""  # what a row is, word for word as the page of open data says it


@dataclass(frozen=True, kw_only=True)
class Check:
    """A line of the readiness list: what must be true before switching on."""

    name: str
    title: Text
    done: bool
    remedy: Text = ""
    url: str = ""  # where it is done; without one the page leads to the settings


@dataclass(frozen=True, kw_only=True)
class Impact:
    """A line of the card shown before switching off: how many of what would be touched."""

    name: str
    title: Text
    count: int
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnItem:
    """Something of a person's in a municipality that is no case: a place on a list."""

    tenant_id: int
    title: str  # in the person's own words or the page's language
    url: str
    at: datetime
    state: Text = ""  # how it stands, in words


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What a module says of something posted: the words, whose they are, where they stand."""

    title: str  # a short name for officers
    text: str
    url: str  # where the public reads it
    at: datetime
    language: str = "ka"
    author_id: uuid.UUID | None = None
    case_id: uuid.UUID | None = None  # the case in whose log the trace is written
    own_case: bool = False  # the author is the author of that case, and is told by its contact
    email: str = ""  # where an author without an account is told
    public: bool = True  # whether the public sees it at this moment


@dataclass(frozen=True, kw_only=True)
class Moderated:
    """A kind of thing that readers can report and officers can hide; each is (tenant, ref)."""

    kind: str  # "idea", "comment"
    title: Text
    find: Callable[[int, uuid.UUID], Posted | None]
    hide: Callable[[int, uuid.UUID], None]  # from the public, within the transaction
    show: Callable[[int, uuid.UUID], None]
    rewrite: Callable[[int, uuid.UUID, str], None] | None = None  # the text, parts of it struck out
