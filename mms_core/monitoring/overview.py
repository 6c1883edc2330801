"""What the ministry's pages show: rows, totals and the map, from figures that were read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from mms_core.monitoring.figures import NOTHING, Figures, Key, Standing, total
from mms_core.monitoring.grid import places

Again = Callable[[Hashable, Hashable, Callable[[], Any]], Any]  # key, what it is made of, maker
SERVING = frozenset({"on", "closing"})
LEVELS = 5  # the darkest colour of the map


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A module as the ministry names it; also one that is quarantined or gone."""

    name: str
    title: Any
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A module in a municipality: how it stands and what it does."""

    hall: Any
    module: Subject
    standing: Standing | None
    figures: Figures

    @property
    def state(self) -> str:
        """The state; what was never decided is off."""
        return self.standing.state if self.standing else "off"

    @property
    def reaches(self) -> bool:
        """Whether the municipality's residents can use it, or have used it."""
        return self.state in SERVING or self.figures.opened > 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """A municipality, or a module, with its cells and their sum."""

    subject: Any
    cells: tuple[Cell, ...]
    total: Figures
    on: int
    people: int  # residents it reaches; a merged city's are counted in its municipality


def residents(hall: Any) -> int:
    """Give a municipality's residents by the census of 2014, none where it has merged."""
    return 0 if hall.successor_id else int(hall.population or 0)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The first page of the ministry."""

    halls: tuple[Row, ...]
    modules: tuple[Row, ...]
    total: Figures
    on: int

    @property
    def people(self) -> int:
        """How many residents the modules reach."""
        return sum(row.people for row in self.halls)

    @property
    def possible(self) -> int:
        """How many pairs of municipality and module there are."""
        return len(self.halls) * len(self.modules)

    @property
    def adopters(self) -> int:
        """How many municipalities have at least one module on."""
        return sum(1 for row in self.halls if row.on)


def anew(_key: Hashable, _made_of: Hashable, make: Callable[[], Any]) -> Any:
    """Make it, whatever was made before."""
    return make()


def overview(
    halls: Sequence[Any],
    modules: Sequence[Subject],
    *,
    figures: Mapping[Key, Figures],
    standings: Mapping[Key, Standing],
    again: Again = anew,
) -> Overview:
    """Put figures and states in rows, once by municipality and once by module.

    `again` gives a row that was made of the same before.
    """
    about = tuple((module.name, module.reason) for module in modules)
    by_hall = tuple(
        _hall_row(hall, modules, about, figures, standings, again=again) for hall in halls
    )
    ids = tuple(hall.id for hall in halls)
    columns = zip(*(row.cells for row in by_hall), strict=True) if halls else ((),) * len(modules)
    by_module = tuple(
        again(
            ("module", name, ids),
            (cells, about),
            partial(_row, cells[0].module if cells else module, cells),
        )
        for (name, _reason), module, cells in zip(about, modules, columns, strict=True)
    )
    return Overview(
        halls=by_hall,
        modules=by_module,
        total=total(row.total for row in by_hall),
        on=sum(row.on for row in by_hall),
    )


def _hall_row(
    hall: Any,
    modules: Sequence[Subject],
    about: Hashable,
    figures: Mapping[Key, Figures],
    standings: Mapping[Key, Standing],
    *,
    again: Again,
) -> Row:
    keys = [(hall.id, module.name) for module in modules]
    found = tuple(figures.get(key, NOTHING) for key in keys)
    states = tuple(standings.get(key) for key in keys)

    def made() -> Row:
        parts = zip(modules, states, found, strict=True)
        return _row(hall, [Cell(hall=hall, module=m, standing=s, figures=f) for m, s, f in parts])

    row: Row = again(("hall", hall.id, tuple(keys)), (hall, about, states, found), made)
    return row


def _row(subject: Any, cells: Iterable[Cell]) -> Row:
    kept = tuple(cells)
    return Row(
        subject=subject,
        cells=kept,
        total=total(cell.figures for cell in kept),
        on=sum(1 for cell in kept if cell.state in SERVING),
        people=_reached(kept),
    )


def _reached(cells: Iterable[Cell]) -> int:
    """Count residents; where a module is neither on nor has had a case, nobody could write."""
    halls = {cell.hall.id: cell.hall for cell in cells if cell.reaches}.values()
    return sum(residents(hall) for hall in halls)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A municipality's tile on the map; `level` is how dark it is, from 0 to 5."""

    hall: Any
    on: int
    level: int
    column: int
    row: int


def tiles(rows: Sequence[Row], *, modules: int, everywhere: Iterable[Any]) -> list[Tile]:
    """Give the map's tiles, in reading order; a place does not depend on what is filtered."""
    seats = {hall.id: (hall.seat["lat"], hall.seat["lon"]) for hall in everywhere}
    where = places(seats)
    found = [
        Tile(
            hall=row.subject,
            on=row.on,
            level=level(row.on, modules),
            column=where[row.subject.id][0],
            row=where[row.subject.id][1],
        )
        for row in rows
    ]
    return sorted(found, key=lambda tile: (tile.row, tile.column))


def level(on: int, modules: int) -> int:
    """Give the colour step of so many modules on: 0 for none, 5 for all."""
    return -(-on * LEVELS // modules) if on and modules else 0


def legend(modules: int) -> list[tuple[str, int]]:
    """Name the numbers of modules that each colour step stands for."""
    steps: dict[int, list[int]] = {}
    for on in range(modules + 1):
        steps.setdefault(level(on, modules), []).append(on)
    return [
        (str(ons[0]) if len(ons) == 1 else f"{ons[0]}–{ons[-1]}", step)
        for step, ons in steps.items()
    ]


def count_states(cells: Iterable[Cell]) -> Counter[str]:
    """Count how many cells stand in which state."""
    return Counter(cell.state for cell in cells)
