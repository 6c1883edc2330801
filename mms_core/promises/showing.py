"""Puts promises into words for pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from mms_core.cases.log import CaseEvent
from mms_core.cases.timeline import outside
from mms_core.clock import local_day
from mms_core.i18n import lazy_gettext
from mms_core.promises.models import OPEN, Promise

WORDS = {
    "open": lazy_gettext("Promised"),
    "late": lazy_gettext("The day has passed"),
    "kept": lazy_gettext("Kept"),
    "broken": lazy_gettext("Not kept"),
}
TONES = {"open": "info", "late": "warning", "kept": "success", "broken": "danger"}


def kind_of(row: Promise, *, today: date) -> str:
    """Say how a promise stands: open, late, kept, broken."""
    return "late" if row.state == OPEN and row.due_on < today else row.state


def shown(row: Promise, events: Iterable[CaseEvent] = ()) -> dict[str, Any]:
    """Put a promise into words for a page."""
    kind = kind_of(row, today=local_day(datetime.now(UTC)))
    return {
        "row": row,
        "word": WORDS[kind],
        "tone": TONES[kind],
        "moved": row.due_on != row.first_due_on,
        "lines": outside(events, None, messages=(), language=row.language),
    }
