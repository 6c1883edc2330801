"""A letter on paper, to be signed by hand: A4, read aloud by a screen reader as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from mms_core.dates import day
from mms_core.i18n import gettext as _
from mms_core.i18n import locale
from mms_core.people.schemas import shown_phone
from plugins.citizen_reception.models import NAME

PAPER = Path(__file__).parent / "templates" / NAME / "letter.typ"


def pdf(
    tenant: Any,
    words: Mapping[str, Any],
    *,
    files: Sequence[str] = (),
    number: str = "",
    on: date,
) -> bytes:
    """Set a letter in type: head, title, words, what is attached, a line for the signature."""
    from mms_core.papers import to_pdf

    data = {
        "to": [tenant.hall, words["addressee"]],
        "from": [words["name"], words["address"], shown_phone(words["phone"]), words["email"]],
        "from_word": _("From"),
        "title": words["title"],
        "number": _("Registered under the number %(number)s", number=number) if number else "",
        "facts": words["facts"],
        "request_word": _("I ask:"),
        "request": words["request"],
        "files_word": _("Attached:"),
        "files": list(files),
        "signature": _("Signature"),
        "day": day(on),
    }
    return to_pdf(PAPER, data=data, language=locale(), title=words["title"])
