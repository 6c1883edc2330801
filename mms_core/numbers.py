"""Writes numbers as the page's language does: Jinja filters that keep what they wrote.

A page of figures says the same few shares and counts hundreds of times.
"""

from __future__ import annotations

from functools import lru_cache

from babel.numbers import format_decimal, format_percent
from flask import Flask

from mms_core.i18n import locale

KEPT = 4096  # words of one process
Number = int | float


def init_app(app: Flask) -> None:
    """Put them in the place of Babel's filters, which look a pattern up each time."""
    app.jinja_env.filters.update(numberformat=number, decimalformat=decimal, percentformat=percent)


def number(value: Number) -> str:
    """Write a number with groups of thousands."""
    return _decimal(value, None, locale())


def decimal(value: Number, pattern: str | None = None) -> str:
    """Write a number by a pattern: `0.0#`."""
    return _decimal(value, pattern, locale())


def percent(value: Number, pattern: str | None = None) -> str:
    """Write a share: `87%`."""
    return _percent(value, pattern, locale())


@lru_cache(maxsize=KEPT)
def _decimal(value: Number, pattern: str | None, language: str) -> str:
    return format_decimal(value, format=pattern, locale=language)


@lru_cache(maxsize=KEPT)
def _percent(value: Number, pattern: str | None, language: str) -> str:
    return format_percent(value, format=pattern, locale=language)
