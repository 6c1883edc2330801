"""Reads all that the national page and a municipality's page show, at one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import Any

from babel import Locale
from flask import render_template
from sqlalchemy import Connection

from mms_core.desk.words import CHANNEL_WORDS
from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale
from mms_core.modules import registry
from mms_core.monitoring import allowances as allowing
from mms_core.monitoring import figures as read
from mms_core.monitoring import ladder, pace, promised, said
from mms_core.monitoring.books import Books, books
from mms_core.monitoring.definitions import DEFINITIONS
from mms_core.monitoring.drawn import Drawn
from mms_core.monitoring.filters import Filters, gone, subjects
from mms_core.monitoring.overview import Cell, Overview, Tile, legend, overview, tiles
from mms_core.switching import words
from mms_core.tenancy import rules as tenancy

Version = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The figures of a page, read at one moment."""

    found: Overview
    rungs: Mapping[read.Key, ladder.Standing]
    stalls: Sequence[ladder.Stall]
    waits: Mapping[int, pace.Waits]
    module_waits: Mapping[str, pace.Waits]
    all_waits: pace.Waits
    ways: Mapping[str, Counter[str]]
    months: Sequence[pace.Month]
    promised: promised.Promised

    @property
    def rung_counts(self) -> list[int]:
        """How many pairs of municipality and module stand on each rung."""
        counts = Counter(standing.at for standing in self.rungs.values())
        return [counts[at] for at in range(len(ladder.RUNGS))]


LEVELS = {
    "0": _("not signed in, or not checked"),
    "1": _("contact confirmed"),
    "2": _("identity checked"),
}
KINDS = {
    "channel": _("How cases came"),
    "language": _("Languages of cases"),
    "level": _("How authors proved who they are"),
}


def ways_words(seen: Seen) -> list[tuple[Any, int, list[tuple[Any, int]]]]:
    """Give the ways of cases in words: (title, all, (word, cases)), the most first."""
    languages = Locale.parse(locale()).languages
    words_of = {"channel": CHANNEL_WORDS, "language": languages, "level": LEVELS}
    found = []
    for kind, counts in seen.ways.items():
        rows = [(words_of[kind].get(key, key), n) for key, n in counts.most_common() if n > 0]
        found.append((KINDS[kind], sum(n for _word, n in rows), rows))
    return found


def halls_of(filters: Filters) -> list[Any]:
    """Give the municipalities that the filters leave."""
    return [t for t in tenancy.all_tenants() if filters.region in {"", t.region}]


def overview_of(filters: Filters, opened: Books, *, halls: Sequence[Any] | None = None) -> Overview:
    """Read states and figures of municipalities and modules."""
    standings = opened.settled("standings", read.standings)
    broken = opened.settled("health", partial(allowing.reasons, modules=registry()))
    known = subjects(broken) | gone(standings)
    wanted = [s for s in known.values() if filters.module in {"", s.name}]
    return overview(
        halls_of(filters) if halls is None else halls,
        wanted,
        figures=read.figures(opened, filters.span),
        standings=standings,
        again=opened.again,
    )


def read_all(filters: Filters, opened: Books, *, halls: Sequence[Any] | None = None) -> Seen:
    """Read everything that a page shows of some municipalities, all when none are named."""
    found = overview_of(filters, opened, halls=halls)
    cells = [cell for row in found.halls for cell in row.cells]
    today = filters.span.today
    rungs = ladder.climb(
        found.halls,
        recent=ladder.recents(opened, today=today),
        allowed=opened.settled("allowances", allowing.allowances),
        on=today,
        again=opened.again,
    )
    asked = pace.Asked(
        span=filters.span, halls=[row.subject.id for row in found.halls], module=filters.module
    )
    spread = pace.spread(opened, asked)
    return Seen(
        found=found,
        rungs=rungs,
        stalls=[] if filters.public else ladder.stalled(cells, rungs, now=datetime.now(UTC)),
        waits=spread.by_hall,
        module_waits=spread.by_module,
        all_waits=pace.together(spread.by_hall),
        ways=spread.kinds,
        months=pace.months(opened, asked),
        promised=promised.read(
            opened,
            asked,
            halls=[row.subject for row in found.halls],
            standings={(c.hall.id, c.module.name): c.standing for c in cells if c.standing},
        ),
    )


def waits_of(filters: Filters, opened: Books, *, module: str) -> Mapping[int, pace.Waits]:
    """Read the days to answers of one module by municipality."""
    halls = [hall.id for hall in tenancy.all_tenants()]
    return pace.waits(opened, pace.Asked(span=filters.span, halls=halls, module=module))


def body(filters: Filters, connection: Connection, *, known: Version) -> str:
    """Render the figures of the national page; `known` is the version that was read before."""
    marks: dict[str, Any] = dict(zip(read.MARKS, known, strict=False))
    marks["health"] = (marks["health"], known[len(read.MARKS) :])  # broken in this process, too
    with books(connection, marks=marks) as opened:
        seen = read_all(filters, opened)
        recounted = opened.settled("folds", read.recounted)
    count = len(seen.found.modules)
    shown = _tiles(seen, count)
    about = (filters.public, locale(), known[len(read.MARKS) :])
    return render_template(
        "monitoring/figures.html",
        seen=seen,
        drawn=Drawn(about=about),
        said=said,
        module_names=tuple(row.subject.name for row in seen.found.modules),
        marks=_marks(seen),
        ways_words=ways_words(seen),
        found=seen.found,
        public=filters.public,
        tiles=shown,
        places=tuple((tile.hall.id, tile.on, tile.level) for tile in shown),
        legend=legend(count),
        recounted=recounted,
        definitions=DEFINITIONS,
        rungs=ladder.RUNGS,
        words=words,
        now=datetime.now(UTC),
        successor=successor,
    )


def _marks(seen: Seen) -> dict[int, tuple[tuple[int, bool], ...]]:
    """Give by municipality what its line of the ladder shows."""
    found: dict[int, list[tuple[int, bool]]] = {row.subject.id: [] for row in seen.found.halls}
    for (hall, _module), standing in seen.rungs.items():
        found[hall].append((standing.at, standing.few))
    return {hall: tuple(marks) for hall, marks in found.items()}


def _tiles(seen: Seen, modules: int) -> list[Tile]:
    """Draw one tile for each municipality, merged cities too, wherever they are on the map."""
    return tiles(seen.found.halls, modules=modules, everywhere=tenancy.all_tenants())


def version(connection: Connection, *, today: date) -> Version:
    """Give what changes whenever anything on the page does, the day among it."""
    here = (_names(tenancy.known().read_at), *registry().quarantined.items())
    return (*read.version(connection), today, *here)


@lru_cache(maxsize=1)
def _names(_read_at: float) -> int:
    """Give a mark of what the pages say of municipalities; looked at when they are read anew."""
    return hash(
        tuple((t.successor_id, t.slug, t.region, *t.names.values()) for t in tenancy.all_tenants())
    )


def successor(hall: Any) -> str:
    """Name the municipality that a merged one became part of."""
    later = tenancy.by_id(hall.successor_id) if hall.successor_id else None
    return str(later.short_name) if later else ""


def predecessors(hall: Any) -> list[Any]:
    """Give the municipalities that became part of this one."""
    return [other for other in tenancy.all_tenants() if other.successor_id == hall.id]


def cells_of(seen: Seen) -> list[Cell]:
    """Give all cells of a page."""
    return [cell for row in seen.found.halls for cell in row.cells]
