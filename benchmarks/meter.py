"""Measures pages of several servers in turn, so that what slows the machine slows them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from benchmarks import load
from benchmarks.site import Site

TURNS = 5  # windows of each page; the middle one counts


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured page."""

    where: str
    what: str
    seen: load.Seen
    cpu_ms: float
    memory_mb: float
    queries: int | None = None
    windows: tuple[float, ...] = ()  # requests a second of each, in the order of the turns

    def as_dict(self) -> dict[str, Any]:
        """Give the figure for JSON."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One kind of request to a server; `good` are the right statuses."""

    site: Site
    where: str
    what: str
    request: load.Request
    good: tuple[int, ...] = (200,)
    queries: int | None = None


class Meter:
    """One server under its name; gives pages of it to be measured."""

    def __init__(self, site: Site, where: str) -> None:
        self.site, self.where = site, where

    def page(
        self,
        what: str,
        request: load.Request,
        *,
        good: tuple[int, ...] = (200,),
        queries: int | None = None,
    ) -> Page:
        """Name one kind of request."""
        return Page(
            site=self.site, where=self.where, what=what, request=request, good=good, queries=queries
        )


def in_turn(pages: Sequence[Page], *, seconds: float) -> list[Figure]:
    """Measure each page for so long, after a short warm-up, in windows that follow each other."""
    seen: list[list[load.Seen]] = [[] for _page in pages]
    used: list[list[float]] = [[] for _page in pages]
    for page in pages:
        _run(page, 1.0)
    for _turn in range(TURNS):
        for page, windows, times in zip(pages, seen, used, strict=True):
            before = page.site.cpu_seconds()
            windows.append(_run(page, seconds / TURNS))
            times.append(page.site.cpu_seconds() - before)
    return [_figure(*one) for one in zip(pages, seen, used, strict=True)]


def _run(page: Page, seconds: float) -> load.Seen:
    return load.run(page.site.port, page.request, seconds=seconds, good=page.good)


def _figure(page: Page, windows: Sequence[load.Seen], used: Sequence[float]) -> Figure:
    count = sum(one.count for one in windows)
    seen = load.Seen(
        per_second=median(one.per_second for one in windows),
        p50_ms=median(one.p50_ms for one in windows),
        p99_ms=median(one.p99_ms for one in windows),
        errors=sum(one.errors for one in windows),
        count=count,
        bytes_each=max(one.bytes_each for one in windows),
    )
    wrong = f"  {seen.errors} WRONG ANSWERS" if seen.errors else ""
    print(f"  {page.where:>6} {page.what:<22} {seen.per_second:>7.0f}/s{wrong}", flush=True)
    return Figure(
        where=page.where,
        what=page.what,
        seen=seen,
        cpu_ms=sum(used) / max(count, 1) * 1000,
        memory_mb=page.site.memory_mb(),
        queries=page.queries,
        windows=tuple(one.per_second for one in windows),
    )
