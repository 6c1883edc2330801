"""Places the municipalities on a map of equal tiles, from the coordinates of their seats."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import product

Place = tuple[int, int]  # (column, row), counted from 1
COLUMNS, ROWS = 11, 7


def places(seats: Mapping[int, tuple[float, float]]) -> dict[int, Place]:
    """Give each municipality a tile of its own near where it lies; seats are (lat, lon)."""
    return dict(_places(tuple(sorted(seats.items()))))


@lru_cache(maxsize=2)
def _places(seats: tuple[tuple[int, tuple[float, float]], ...]) -> tuple[tuple[int, Place], ...]:
    ideal = _ideal(dict(seats))
    tiles = list(product(range(1, COLUMNS + 1), range(1, ROWS + 1)))
    near = sorted((_far(spot, tile), hall, tile) for hall, spot in ideal.items() for tile in tiles)
    found: dict[int, Place] = {}
    taken: set[Place] = set()
    for _distance, hall, tile in near:
        if hall not in found and tile not in taken:
            found[hall] = tile
            taken.add(tile)
    _swap(found, ideal)
    return tuple(found.items())


def _ideal(seats: Mapping[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """Spread the halls evenly: half by where they lie, half by their rank from west and north."""
    lats = sorted((lat for lat, _ in seats.values()), reverse=True)
    lons = sorted(lon for _, lon in seats.values())
    last = max(len(seats) - 1, 1)

    def spot(lat: float, lon: float) -> tuple[float, float]:
        across = (lon - lons[0]) / ((lons[-1] - lons[0]) or 1)
        down = (lats[0] - lat) / ((lats[0] - lats[-1]) or 1)
        across = (across + lons.index(lon) / last) / 2
        down = (down + lats.index(lat) / last) / 2
        return 1 + across * (COLUMNS - 1), 1 + down * (ROWS - 1)

    return {hall: spot(*seat) for hall, seat in seats.items()}


def _far(spot: tuple[float, float], tile: Place) -> float:
    return (spot[0] - tile[0]) ** 2 + (spot[1] - tile[1]) ** 2


def _swap(found: dict[int, Place], ideal: Mapping[int, tuple[float, float]]) -> None:
    """Exchange pairs of tiles for as long as that brings halls nearer to their places."""
    better = True
    while better:
        better = False
        for one, two in product(found, found):
            a, b = found[one], found[two]
            now = _far(ideal[one], a) + _far(ideal[two], b)
            if _far(ideal[one], b) + _far(ideal[two], a) < now - 1e-9:
                found[one], found[two] = b, a
                better = True
