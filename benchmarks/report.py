"""The table of figures and the ratios that the project promises."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import DESK
from benchmarks.meter import Figure

# The raw and the ORM floor, requests a second, that stood beside the promise when it was made. That
# ORM floor takes more of a raw page's time than ours, so half of it is told beside half of ours.
SEEN = {"list": (2292, 759), "detail": (3395, 1378), "submit": (2165, 594)}
HEAD = f"{'':>6} {'page':<20} {'per s':>8} {'p50 ms':>8} {'p99 ms':>8} {'cpu ms':>7}"
HEAD += f" {'bytes':>8} {'queries':>7} {'PSS MB':>7} {'wrong':>6}"


def show(figures: list[Figure], *, cases: int, small: int) -> None:
    """Print every figure, then each promise with what was measured."""
    print(f"\n{cases:,} and {small:,} cases, 8 clients, 2 workers, the same server for all\n{HEAD}")
    for figure in figures:
        seen = figure.seen
        queries = "" if figure.queries is None else str(figure.queries)
        print(
            f"{figure.where:>6} {figure.what:<20} {seen.per_second:>8.0f} {seen.p50_ms:>8.2f}"
            f" {seen.p99_ms:>8.2f} {figure.cpu_ms:>7.2f} {seen.bytes_each:>8} {queries:>7}"
            f" {figure.memory_mb:>7.0f} {seen.errors:>6}"
        )
    print()
    for words, value, bound, at_least in promises(figures):
        good = value >= bound if at_least else value <= bound
        sign = "at least" if at_least else "at most"
        print(f"{'met   ' if good else 'NOT MET'} {words}: {value:.3f} ({sign} {bound:g})")


def promises(figures: list[Figure]) -> Iterator[tuple[str, float, float, bool]]:
    """Give each promise: words, what was measured, the bound, whether more is better."""
    rate = {(f.where, f.what): f.seen.per_second for f in figures}
    p50 = {(f.where, f.what): f.seen.p50_ms for f in figures}

    def ratio(a: tuple[str, str], b: tuple[str, str]) -> float:
        return rate.get(a, 0.0) / max(rate.get(b, 0.0), 0.001)

    windows = {(f.where, f.what): f.windows for f in figures}
    for page in ("list", "detail", "submit"):
        turns = zip(windows["large", page], windows["orm", page], strict=True)
        each = sorted(one / max(other, 0.001) for one, other in turns)
        words = f"{page}, uncached, to the ORM floor (by turns {each[0]:.2f} to {each[-1]:.2f})"
        yield words, ratio(("large", page), ("orm", page)), 0.5, True
    for page, (raw, orm) in SEEN.items():
        words = f"{page}, uncached, to the raw floor (half of {orm} in {raw})"
        yield words, ratio(("large", page), ("raw", page)), round(orm / raw / 2, 3), True
    for page in ("list", "detail"):
        value = ratio(("large", f"{page} again"), ("raw", page))
        yield f"{page} again, to the raw floor", value, 1.0, True
    for page in ("list", "detail", "desk inbox", "ministry"):
        value = ratio(("small", page), ("large", page))
        yield f"{page}, how many times slower with more cases", value, 1.2, False
    for (where, page), taken in p50.items():
        if where == "large" and page.startswith(DESK):
            value = taken / max(p50["small", page], 0.001)
            yield f"{page}, p50 with more cases to p50 with few", value, 1.3, False
    desk = [f.queries or 0 for f in figures if f.what.startswith(DESK)]
    yield "queries of the desk's busiest page", max(desk, default=0), 10, False
    value = ratio(("large", "submit, one hall"), ("large", "submit spread"))
    yield "posts to one hall, to posts over many", value, 0.8, True
    others = [f.queries or 0 for f in figures if not f.what.startswith(DESK)]
    yield "queries of the busiest other page", max(others), 8, False
    last = figures[-1]  # when no other server shared the libraries, and after all pages
    yield "memory of a worker in MB", last.memory_mb, 110, False
    value = p50["large", "ministry"] / max(p50["large", "static page"], 0.001)
    yield "ministry's p50 to a static page's", value, 4, False
