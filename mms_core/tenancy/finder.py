"""Finds a municipality by what a person types: any spelling, any layout, or their village."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mms_core.letters import readings, search_key
from mms_core.tenancy.rules import RegionOf, Tenant

_ALIKE = 0.72  # how alike a misspelled name must be, of 1
_FEWEST_LETTERS = 3  # fewer are no misspelling of anything
_MOST_LETTERS = 80


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a question has found; `guessed` when nothing fits and these are merely alike."""

    tenants: tuple[Tenant, ...]
    guessed: bool = False


@dataclass(frozen=True, kw_only=True)
class _Entry:
    short: tuple[str, ...]
    words: tuple[str, ...]
    joined: str


def find(query: str, tenants: Sequence[Tenant], regions: Iterable[RegionOf]) -> Found:
    """Find municipalities by name, seat, settlement or region; the best come first."""
    asked = readings(query[:_MOST_LETTERS])
    if not asked:
        return Found(tenants=())
    names = {region.code: region for region in regions}
    ranked = []
    for tenant in tenants:
        rank = min(_rank(way, _entry(tenant, names.get(tenant.region))) for way in asked)
        if rank < _NOT:
            ranked.append((rank, tenant.merged, tenant.id, tenant))
    if ranked:
        return Found(tenants=tuple(row[-1] for row in sorted(ranked, key=lambda row: row[:3])))
    return Found(tenants=_alike(asked, tenants), guessed=True)


_NOT = 9


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


@functools.lru_cache(maxsize=512)
def _entry(tenant: Tenant, region: RegionOf | None) -> _Entry:
    short = [*tenant.short_names.values(), tenant.slug]
    places = [tenant.seat, *tenant.settlements]
    texts = [
        *short,
        *tenant.names.values(),
        *(place[lang] for place in places for lang in ("ka", "en")),
    ]
    texts += region.names.values() if region else []
    keys = [search_key(text) for text in texts]
    return _Entry(
        short=tuple(search_key(text) for text in short),
        words=tuple({word for key in keys for word in key.split()}),
        joined=" ".join(key.replace(" ", "") for key in keys),
    )


def _alike(asked: Iterable[str], tenants: Iterable[Tenant]) -> tuple[Tenant, ...]:
    """Give the municipalities whose names are most like what was typed."""
    by_name: dict[str, Tenant] = {}
    for tenant in tenants:
        by_name.setdefault(search_key(tenant.short_names["ka"]), tenant)
    near: dict[str, None] = {}
    for way in asked:
        if len(way) >= _FEWEST_LETTERS:
            near |= dict.fromkeys(difflib.get_close_matches(way, by_name, n=3, cutoff=_ALIKE))
    return tuple(by_name[name] for name in near)
