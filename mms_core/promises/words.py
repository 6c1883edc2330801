"""Says a promise in the citizen's language, as the letter of the answer does."""

from __future__ import annotations

from datetime import date

from flask_babel import force_locale

from mms_core.dates import day
from mms_core.i18n import gettext as _
from mms_core.i18n import locale


def sentence(text: str, due_on: date, *, language: str) -> str:
    """Write what stands below the answer: `Promised by 5 December 2026: two lamps`."""
    with force_locale(language if language == locale() or language in ("ka", "en") else "ka"):
        return _("Promised by %(day)s: %(text)s", day=day(due_on), text=text.strip())
