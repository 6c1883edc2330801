"""Finds cases that ask for the same thing, in other words, endings or letters.

A case is kept under the hashes of its stems (see `stems`). Of each stem of a question only the
newest cases are read, so that the work does not grow with the hall; how many there are, up to that
bound, says how rare the stem is. What shares the rarest stems is then compared text by text.
"""

from __future__ import annotations

import json
import math
import uuid
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import TextClause, delete, select, text

from mms_core import together
from mms_core.asking import ask, planned_once
from mms_core.cases.models import Case, CaseKey
from mms_core.cases.stems import concept_of, is_general, stems
from mms_core.db import db

KEPT = 32  # stems under which a case is kept
NEWEST = 160  # cases that are read of one stem
BEGINNING = 500  # characters of a text that are compared
ALIKE = 0.46  # from this score on two texts are called alike; measured, see docs/similar.md
BESIDE = 0.7  # what is less like than this share of the likest is left out beside it
TITLE, BODY, GENERAL, CONCEPT = 1.0, 0.4, 0.25, 1.0  # how much a stem counts


@dataclass(frozen=True)
class Reach:
    """How far a search goes: how many stems are looked up, and of how many cases each, at most."""

    stems: int = 24
    compared: int = 40  # cases whose texts are compared


FAR = Reach()
SHORT = Reach(stems=8, compared=12)  # for what is shown in passing: a fifth of the work

_NEAR = """
with asked as (
    select * from unnest(cast(:stems as int[]), cast(:weights as float8[])) as a(stem, weight)
), hit as (
    select a.stem, a.weight, h.case_id, count(*) over (partition by a.stem) as cases
    from asked a cross join lateral (
        select k.case_id from mms.case_key k
        where k.tenant_id = :tenant and k.stem = a.stem order by k.case_id desc limit {newest}
    ) h
), best as (
    select case_id, sum(weight * ln(1 + cast({newest} as float8) / cases)) as shared
    from hit group by case_id order by shared desc, case_id desc limit {compared}
), likely as (
    select c.id, c.number, c.title, left(c.body, {beginning}) as body{more}
    from best b join mms.cases c on c.tenant_id = :tenant and c.id = b.case_id
    where c.id is distinct from cast(:exclude as uuid) {only}
), rare as (
    select cast(json_object_agg(stem, cases) as text) as found
    from (select distinct stem, cases from hit where case_id in (select id from likely)) as one
)
select likely.*, rare.found from likely cross join rare
"""
ANSWERED = ", c.state, c.kind, c.language, c.answer", "and c.answer <> ''"


@cache
def _near(compared: int, *, answered: bool) -> TextClause:
    more, only = ANSWERED if answered else ("", "")
    written = _NEAR.format(
        more=more, only=only, compared=compared, newest=NEWEST, beginning=BEGINNING
    )
    return planned_once(text(written))


@dataclass(frozen=True, kw_only=True)
class Found:
    """A case that is like a text; `score` is 0 to 1."""

    case_id: uuid.UUID
    number: str
    title: str
    score: float
    row: Any = None  # of those that were asked for as answered: state, kind, language, answer


def similar(
    tenant_id: int,
    text: str,
    *,
    module: str,
    limit: int = 5,
    exclude: uuid.UUID | None = None,
    least: float = ALIKE,
    beside: float = BESIDE,
    answered: bool = False,
    reach: Reach = FAR,
) -> list[Found]:
    """Find the cases of a module that ask for the same as `text`, the likest first.

    The first line of `text` counts as its title. Cases that are not public are among them: who
    shows them to the public asks for more, with `beside=0`, and leaves those out before the
    `likest` are taken. `exclude` is the case itself;
    with `answered` only cases with an answer are looked at, which comes along in `row`. The session
    is bound to `tenant_id`.
    """
    asked = _weights(text)
    if not asked:
        return []
    rarest = sorted(asked, key=lambda stem: -asked[stem])[: reach.stems]
    rows = ask(
        _near(reach.compared, answered=answered),
        {
            "tenant": tenant_id,
            "stems": [_hash(module, stem) for stem in rarest],
            "weights": [asked[stem] for stem in rarest],
            "exclude": exclude,
        },
    )
    found = _scored(asked, rows, module=module)
    return likest(found, least=least, beside=beside)[:limit]


