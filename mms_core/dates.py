"""Writes days and moments as the page's language does, in Georgia's time: Jinja filters."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from flask import Flask

from mms_core.i18n import TBILISI, locale


def init_app(app: Flask) -> None:
    """Give templates the filters `day`, `short_day` and `moment`."""
    app.jinja_env.filters.update(day=day, short_day=short_day, moment=moment)


def day(value: date | datetime | None, language: str = "") -> str:
    """Write a day: `21 November 2026`; nothing for None. `language` is the page's, if known."""
    return _written(_local(value), "d MMMM y", language or locale()) if value else ""


def short_day(value: date | datetime | None) -> str:
    """Write a day for a narrow column: `21.11.2026`."""
    return _written(_local(value), "dd.MM.y", locale()) if value else ""


def moment(value: datetime | None, *, seconds: bool = False) -> str:
    """Write a moment: `21 November 2026, 14:05`, or `14:05:30` with its seconds."""
    if value is None:
        return ""
    local = value.astimezone(TBILISI)
    return f"{day(local)}, {local:%H:%M:%S}" if seconds else f"{day(local)}, {local:%H:%M}"


def named_moment(value: datetime) -> str:
    """Write a moment with its weekday: `Friday, 5 December 2026, 15:00`."""
    local = value.astimezone(TBILISI)
    return f"{_written(local.date(), 'EEEE, d MMMM y', locale())}, {local:%H:%M}"


@lru_cache(maxsize=4096)
def _written(value: date, pattern: str, language: str) -> str:
    """Write a day; a list says the same few days over and over."""
    return format_date(value, pattern, locale=language)


def _local(value: date | datetime) -> date:
    return value.astimezone(TBILISI).date() if isinstance(value, datetime) else value
