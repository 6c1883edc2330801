"""Finds a municipality by what a person types: any spelling, any layout, or their village."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable
from dataclasses import dataclass

from mms_core.letters import readings, search_key
from mms_core.tenancy.rules import Known, Tenant

_ALIKE = 0.72  # how alike a misspelled name must be, of 1
_FEWEST_LETTERS = 3  # fewer are no misspelling of anything
_MOST_LETTERS = 80
_READINGS_TO_GUESS_BY = 3
_NOT = 9  # the rank of what does not fit


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a question has found; `guessed` when nothing fits and these are merely alike."""

    tenants: tuple[Tenant, ...]
    guessed: bool = False


@dataclass(frozen=True, kw_only=True)
class _Entry:
    tenant: Tenant
    short: tuple[str, ...]
    words: tuple[str, ...]
    joined: str


def find(query: str, known: Known) -> Found:
    """Find municipalities by name, seat, settlement or region; the best come first."""
    asked = readings(query[:_MOST_LETTERS])
    ranked = [
        (min((_rank(way, entry) for way in asked), default=_NOT), entry.tenant)
        for entry in _index(known)
    ]
    fitting = [row for row in ranked if row[0] < _NOT]
    if fitting or not asked:
        fitting.sort(key=lambda row: (row[0], row[1].merged, row[1].id))
        return Found(tenants=tuple(tenant for _, tenant in fitting))
    return Found(tenants=_alike(asked[:_READINGS_TO_GUESS_BY], known), guessed=True)


def _rank(way: str, entry: _Entry) -> int:
    """Say how well a reading fits: 0 is the very name, 9 does not fit at all."""
    if way in entry.short:
        return 0
    if any(short.startswith(way) for short in entry.short):
        return 1
    if all(any(word.startswith(part) for word in entry.words) for part in way.split()):
        return 2
    bare = way.replace(" ", "")
    return 3 if len(bare) >= _FEWEST_LETTERS and bare in entry.joined else _NOT


@functools.lru_cache(maxsize=4)
def _index(known: Known) -> list[_Entry]:
    return [_entry(tenant) for tenant in known.by_id.values()]


def _entry(tenant: Tenant) -> _Entry:
    short = [*tenant.short_names.values(), tenant.slug]
    places = [tenant.seat, *tenant.settlements]
    texts = [*short, *tenant.names.values(), *tenant.region_names.values()]
    texts += [place[language] for place in places for language in ("ka", "en")]
    keys = [search_key(text) for text in texts]
    return _Entry(
        tenant=tenant,
        short=tuple(search_key(text) for text in short),
        words=tuple({word for key in keys for word in key.split()}),
        joined=" ".join(key.replace(" ", "") for key in keys),
    )


def _alike(asked: Iterable[str], known: Known) -> tuple[Tenant, ...]:
    """Give the municipalities whose names are most like what was typed."""
    by_name: dict[str, Tenant] = {}
    for entry in _index(known):
        by_name.setdefault(entry.short[0], entry.tenant)
    near: dict[str, None] = {}
    for way in asked:
        if len(way) >= _FEWEST_LETTERS:
            near |= dict.fromkeys(difflib.get_close_matches(way, by_name, n=3, cutoff=_ALIKE))
    return tuple(by_name[name] for name in near)
