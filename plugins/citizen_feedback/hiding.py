"""Hides figures of too few people, also where another figure would give them away.

A cell is shown when at least `FEWEST` people stand behind it. Where the total is shown, a single
hidden cell could be found by subtraction, and so could several that together are too few: then the
smallest shown cells are hidden too, until what is hidden is at least two cells and enough people.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

Cell = TypeVar("Cell", bound=Hashable)
FEWEST = 5


def shown(counts: Mapping[Cell, int], *, fewest: int = FEWEST) -> set[Cell]:
    """Name the cells whose figures may be shown beside their total."""
    if sum(counts.values()) < fewest:
        return set()
    seen = {cell for cell, n in counts.items() if n >= fewest}
    by_size = sorted(seen, key=lambda cell: (counts[cell], str(cell)))
    hidden = {cell: n for cell, n in counts.items() if 0 < n < fewest}
    while hidden and (len(hidden) < 2 or sum(hidden.values()) < fewest) and by_size:
        cell = by_size.pop(0)
        seen.discard(cell)
        hidden[cell] = counts[cell]
    return seen


def value(n: int, *, fewest: int = FEWEST) -> int | None:
    """Give a number of people, or None where it is too small to be shown."""
    return n if n >= fewest else None
