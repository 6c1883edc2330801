"""Notices repeated posts, links and floods; a person decides on what is noticed.

Screening drops nothing. It names what it noticed; the module then keeps the post back with
`rules.hold`, and an officer publishes it or hides it with a reason. Only hashes are kept, a week.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, literal, select

from mms_core import together
from mms_core.asking import Question, ask, planned_once
from mms_core.db import db, uuid7
from mms_core.i18n import lazy_gettext as _
from mms_core.identifiers import first_of
from mms_core.letters import index_text
from mms_core.moderation.models import RecentPost
from mms_core.people import vault

REPEATS = timedelta(days=1)  # within which the same words from one author are a repeat
CROWD = 3  # times that others may have posted the same long text meanwhile
LONG = 40  # characters from which the same words from several people are no chance
FLOOD, MINUTES = 6, timedelta(minutes=10)  # posts of one author within this time are a flood
CROWDED = 60  # posts from one address, which a village or a centre may share
LINKS = 2  # links that a post may have
KEPT = timedelta(days=7)
LINK = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|net|org|info|biz|ru|top|xyz|ge)\b", re.IGNORECASE
)
CAUSES = {
    "repeated": _("The same words were posted before"),
    "links": _("There are many links in it"),
    "flooding": _("Its author posts very often at the moment"),
    "unproved": _("It came without an account, an e-mail or a proof of work"),
    "first": _("It waits for a look before it is published"),
}


@dataclass(frozen=True, kw_only=True)
class Screened:
    """What was noticed about a post: keys of CAUSES."""

    causes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether a person should look before the public does."""
        return bool(self.causes)


def author_key(person_id: uuid.UUID | None, address: str) -> str:
    """Give the keyed hash by which one poster is told from another, and nothing else is known."""
    return vault.mark("poster", str(person_id) if person_id else f"at {address}")


def screen(
    tenant_id: int, *, author: str, text: str, now: datetime, shared: bool = False
) -> Screened:
    """Look at a post about to be kept, and remember its hashes for the next ones.

    `shared` says that the author is known by an address only, which others may have too.
    """
    post = Post(tenant_id=tenant_id, author=author, texts=(text,), at=now)
    return judged(post, ask(*post.question), shared=shared)


@dataclass(frozen=True, kw_only=True)
class Post:
    """A post about to be kept, to be looked at along with other questions (`asking.ask_all`)."""

    tenant_id: int
    author: str
    texts: Sequence[str]  # such as its title and what stands below
    at: datetime

    @cached_property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(text for text in self.texts if text)

    @cached_property
    def key(self) -> str:
        """The hash of its words."""
        return text_key(*self.texts)

    @property
    def question(self) -> Question:
        """The question that `judged` is told the answer of."""
        values = {"tenant": self.tenant_id, "author": self.author, "key": self.key}
        return NOTICED, values | {"day": self.at - REPEATS, "minutes": self.at - MINUTES}


def judged(post: Post, rows: Sequence[Any], *, shared: bool = False) -> Screened:
    """Say what was noticed, as `screen` does, and remember the post's hashes for the next ones."""
    same, crowd, lately = rows[0]
    row = {"tenant_id": post.tenant_id, "id": uuid7(), "author": post.author,
           "text_key": post.key, "at": post.at}  # fmt: skip
    together.insert_last(RecentPost.__table__, row)
    noticed = {
        "repeated": same or (crowd >= CROWD and len(post.text) >= LONG),
        "links": len(LINK.findall(post.text)) > LINKS,
        "flooding": lately >= (CROWDED if shared else FLOOD),
    }
    return Screened(causes=tuple(name for name, found in noticed.items() if found))


def _number(*wanted: Any, most: int) -> Any:
    """Count no further than matters: a machine may have posted thousands of times today."""
    few = select(literal(1)).where(*wanted).limit(most).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def _noticed() -> Select[Any]:
    row = RecentPost.__table__.c
    mine = (row.tenant_id == bindparam("tenant"), row.at > bindparam("day"))
    text, author = row.text_key == bindparam("key"), row.author == bindparam("author")
    return select(
        _number(*mine, text, author, most=1),
        _number(*mine, text, most=CROWD),
        _number(*mine, author, row.at > bindparam("minutes"), most=CROWDED),
    )


NOTICED = planned_once(_noticed())


def text_key(*texts: str) -> str:
    """Hash the words of texts whatever their spelling and signs (SHA-256)."""
    found = " ".join(filter(None, map(index_text, texts))) or "\n".join(texts).strip()
    return hashlib.sha256(found.encode()).hexdigest()


def trim(tenant_id: int, *, now: datetime) -> None:
    """Forget hashes that are a week old."""
    table = RecentPost.__table__
    old = (table.c.tenant_id == tenant_id) & (table.c.id < first_of(now - KEPT))
    db.session.execute(delete(table).where(old))
