"""Puts marshmallow's own error texts into the words of the house, in the reader's language."""

from __future__ import annotations

import re
from typing import Any

from mms_core.i18n import gettext

# (what marshmallow says, what we say); a pattern's groups are a, b.
_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"Missing data for required field\.|Field may not be null\.", "Fill this in."),
        (r"Not a valid integer\.", "Write a whole number."),
        (r"Not a valid number\.|Number too large\.", "Write a number."),
        (
            r"Must be greater than or equal to (?P<a>\S+) and less than or equal to (?P<b>\S+)\.",
            "Write a number from %(a)s to %(b)s.",
        ),
        (r"Must be greater than or equal to (?P<a>\S+)\.", "Write a number not less than %(a)s."),
        (r"Must be less than or equal to (?P<a>\S+)\.", "Write a number not greater than %(a)s."),
        (r"Longer than maximum length (?P<a>\d+)\.", "Write at most %(a)s characters."),
        (r"Shorter than minimum length (?P<a>\d+)\.", "Write at least %(a)s characters."),
        (
            r"Length must be between (?P<a>\d+) and (?P<b>\d+)\.",
            "Write from %(a)s to %(b)s characters.",
        ),
        (r"Not a valid email address\.", "Write an e-mail address, as in name@example.ge."),
        (r"Not a valid URL\.", "Write an address that begins with https://."),
        (r"Not a valid (date|datetime|time)\.", "Write a date, as in 2026-11-21."),
        (r"Must be one of: .*|Not a valid (choice|string|boolean).*", "Choose one of the answers."),
    )
)


def said(text: Any) -> str:
    """Give an error text in the reader's words; what is not marshmallow's own is left as it is."""
    words = str(text)
    for pattern, ours in _SAID:
        found = pattern.fullmatch(words)
        if found:
            return str(gettext(ours, **found.groupdict()))
    return words
