"""Finds cases of a municipality by words, Latin-typed Georgian included.

Under row-level security full text cannot use its index, so the search runs in a function owned by
mms_search which takes the municipality from the setting, never from the caller.

Each word in the index carries its municipality's number and a letter for its kind: words that
everybody may search, endings of the title's words and of the number (an inside part of a word is
the beginning of one of its endings), and words of the author's name, which only the desk's logged
search asks for.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Integer,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    cast,
    column,
    func,
    select,
)

from mms_core import letters
from mms_core.db import db

WORD, INSIDE, NAME, NAME_INSIDE = "x", "z", "n", "m"
SHORTEST = 3  # signs of a part of a word
YEAR = re.compile(r"^(?:[A-Z]{3}[\s-]+)?20\d\d[\s-]+(?=\d)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A case that was found, with its place in the order (newest first)."""

    id: uuid.UUID
    opened_at: datetime


def index(tenant_id: int, title: str, *texts: str, number: str = "", name: str = "") -> str:
    """Give the search words of a case as a tsvector, each marked with its hall and its kind."""
    words = marked_words(tenant_id, title, *texts, number=number, name=name)
    return "'" + "' '".join(words) + "'" if words else ""


def index_again(case: Any, title: str, *texts: str) -> str:
    """Give a case's search words after its texts have changed; the author's name stays in."""
    from mms_core.cases.reading import contact

    found = contact(case)
    name = found.name if found else ""
    return index(case.tenant_id, title, *texts, number=case.number, name=name)


def without_names(tenant_id: int, column: Any) -> Any:
    """Give the search words of cases without those of names, for when a person is forgotten."""
    word = func.unnest(func.tsvector_to_array(column)).column_valued("word")
    kept = [f"t{int(tenant_id)}{kind}%" for kind in (NAME, NAME_INSIDE)]
    rest = select(word).where(and_(*(word.not_like(kind) for kind in kept)))
    return func.array_to_tsvector(func.array(rest.scalar_subquery()))


def marked_words(
    tenant_id: int, title: str, *texts: str, number: str = "", name: str = ""
) -> list[str]:
    """List the marked words, each once; they are of letters and digits alone."""
    names = letters.index_text(name).split()
    kinds: tuple[tuple[str, list[str]], ...] = (
        (WORD, [word for text in (title, *texts) for word in letters.index_text(text).split()]),
        (INSIDE, _endings([*letters.index_text(title).split(), running(number)])),
        (NAME, names),
        (NAME_INSIDE, _endings(names)),
    )
    marks = [(f"t{tenant_id}{kind}", words) for kind, words in kinds]
    return list(dict.fromkeys([mark + word for mark, words in marks for word in words]))


def running(number: str) -> str:
    """Give the digits by which people tell a case's number: without hall, year and hyphens."""
    return re.sub(r"\D", "", YEAR.sub("", number))


def _endings(words: Iterable[str]) -> list[str]:
    return [word[at:] for word in words for at in range(len(word) - SHORTEST + 1)]


def find(
    tenant_id: int,
    query: str,
    *,
    module: str | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = 20,
) -> list[Found]:
    """Find the newest cases with all the words (as prefixes) of `query`; newest first.

    `after` is the place of the last case of the page before; the session is bound to `tenant_id`.
    """
    return _ask(marked(tenant_id, query), module=module, after=after, limit=limit)


def inside(tenant_id: int, query: str) -> str:
    """Ask by parts heard on the telephone: of the number's digits, of words of the title.

    A part has at least three signs; a shorter word is sought as the beginning of a word.
    """
    digits = running(query) if not re.sub(r"[\d\s-]", "", YEAR.sub("", query)) else ""
    if len(digits) >= SHORTEST:
        return f"t{int(tenant_id)}{INSIDE}{digits}:*"
    return _parts(tenant_id, query, whole=WORD, inside=INSIDE)


def find_by_name(tenant_id: int, query: str, *, limit: int) -> list[Found]:
    """Find cases by the author's name or parts of it; the caller logs the look."""
    return _ask(_parts(tenant_id, query, whole=NAME, inside=NAME_INSIDE), limit=limit)


def _parts(tenant_id: int, query: str, *, whole: str, inside: str) -> str:
    """Ask for each word as the beginning of a word or as a part of one."""
    groups = []
    for word in query.split():
        kinds = (whole, inside) if len(word) >= SHORTEST else (whole,)
        ways = [letters.tsquery(word, mark=f"t{int(tenant_id)}{kind}") for kind in kinds]
        groups.append(" | ".join(way for way in ways if way))
    return " & ".join(f"({group})" for group in groups if group)


def _ask(
    asked: str,
    *,
    module: str | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int,
) -> list[Found]:
    if not asked:
        return []
    rows = db.session.execute(select(table(asked, module=module, after=after, limit=limit)))
    return [Found(id=row.id, opened_at=row.opened_at) for row in rows]


def table(
    asked: str,
    *,
    module: str | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int,
) -> TableValuedAlias:
    """Give the found cases, by `marked` or `inside`, as a table of `id` and `opened_at`."""
    before, before_id = after or (None, None)
    found = func.mms.find_cases(
        cast(asked, Text),
        cast(module, Text),
        cast(before, DateTime(timezone=True)),
        cast(before_id, Uuid),
        cast(limit, Integer),
    )
    columns = column("id", Uuid), column("opened_at", DateTime(timezone=True))
    return found.table_valued(*columns, name="found")


def marked(tenant_id: int, query: str) -> str:
    """Give the tsquery of what was typed, each word marked with the municipality's number."""
    return letters.tsquery(query, mark=f"t{int(tenant_id)}{WORD}")