def likest(found: Iterable[Found], *, least: float = ALIKE, beside: float = BESIDE) -> list[Found]:
    """Give the likest first, without what is far less like than the likest of them."""
    ordered = sorted(found, key=lambda one: (-one.score, one.number))
    bound = max([least, *(one.score * beside for one in ordered[:1])])
    return [one for one in ordered if one.score >= bound]


def keep_keys(case: Case) -> None:
    """Keep a new case findable by what it is about; its row is in the database already."""
    keys = keys_of_text(case.title, case.body, module=case.module)
    rows = [{"tenant_id": case.tenant_id, "case_id": case.id, "stem": stem} for stem in keys]
    if rows:
        together.insert(CaseKey.__table__, *rows)


def has_keys(case: Case) -> bool:
    """Tell whether a case is kept findable already."""
    own = (CaseKey.tenant_id == case.tenant_id) & (CaseKey.case_id == case.id)
    return db.session.execute(select(CaseKey.stem).where(own).limit(1)).first() is not None


def keys_of_text(title: str, body: str, *, module: str) -> list[int]:
    """Give the hashes of the weightiest stems of a case, each once."""
    weights = _weights(f"{title}\n{body[:BEGINNING]}")
    kept = sorted(weights, key=lambda stem: -weights[stem])[:KEPT]
    return list(dict.fromkeys(_hash(module, stem) for stem in kept))


def renew_keys(case: Case) -> None:
    """Keep a case findable after its text has changed."""
    table = CaseKey.__table__
    own = (table.c.tenant_id == case.tenant_id) & (table.c.case_id == case.id)
    db.session.execute(delete(table).where(own))
    keep_keys(case)


def likeness(one: str, other: str) -> float:
    """Say how alike two texts are, 0 to 1, when nothing is known of how rare their words are."""
    left, right = _weights(one), _weights(other)
    return _measure(left, dict.fromkeys({*left, *right}, 1.0))(right)


def _scored(asked: Mapping[str, float], rows: Iterable[Any], *, module: str) -> list[Found]:
    rows = list(rows)
    cases = json.loads(rows[0].found) if rows else {}  # by stem, the same in all rows
    rare = {stem: _rarity(cases.get(str(_hash(module, stem)), 1)) for stem in asked}
    likeness_of = _measure(asked, rare)
    return [
        Found(
            case_id=row.id,
            number=row.number,
            title=row.title,
            row=row,
            score=likeness_of(_weights(f"{row.title}\n{row.body}")),
        )
        for row in rows
    ]


def _measure(
    own: Mapping[str, float], rare: Mapping[str, float]
) -> Callable[[Mapping[str, float]], float]:
    """Make the measure of how alike other texts are to one.

    It is the weighted share of what both have: Dice's measure, leaning to the shorter text.
    """
    usual = sum(rare.values()) / max(1, len(rare))
    whole = sum([weight * rare.get(stem, usual) for stem, weight in own.items()])

    def likeness_of(other: Mapping[str, float]) -> float:
        shared = size = 0.0
        for stem, weight in other.items():
            counts = rare.get(stem, usual)
            size += weight * counts
            if stem in own:
                shared += min(own[stem], weight) * counts
        shorter, longer = sorted((whole, size))
        return float(shared / (0.6 * shorter + 0.4 * longer)) if shorter else 0.0

    return likeness_of


def _rarity(cases: int) -> float:
    return math.log(1 + NEWEST / max(1, cases))


@lru_cache(maxsize=512)
def _weights(text: str) -> Mapping[str, float]:
    """Weigh the stems of a text: those of its first line most, general words least.

    A stem with a concept is that concept, whichever word was chosen for it.
    """
    title, _newline, body = text.strip().partition("\n")
    weights: dict[str, float] = {}
    for part, weight in ((title, TITLE), (body[:BEGINNING], BODY)):
        for stem in stems(part):
            concept = concept_of(stem)
            key = f"={concept}" if concept else stem
            counts = weight * (GENERAL if is_general(stem) else 1.0)
            weights[key] = max(weights.get(key, 0.0), counts)
    return weights


def _hash(module: str, stem: str) -> int:
    """Give a stem's number in the table, of 32 bits with a sign; no secret, only short."""
    return zlib.crc32(f"{module}:{stem}".encode()) - 2**31
