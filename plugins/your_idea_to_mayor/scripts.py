"""In which letters a text is written, and what that says of its language."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

from mms_core.i18n import lazy_gettext as _
from mms_core.letters import from_keyboard

# Latin is always let through: phones without the right keyboard are many.
LETTERS = {"ka": "GEORGIAN", "hy": "ARMENIAN", "ru": "CYRILLIC", "en": "LATIN", "az": "LATIN"}
NAMES = {
    "GEORGIAN": _("Georgian letters"),
    "ARMENIAN": _("Armenian letters"),
    "CYRILLIC": _("Cyrillic letters"),
    "LATIN": _("Latin letters"),
}
LEAST = 8  # letters by which a text can be judged


def script_of(text: str) -> str:
    """Name the letters that most of a text is written in, as Unicode does; "" for too little."""
    seen = Counter(_letters(sign) for sign in text if sign.isalpha())
    if sum(seen.values()) < LEAST:
        return ""
    return seen.most_common(1)[0][0]


@lru_cache(maxsize=1024)
def _letters(sign: str) -> str:
    return unicodedata.name(sign, "").partition(" ")[0]


def wrong_script(text: str, *, language: str) -> str:
    """Say what does not fit when a text is in other letters than its language has; else ""."""
    found = script_of(text) if language in LETTERS else ""
    if not found or found in {LETTERS[language], "LATIN"}:
        return ""
    return str(
        _(
            "Your text is in %(found)s, but the chosen language has %(wanted)s."
            " Choose the language you wrote in, or change the text.",
            found=str(NAMES.get(found, found.title())),
            wanted=str(NAMES[LETTERS[language]]),
        )
    )


def is_latin_georgian(text: str, *, language: str) -> bool:
    """Tell whether a text that is meant to be Georgian was typed with Latin letters."""
    return language == "ka" and script_of(text) == "LATIN"


def in_georgian_letters(text: str) -> str:
    """Read a Latin-typed text into Georgian letters as well as that can be guessed.

    Two habits are known: by sound (`sh`, `gh`), and by the Georgian layout (`S`, `R`).
    """
    for latin, georgian in SOUNDS:
        text = text.replace(latin, georgian).replace(latin.capitalize(), georgian)
    return from_keyboard(text)


SOUNDS = (
    *(("tch", "ჭ"), ("sh", "შ"), ("ch", "ჩ"), ("ts", "ც"), ("dz", "ძ"), ("gh", "ღ")),
    *(("kh", "ხ"), ("zh", "ჟ"), ("ph", "ფ"), ("th", "თ")),
)
