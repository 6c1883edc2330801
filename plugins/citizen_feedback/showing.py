"""Puts rows into words for the pages: money, means, shares, results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal, format_percent

from mms_core.i18n import lazy_gettext as _
from mms_core.i18n import locale, ngettext
from plugins.citizen_feedback.kinds import MARKS, kinds_of, words_of
from plugins.citizen_feedback.models import Programme
from plugins.citizen_feedback.results import Result, Results

STATES: Mapping[str, tuple[Any, str]] = {
    "draft": (_("Draft"), "neutral"),
    "published": (_("Published"), "success"),
    "withdrawn": (_("Out of the catalogue"), "warning"),
}


def money(amount: Decimal | None) -> str:
    """Write an amount in lari; nothing for None."""
    if amount is None:
        return ""
    pattern = None if amount % 1 else "#,##0 ¤"
    return str(format_currency(amount, "GEL", pattern, locale=locale(), currency_digits=False))


def mean(found: Result) -> str:
    """Write a mean mark with one decimal."""
    return str(format_decimal(round(found.mean or 0, 1), "0.0", locale=locale()))


def share(found: Result) -> str:
    """Write a share as whole percents."""
    return str(format_percent(found.good or 0, locale=locale()))


def answers(n: int) -> str:
    """Say a number of answers."""
    return str(ngettext("%(num)s answer", "%(num)s answers", n))


def title_of(programme: Programme) -> str:
    """Give a programme's name in the language of the page, or the Georgian one."""
    return programme.title if locale() == "ka" else programme.title_en or programme.title


def language_of(programme: Programme) -> str | None:
    """Give the language of the name where it is not the page's."""
    return "ka" if locale() != "ka" and not programme.title_en else None


def card(programme: Programme, settings: Mapping[str, Any], found: Result | None) -> dict[str, Any]:
    """Give a line of the catalogue."""
    return {
        "code": programme.code,
        "title": title_of(programme),
        "lang": language_of(programme),
        "kind": words_of(programme.kind, kinds_of(settings)),
        "unit": programme.unit,
        "budget": money(programme.budget),
        "state": STATES[programme.state],
        "result": found if found and found.shown else None,
        "mean": mean(found) if found and found.shown else "",
        "answers": answers(found.n) if found and found.shown else "",
    }


def bars(found: Results, dimensions: Mapping[str, str]) -> list[tuple[str, float, str]]:
    """Give the rows of the chart of means: what, the mean, the mean in words."""
    return [
        (words_of(item.key, dimensions), item.mean or 0.0, mean(item))
        for item in (found.overall, *found.dimensions)
        if item.shown
    ]


def places(found: Results) -> list[tuple[str, str, str]]:
    """Give the rows of the table of settlements: where, how many, the mean."""
    return [(item.key, str(item.n), mean(item)) for item in found.settlements]


def marks() -> list[tuple[int, Any]]:
    """Give the marks with their words, the worst first."""
    return list(MARKS)


def today() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)


PROBLEM_STATES: Mapping[str, tuple[Any, str]] = {
    "open": (_("Open"), "info"),
    "chosen": (_("Chosen for the budget"), "success"),
    "merged": (_("Merged with another"), "neutral"),
}


def problem_title(problem: Any) -> str:
    """Give a problem's title in the language of the page, or the Georgian one."""
    return str(problem.title if locale() == "ka" else problem.title_en or problem.title)


def problem_lang(problem: Any) -> str | None:
    """Give the language of a problem's title where it is not the page's."""
    return "ka" if locale() != "ka" and not problem.title_en else None


def place_choices(tenant: Any) -> list[tuple[str, str]]:
    """Give the settlements of a municipality for a form; the Georgian name is what is kept."""
    word = "ka" if locale() == "ka" else "en"
    return [(str(place["ka"]), str(place[word])) for place in tenant.settlements]


def place_name(tenant: Any, kept: str) -> str:
    """Say a settlement in the language of the page."""
    return dict(place_choices(tenant)).get(kept, kept)


def tiles(tenant: Any, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Give a tile for each settlement of which a need is known, the fullest first."""
    most = max(counts.values(), default=1)
    return [
        {
            "name": place_name(tenant, name),
            "value": n,
            "words": ngettext("%(num)s need", "%(num)s needs", n),
            "level": 1 + round(4 * n / most),
        }
        for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
