"""What several pages share: the tabs of years and of the hall's pages."""

from __future__ import annotations

from typing import Any

from flask import url_for
from markupsafe import Markup

from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from plugins.citizen_feedback.views import pages, this_year


@pages.context_processor
def shared() -> dict[str, Any]:
    """Give every template of the module the tabs."""
    return {
        "year_tabs": year_tabs,
        "desk_tabs": desk_tabs,
        "public_tabs": public_tabs,
        "problem_choices": problem_choices,
        "lang_of": lang_of,
    }


def lang_of(text: str) -> Markup:
    """Give the attribute for people's Georgian words on a page of another language."""
    georgian = any("ა" <= sign <= "ჰ" for sign in text)
    return Markup(' lang="ka"') if georgian and locale() != "ka" else Markup("")


def year_tabs(years: list[int], year: int, *, desk: bool = False) -> list[tuple[Any, ...]]:
    """Give a tab for each budget year."""
    endpoint = ".desk" if desk else ".index"
    return [(str(one), url_for(endpoint, year=one), one == year, None) for one in years]


def desk_tabs(here: str) -> list[tuple[Any, ...]]:
    """Give the tabs of the hall's pages; `here` is the endpoint of the present one."""
    tabs = (
        ("desk", _("Programmes")),
        ("desk_needs", _("Group needs")),
        ("desk_problems", _("Problems")),
        ("desk_reports", _("Reports")),
        ("desk_budget", _("Budget")),
        ("desk_attest", _("Attest a use")),
    )
    next_year = this_year() + 1
    return [
        (
            words,
            url_for(f".{name}", year=next_year) if name == "desk_budget" else url_for(f".{name}"),
            name == here,
            None,
        )
        for name, words in tabs
    ]


def public_tabs(here: str) -> list[tuple[Any, ...]]:
    """Give the tabs of the public's pages."""
    tabs = (
        ("index", _("Programmes")),
        ("needs_page", _("What is needed")),
        ("reports_page", _("Reports")),
        ("became", _("What became of what people said")),
    )
    return [(words, url_for(f".{name}"), name == here, None) for name, words in tabs]


def problem_choices(problems: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Give problems for a select."""
    return [(one["code"], f"{one['code']}: {one['title']}") for one in problems]
