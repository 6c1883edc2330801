"""How a file is called on a page: the person's own name for it, made harmless."""

from __future__ import annotations

import re
import unicodedata

from babel.numbers import format_decimal

from mms_core.i18n import gettext as _
from mms_core.i18n import locale

LONGEST = 100  # characters, ending included
BIG = 100_000  # bytes from which a size is said in megabytes
RESERVED = re.compile(r'[<>:"|?*]')  # what Windows cannot save


def display_name(claimed: str, *, suffix: str | None = None) -> str:
    """Make a safe name of the claimed one, in NFC, with the ending of the true type.

    Folders, control and direction-changing characters go; an ending that claims
    another type is replaced, for `photo.jpg` must not turn out to be a program.
    Without a suffix the claimed ending stays: to name a file that is refused.
    """
    name = unicodedata.normalize("NFC", claimed).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if c.isspace() else c for c in name if _visible(c) or c.isspace())
    name = RESERVED.sub("-", re.sub(r"\s+", " ", name)).strip(" .")
    claimed_ending = ending(name)
    stem = name[: len(name) - len(claimed_ending)].rstrip(" .") or "file"
    last = claimed_ending if suffix is None else suffix
    return stem[: LONGEST - len(last)].rstrip(" .") + last


def ending(name: str) -> str:
    """Give the last ending of a name in small letters, or nothing."""
    found = re.search(r"[^.](\.[A-Za-z0-9]{1,5})$", name.strip())
    return found[1].lower() if found else ""


def size_words(size: int) -> str:
    """Say a number of bytes in the page's language: `340 KB`, `9.6 MB`."""
    if size < BIG:
        return str(_("%(amount)s KB", amount=_number(max(size, 1000) / 1000)))
    return str(_("%(amount)s MB", amount=_number(size / 1_000_000)))


def _number(amount: float) -> str:
    return format_decimal(round(amount, 1), locale=locale())


def _visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] != "C"
